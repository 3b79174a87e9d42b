import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveApi } from "../../../local/simulated-members/http-adapter.js";
import { openSqliteObjectStore } from "../../../local/simulated-members/sqlite-object-store.js";
import { type ApiServer, createApiServer } from "../../../src/apiserver/api-server.js";
import { memberKinds } from "../../../src/registry/kinds.js";

const user = { username: "tester", groups: [] };
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("serveApi", () => {
  const store = openSqliteObjectStore(":memory:");
  const signals: AbortSignal[] = [];
  let served: Awaited<ReturnType<typeof serveApi>>;

  beforeEach(async () => {
    const server = createApiServer({ kinds: memberKinds(), store });
    const recording: ApiServer = {
      handle: (request, context) => {
        signals.push(context.signal);
        return server.handle(request, context);
      },
    };
    served = await serveApi(recording, { port: 0, user });
  });
  afterEach(() => served.close());

  it("carries bodies and headers both ways", async () => {
    const response = await fetch(`${served.url}${CONFIG_MAPS}`, {
      method: "POST",
      headers: { "content-type": "application/yaml" },
      body: "metadata: {name: a}\nbogus: 1\n",
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("warning")).toBe('299 - "unknown field \\"bogus\\""');
    expect(await response.json()).toMatchObject({ metadata: { name: "a" } });
  });

  it("takes bodies that are large, that come in pieces, and none at all", async () => {
    const post = (name: string, body: (text: string) => BodyInit) =>
      fetch(`${served.url}${CONFIG_MAPS}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: body(JSON.stringify({ metadata: { name }, data: { key: "x".repeat(200_000) } })),
        duplex: "half",
      } as RequestInit);
    expect((await post("large", (text) => text)).status).toBe(201);
    expect((await post("pieces", (text) => new Blob([text]).stream())).status).toBe(201);
    const removed = await fetch(`${served.url}${CONFIG_MAPS}/large`, { method: "DELETE" });
    expect(removed.status).toBe(200);
  });

  it("sends the headers of a watch before its first event, and stops when the client goes", async () => {
    const client = new AbortController();
    const list = await fetch(`${served.url}${CONFIG_MAPS}`).then((answer) => answer.json());
    const { resourceVersion } = (list as { metadata: { resourceVersion: string } }).metadata;
    const response = await fetch(
      `${served.url}${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`,
      { signal: client.signal },
    );
    expect(response.status).toBe(200);
    const ofWatch = signals.at(-1);
    expect(ofWatch?.aborted).toBe(false);
    client.abort();
    await expect.poll(() => ofWatch?.aborted).toBe(true);
  });

  it("closes although a watch is open", async () => {
    const response = await fetch(`${served.url}${CONFIG_MAPS}?watch=true`);
    await served.close();
    await expect(response.text()).rejects.toThrow();
    served = await serveApi(createApiServer({ kinds: [], store }), { port: 0, user });
  });

  it("rejects a port that is taken", async () => {
    const port = Number(new URL(served.url).port);
    await expect(
      serveApi(createApiServer({ kinds: [], store }), { port, user }),
    ).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
