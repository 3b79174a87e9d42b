import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { type EasyAuthProxy, startEasyAuthProxy } from "../support/easy-auth-proxy.js";
import { KUBECTL, Shell } from "../support/kubectl.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const PEOPLE = {
  ada: { oid: "1", name: "ada@example.com", roles: ["Fleet.Operator"] },
  bob: { oid: "2", name: "bob@example.com", roles: ["Fleet.Approver"], groups: ["g1"] },
  eve: { oid: "3", name: "eve@example.com" },
  root: { oid: "4", name: "root@example.com", roles: ["Fleet.Admin"] },
  team: { oid: "5", name: "team@example.com" },
};
const ACCESS = [{ principal: "5", role: "Fleet.Operator", namespaces: ["team-a"] }];

let dataDir: string;
let app: Stagecoach | undefined;
let proxy: EasyAuthProxy | undefined;

beforeAll(async () => {
  dataDir = temporaryDirectory("door");
  app = await startStagecoach({
    dataDir,
    port: await freePort(),
    arguments: ["--members", "0"],
    settings: {
      WEBSITE_SITE_NAME: "app",
      WEBSITE_AUTH_ENABLED: "True",
      STAGECOACH_ACCESS: JSON.stringify(ACCESS),
      FOUR_EYES: "Required",
    },
  });
  proxy = await startEasyAuthProxy(app.url, PEOPLE);
}, 120_000);
afterAll(async () => {
  await proxy?.stop();
  await app?.interrupt();
  await removeDataDir(dataDir);
});

/** kubectl with the token of one of them. */
function kubectlOf(person: string): Shell {
  const file = join(dataDir, `${person}.kubeconfig`);
  const authority = {
    "certificate-authority-data": Buffer.from(proxy?.ca ?? "").toString("base64"),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "hub", cluster: { server: proxy?.url, ...authority } }],
    users: [{ name: person, user: { token: person } }],
    contexts: [{ name: "hub", context: { cluster: "hub", user: person } }],
    "current-context": "hub",
  };
  writeFileSync(file, JSON.stringify(config));
  return new Shell(file, dataDir);
}

function askWithKubectl(): void {
  it.each([
    {
      by: "root",
      command: "kubectl create namespace team-a",
      says: "namespace/team-a created",
    },
    {
      by: "ada",
      command: "kubectl create configmap c -n team-a --from-literal=a=b",
      says: "configmap/c created",
    },
    { by: "team", command: "kubectl get configmap c -n team-a -o name", says: "configmap/c" },
    { by: "bob", command: "kubectl auth whoami", says: "bob@example.com" },
    { by: "bob", command: "kubectl auth whoami", says: "Fleet.Approver" },
    { by: "ada", command: "kubectl auth can-i create clusterstagedupdateruns", says: "yes" },
    {
      by: "bob",
      command: "kubectl auth can-i create clusterapprovalrequests --subresource=approve",
      says: "yes",
    },
    {
      by: "team",
      command: "kubectl auth can-i --list -n team-a",
      says: "stagedupdateruns.placement.kubernetes-fleet.io",
    },
    { by: "eve", command: "kubectl api-resources", says: "clusterstagedupdateruns" },
  ])("$by: $command", async ({ by, command, says }) => {
    expect(await kubectlOf(by).print(command)).toContain(says);
  });

  it.each([
    { by: "bob", command: "kubectl create namespace x", says: "it takes the role Fleet.Operator" },
    {
      by: "ada",
      command: "kubectl delete membercluster x",
      says: 'User "ada@example.com" cannot delete resource "memberclusters"',
    },
    { by: "eve", command: "kubectl get configmaps", says: "the caller has none of the roles" },
    {
      by: "team",
      command: "kubectl get configmaps -A",
      says: 'cannot list resource "configmaps" in API group "" at the cluster scope',
    },
    { by: "team", command: "kubectl get secrets -n default", says: 'in the namespace "default"' },
    {
      by: "ada",
      command: "kubectl get --raw /api/v1/configmaps --as root",
      says: "cannot impersonate",
    },
    { by: "nobody", command: "kubectl get configmaps", says: "must be logged in" },
  ])("$by may not: $command", async ({ by, command, says }) => {
    const { code, stderr, stdout } = await kubectlOf(by).run(command);
    expect(code, stdout).not.toBe(0);
    expect(stderr).toContain(says);
  });
}

if (KUBECTL) {
  describe("kubectl at the app as it is in Azure", askWithKubectl);
} else {
  it("kubectl is not installed here: it did not ask at the door", () => {
    expect(KUBECTL).toBeUndefined();
  });
}

async function throughTheFront(path: string, headers: Record<string, string>): Promise<string> {
  const sent = request(`${proxy?.url}${path}`, { method: "POST", headers, ca: proxy?.ca });
  sent.end("{}");
  const [answer] = await once(sent, "response");
  return text(answer);
}

describe("the app as it is in Azure", () => {
  it("takes the platform's word for who calls, and no one else's", async () => {
    const forged = Buffer.from(
      '{"auth_typ":"aad","claims":[{"typ":"oid","val":"4"},{"typ":"roles","val":"Fleet.Admin"}]}',
    ).toString("base64");
    const answer = await throughTheFront("/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      authorization: "Bearer eve",
      "content-type": "application/json",
      "x-ms-client-principal": forged,
    });
    expect(JSON.parse(answer)).toMatchObject({
      status: { userInfo: { username: "eve@example.com", uid: "3" } },
    });
  });

  it("refuses requests that have come around the platform", async () => {
    const answer = await fetch(`${app?.url}/api/v1/configmaps`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ kind: "Status", reason: "Unauthorized" });
    expect((await fetch(`${app?.url}/healthz`)).status).toBe(200);
  });
});
