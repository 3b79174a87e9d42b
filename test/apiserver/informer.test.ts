import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveApi } from "../../local/simulated-members/http-adapter.js";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import { createApiServer } from "../../src/apiserver/api-server.js";
import { memberKinds } from "../../src/registry/kinds.js";
import { kubeconfig } from "./support/kubectl-documents.js";

describe("an informer", () => {
  const store = openSqliteObjectStore(":memory:");
  const namespace = "default";
  let served: Awaited<ReturnType<typeof serveApi>>;
  let config: KubeConfig;
  let watches = 0;

  beforeAll(async () => {
    const server = createApiServer({ kinds: memberKinds(), store, watchSeconds: 1 });
    served = await serveApi(
      {
        handle: (request, context) => {
          if (request.url.includes("watch=true")) watches += 1;
          return server.handle(request, context);
        },
      },
      { port: 0, user: { username: "tester", groups: [] } },
    );
    config = new KubeConfig();
    config.loadFromString(kubeconfig(served.url));
    // Without it this client refuses to talk HTTP.
    config.clusters = config.clusters.map((cluster) => ({ ...cluster, skipTLSVerify: true }));
  });
  afterAll(async () => {
    await served.close();
    store.close();
  });

  it("syncs, sees changes, and goes on after the server has ended its watch", async () => {
    const client = config.makeApiClient(CoreV1Api);
    const write = (name: string) =>
      client.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
    const seen: string[] = [];
    const note = (what: string) => (object: V1ConfigMap) => {
      seen.push(`${what} ${object.metadata?.name}`);
    };
    await write("before");
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      client.listNamespacedConfigMap({ namespace }),
    );
    informer.on("add", note("add"));
    informer.on("delete", note("delete"));
    await informer.start();
    await expect.poll(() => seen).toEqual(["add before"]);
    await write("during");
    await expect.poll(() => seen).toEqual(["add before", "add during"]);
    await expect.poll(() => watches, { timeout: 15_000 }).toBeGreaterThan(1);
    await client.deleteNamespacedConfigMap({ namespace, name: "before" });
    await expect.poll(() => seen.at(-1), { timeout: 5_000 }).toBe("delete before");
    await informer.stop();
  });
});
