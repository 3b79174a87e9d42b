import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import { type Member, startMember } from "../envtest/member.js";
import { throttled } from "../support/azure/azure-answers.js";
import { type AzureStandIn, startAzure } from "../support/azure/stand-in.js";
import {
  awaitSucceeded,
  conditionOf,
  Hub,
  placementPath,
  placeNamespace,
  runObject,
} from "../support/hub.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";
import { placesOf } from "../support/stored-anywhere.js";

const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
const GROUP = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/prod";
const idOf = (name: string) =>
  `${GROUP}/providers/Microsoft.ContainerService/managedClusters/${name}`;
/** In the user section of every kubeconfig that Azure gives. */
const USER_SECRET = "the-password-of-nobody-in-particular";
const PATIENCE = { timeout: 60_000, interval: 250 };

let azure: AzureStandIn;
let member: Member;
let stagecoach: Stagecoach;
let hub: Hub;
const dataDir = temporaryDirectory("azure");

beforeAll(async () => {
  azure = await startAzure();
  const { objectId, aksToken } = azure.identity;
  member = await startMember("west", {
    certificate: azure.ca.server(),
    users: [{ name: objectId, token: aksToken }],
    controllers: ["namespace-controller"],
  });
  const settings = { ...azure.environment, MEMBER_KUBECONFIG: "" };
  const port = await freePort();
  stagecoach = await startStagecoach({ dataDir, port, arguments: ["--members", "0"], settings });
  hub = new Hub(stagecoach.url);
}, 180_000);

afterAll(async () => {
  await stagecoach?.interrupt();
  await removeDataDir(dataDir);
  await member?.stop();
  await azure?.stop();
});

function inAzure(name: string, stopped = false): void {
  azure.clusters.set(idOf(name), {
    server: member.url,
    ca: azure.ca.cert,
    stopped,
    aadProfile: { managed: true, enableAzureRBAC: false },
    user: { token: USER_SECRET },
  });
}

async function register(name: string): Promise<void> {
  await hub.create(MEMBERS, {
    apiVersion: "cluster.kubernetes-fleet.io/v1",
    kind: "MemberCluster",
    metadata: { name, labels: { environment: "staging" } },
    spec: { aks: { resourceId: idOf(name) } },
  });
}

const condition = async (name: string, type: string) =>
  conditionOf(await hub.get(`${MEMBERS}/${name}`), type);

/** What the cluster's administrator does. */
async function grantRights(): Promise<void> {
  const { status } = await member.connection.request({
    method: "POST",
    path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    body: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "stagecoach" },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "cluster-admin",
      },
      subjects: [
        { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: azure.identity.objectId },
      ],
    },
  });
  expect(status).toBe(201);
}

describe("an AKS cluster, from Azure Resource Manager to the object applied", () => {
  it("says which right is missing in it, and to whom it is to be given", async () => {
    inAzure("west");
    await register("west");
    await expect
      .poll(async () => (await condition("west", "Joined"))?.reason, PATIENCE)
      .toBe("ClusterRoleMissing");
    const { objectId } = azure.identity;
    expect((await condition("west", "Joined"))?.message).toMatch(
      `User "${objectId}" cannot list resource "namespaces" in API group "" at the cluster scope; on the cluster, bind the user "${objectId}" by a ClusterRoleBinding to a ClusterRole with this right`,
    );
  });

  it("joins by itself once it has the right, with version, address and when it was seen", async () => {
    await grantRights();
    await expect
      .poll(async () => (await condition("west", "Joined"))?.status, PATIENCE)
      .toBe("True");
    const { status } = await hub.get(`${MEMBERS}/west`);
    expect(status).toMatchObject({
      conditions: [
        { type: "Joined", status: "True" },
        { type: "Healthy", status: "True" },
      ],
      properties: {
        "k8s.io/k8s-version": { value: "v1.35.4" },
        "stagecoach.dev/api-server": { value: member.url },
      },
      agentStatus: [{ lastReceivedHeartbeat: expect.stringMatching(/Z$/) }],
    });
  });

  it("gets what a run brings, and Azure is not asked again for it", async () => {
    const before = azure.requests.length;
    await placeNamespace(hub, "shop", "v1");
    const stages = [
      { name: "staging", labelSelector: { matchLabels: { environment: "staging" } } },
    ];
    await hub.create(placementPath("clusterstagedupdatestrategies"), {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "ClusterStagedUpdateStrategy",
      metadata: { name: "all" },
      spec: { stages },
    });
    await hub.create(placementPath("clusterstagedupdateruns"), runObject("first", "shop", "all"));
    await awaitSucceeded(hub, "first", 60_000);
    const path = "/api/v1/namespaces/shop/configmaps/cm";
    const applied = await member.connection.request({ method: "GET", path });
    expect(applied.body).toMatchObject({ data: { key: "v1" } });
    expect(azure.requests.length).toBe(before);
  }, 90_000);

  it("says that it is stopped, and joins when it is started and somebody says so", async () => {
    inAzure("east", true);
    await register("east");
    await expect
      .poll(async () => (await condition("east", "Joined"))?.reason, PATIENCE)
      .toBe("ClusterStopped");
    inAzure("east");
    expect((await hub.request("POST", `${MEMBERS}/east/refresh`)).status).toBe(200);
    await expect
      .poll(async () => (await condition("east", "Joined"))?.status, PATIENCE)
      .toBe("True");
  });

  it("is refreshed on demand, and says when", async () => {
    const refreshedAt = async () => {
      const { status } = await hub.get(`${MEMBERS}/west`);
      const properties = status?.properties as Record<string, { observationTime: string }>;
      return properties["stagecoach.dev/api-server"]?.observationTime;
    };
    const before = await refreshedAt();
    expect(before).toBeDefined();
    await hub.request("POST", `${MEMBERS}/west/refresh`);
    await expect.poll(refreshedAt, PATIENCE).not.toBe(before);
  });

  it("waits for its turn when Azure wants a pause, says so, and joins afterwards", async () => {
    inAzure("north");
    azure.disturb("/north", throttled(4));
    await register("north");
    await expect
      .poll(async () => (await condition("north", "Joined"))?.reason, PATIENCE)
      .toBe("Throttled");
    await expect
      .poll(async () => (await condition("north", "Joined"))?.status, PATIENCE)
      .toBe("True");
  });

  it("tells a run that it was stopped meanwhile, and what to do", async () => {
    await member.stop();
    for (const name of ["west", "east", "north"]) inAzure(name, true);
    await hub.merge("/api/v1/namespaces/shop/configmaps/cm", { data: { key: "v2" } });
    await hub.create(placementPath("clusterstagedupdateruns"), runObject("second", "shop", "all"));
    const path = placementPath("clusterstagedupdateruns", "second");
    await expect
      .poll(async () => JSON.stringify((await hub.get(path)).status), PATIENCE)
      .toContain("east: the AKS cluster east is stopped; start it: az aks start");
  }, 90_000);

  it("leaves no token and no kubeconfig anywhere", async () => {
    const found = (needle: string) => placesOf(dataDir, needle);
    // The search finds what is there: in a table, a blob, the state of Durable Functions and the log.
    const planted = await found("v1");
    expect(planted.some((place) => place.startsWith("table "))).toBe(true);
    expect(planted.some((place) => place.startsWith("blob "))).toBe(true);
    const named = await found("north");
    expect(named.some((place) => place.startsWith("file durable"))).toBe(true);
    expect(named).toContain("file stagecoach.log");

    expect(azure.identity.given.length).toBeGreaterThanOrEqual(2);
    const signatures = azure.identity.given.map((token) => token.split(".")[2] ?? token);
    for (const secret of [USER_SECRET, "clusterUser_", ...signatures]) {
      expect(await found(secret)).toEqual([]);
    }
  }, 60_000);

  it("was never asked for an administrator's credentials", () => {
    expect(azure.requests.length).toBeGreaterThan(5);
    expect(azure.requests.filter((line) => /admincredential/i.test(line))).toEqual([]);
  });
});
