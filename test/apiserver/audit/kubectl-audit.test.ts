import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveApi } from "../../../local/simulated-members/http-adapter.js";
import { openSqliteObjectStore } from "../../../local/simulated-members/sqlite-object-store.js";
import { createApiServer } from "../../../src/apiserver/api-server.js";
import { hubKinds } from "../../../src/registry/kinds.js";
import { KUBECTL, Shell } from "../../support/kubectl.js";
import { openAuditLog } from "../../support/open-audit-log.js";
import {
  approvalRequest,
  configMap,
  deployment,
  kubeconfig,
  run,
} from "../support/kubectl-documents.js";

interface Step {
  readonly command: string;
  readonly input?: string;
  /** What is recorded of it, oldest first; nothing else is. */
  readonly events: readonly string[];
}

const PASSWORD = "correct-horse-battery-staple";

/** In this order: each step finds what the ones before have left. */
const STEPS: readonly Step[] = [
  { command: "kubectl create ns demo", events: ["create namespaces/demo 201"] },
  { command: "kubectl get ns,cm,secrets -A", events: [] },
  {
    command: `kubectl create secret generic login -n demo --from-literal=password=${PASSWORD}`,
    events: ["create secrets/login 201"],
  },
  {
    command: `kubectl patch secret login -n demo -p '{"stringData":{"password":"${PASSWORD}2"}}'`,
    events: ["patch secrets/login 200"],
  },
  {
    command: "kubectl apply -f -",
    input: configMap({ k: "1" }),
    events: ["create configmaps/f2 201"],
  },
  {
    command: "kubectl apply -f -",
    input: configMap({ k: "2" }),
    events: ["patch configmaps/f2 200"],
  },
  { command: "kubectl diff -f - || true", input: configMap({ k: "3" }), events: [] },
  {
    // It also takes its client-side fields over, in requests of their own.
    command: "kubectl apply --server-side --force-conflicts -f -",
    input: configMap({ k: "4" }),
    events: Array(4).fill("patch configmaps/f2 200"),
  },
  {
    command: "kubectl replace -f -",
    input: configMap({ k: "5" }),
    events: ["update configmaps/f2 200"],
  },
  { command: "kubectl label cm f2 -n demo a=b --dry-run=server", events: [] },
  { command: "kubectl label cm f2 -n demo a=b", events: ["patch configmaps/f2 200"] },
  {
    command: "kubectl apply -n demo -f -",
    input: deployment(["a"]),
    events: ["create deployments/d 201"],
  },
  {
    command: "kubectl scale deployment/d -n demo --replicas=2",
    events: ["patch deployments/scale/d 200"],
  },
  {
    command: "kubectl apply -f -",
    input: run("r"),
    events: ["create clusterstagedupdateruns/r 201"],
  },
  {
    command:
      "kubectl create --raw /apis/placement.kubernetes-fleet.io/v1/clusterstagedupdateruns/r/stop -f /dev/null",
    events: ["create clusterstagedupdateruns/stop/r 200"],
  },
  {
    command: "kubectl apply -f -",
    input: approvalRequest("r-before-s"),
    events: ["create clusterapprovalrequests/r-before-s 201"],
  },
  {
    command: `kubectl patch careq r-before-s --type=merge --subresource=status -p '{"status":{"conditions":[{"type":"Approved","reason":"ok","status":"True","message":"yes","observedGeneration":1,"lastTransitionTime":"2026-01-01T00:00:00Z"}]}}'`,
    events: ["patch clusterapprovalrequests/status/r-before-s 200"],
  },
  { command: "kubectl delete careq r-before-s --dry-run=server", events: [] },
  {
    command: "kubectl delete careq r-before-s",
    events: ["delete clusterapprovalrequests/r-before-s 200"],
  },
  { command: "kubectl create ns demo || true", events: ["create namespaces/demo 409"] },
  { command: "kubectl delete cm --all -n demo", events: ["delete configmaps/f2 200"] },
  {
    command: "kubectl delete --raw /api/v1/namespaces/demo/secrets",
    events: ["deletecollection secrets/login 200"],
  },
  { command: "kubectl auth can-i create pods", events: [] },
];

function walkThrough(): void {
  const directory = mkdtempSync(join(tmpdir(), "stagecoach-audit-"));
  const store = openSqliteObjectStore(":memory:");
  let shell: Shell;
  let served: Awaited<ReturnType<typeof serveApi>>;
  let audit: Awaited<ReturnType<typeof openAuditLog>>;

  beforeAll(async () => {
    audit = await openAuditLog();
    const kinds = hubKinds({ defaultRunState: "Run" });
    const server = createApiServer({ kinds, store, audit: { log: audit.log } });
    const user = { username: "ada", groups: ["operators"] };
    served = await serveApi(server, { port: 0, user });
    const config = join(directory, "kubeconfig");
    writeFileSync(config, kubeconfig(served.url));
    shell = new Shell(config, directory);
  });

  afterAll(async () => {
    await served.close();
    store.close();
  });

  const recorded = async () =>
    (await audit.log.page({}, 1000)).events
      .map(({ verb, objectRef: { resource, subresource, name }, responseStatus: { code } }) =>
        [verb, [resource, subresource, name].filter(Boolean).join("/"), code].join(" "),
      )
      .reverse();

  let before = 0;
  it.each(STEPS)("$command", async ({ command, input, events }) => {
    await shell.print(command, input === undefined ? {} : { input });
    const now = await recorded();
    const since = now.slice(before);
    before = now.length;
    expect(since).toEqual(events);
  });

  it("shows who and with what", async () => {
    const [event] = (await audit.log.page({}, 1)).events;
    expect(event).toMatchObject({
      user: { username: "ada", groups: ["operators"] },
      userAgent: expect.stringMatching(/^kubectl\//),
    });
    const table = await shell.print("kubectl get --raw '/audit?limit=2&verb=delete'");
    expect(JSON.parse(table).items).toHaveLength(2);
  });

  it("holds nothing of a Secret but its name", async () => {
    const contents = await audit.contents();
    expect(contents).toContain("login");
    expect(contents).not.toContain(PASSWORD);
    expect(contents).not.toContain(Buffer.from(PASSWORD).toString("base64").slice(0, 24));
    expect(contents).not.toContain("stringData");
  });
}

if (KUBECTL) {
  describe("what kubectl writes is recorded", walkThrough);
} else {
  it("cannot walk through kubectl's commands: kubectl is not on this machine", () => {
    expect(STEPS.length).toBeGreaterThan(0);
  });
}
