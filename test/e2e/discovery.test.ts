import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GraphCluster, ResourceGraph } from "../support/azure/resource-graph.js";
import { type AzureStandIn, startAzure } from "../support/azure/stand-in.js";
import { conditionOf, type Hub, type Served } from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";

const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
const DISCOVERY = "/apis/stagecoach.dev/v1/memberdiscoveries/aks";
const SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-111122223333";
const PATIENCE = { timeout: 60_000, interval: 200 };

const graph = new ResourceGraph();
let azure: AzureStandIn;
let fleet: RunningFleet;
let hub: Hub;

function cluster(
  name: string,
  tags: Record<string, string> = {},
  resourceGroup = "apps",
): GraphCluster {
  return {
    id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`,
    name,
    location: "westeurope",
    resourceGroup,
    subscriptionId: SUBSCRIPTION,
    tags: { fleet: "prod", ...tags },
  };
}

/** Lets the app look, and waits until it has. */
async function discover(): Promise<Served> {
  const { lookTime } = (await hub.get(DISCOVERY)).status ?? {};
  // Times have seconds: a look within the same one could not be told from the last.
  await expect.poll(() => `${new Date().toISOString().slice(0, 19)}Z`).not.toBe(lookTime);
  const asked = await hub.request("POST", `${DISCOVERY}/discover`);
  expect(asked.status, JSON.stringify(asked.body)).toBe(200);
  await expect
    .poll(async () => (await hub.get(DISCOVERY)).status?.lookTime, PATIENCE)
    .not.toBe(lookTime);
  return hub.get(DISCOVERY);
}

const member = (name: string) => hub.get(`${MEMBERS}/${name}`);
const discovered = async (name: string) => conditionOf(await member(name), "Discovered");

async function members(): Promise<readonly Served[]> {
  const items = (await hub.request("GET", MEMBERS)).body.items ?? [];
  return items.filter(({ spec }) => spec?.aks);
}

async function eventsAbout({ metadata }: Served): Promise<readonly unknown[]> {
  const path = `/api/v1/events?fieldSelector=involvedObject.uid=${metadata.uid}`;
  return ((await hub.request("GET", path)).body.items ?? []).map(({ reason }) => reason);
}

beforeAll(async () => {
  azure = await startAzure();
  azure.serve(graph.handle);
  fleet = await startFleet("discovery", { ...azure.environment, STAGECOACH_FLEET: "prod" });
  ({ hub } = fleet);
}, 90_000);

afterAll(async () => {
  await fleet?.stop();
  await azure?.stop();
});

describe("discovery", () => {
  it("says why most often when no cluster is visible, and looks without being asked", async () => {
    await expect
      .poll(async () => conditionOf(await hub.get(DISCOVERY), "ClustersVisible")?.reason, PATIENCE)
      .toBe("NoClusterVisible");
    const discovery = await hub.get(DISCOVERY);
    expect(conditionOf(discovery, "ClustersVisible")?.message).toContain("role Reader");
    await expect.poll(() => eventsAbout(discovery)).toContain("NoClusterVisible");
  });

  it("makes members of the clusters with the tag, and reaches for them", async () => {
    graph.clusters = [
      cluster("east", { environment: "staging", "example.com:tier": "1" }),
      cluster("West", { note: "a value with blanks" }),
      cluster("east", { environment: "canary" }, "others"),
      { ...cluster("elsewhere"), tags: { fleet: "test" } },
      { ...cluster("untagged"), tags: null },
    ];
    expect((await discover()).status).toMatchObject({ clusters: 3, missing: 0 });
    const found = await members();
    expect(found.map(({ metadata }) => metadata.name)).toEqual([
      "east",
      expect.stringMatching(/^east-[0-9a-f]{8}$/),
      expect.stringMatching(/^west-[0-9a-f]{8}$/),
    ]);
    expect((await member("east")).metadata.labels).toMatchObject({
      environment: "staging",
      "example.com/tier": "1",
      "fleet.azure.com/location": "westeurope",
    });
    const west = found[2];
    if (!west) throw new Error("West has no member");
    expect(conditionOf(west, "Discovered")?.message).toContain('no label for tag "note"');
    await expect.poll(() => eventsAbout(west)).toContain("LabelsIncomplete");
    // The stand-in has no such cluster to manage: what counts is that somebody has asked.
    await expect
      .poll(async () => conditionOf(await member("east"), "Joined")?.status, PATIENCE)
      .toBe("False");
  });

  it("lets labels follow the tags, and leaves those of people", async () => {
    await hub.merge(`${MEMBERS}/east`, { metadata: { labels: { team: "blue" } } });
    graph.clusters = graph.clusters.map((one) =>
      one.name === "east" ? cluster("east", { environment: "prod" }, one.resourceGroup) : one,
    );
    await discover();
    const { labels } = (await member("east")).metadata;
    expect(labels).toMatchObject({ environment: "prod", team: "blue" });
    expect(labels).not.toHaveProperty(["example.com/tier"]);
  });

  it("marks the members whose cluster is gone or has lost its tag, and keeps them", async () => {
    const [, twin, west] = (await members()).map(({ metadata }) => metadata.name);
    graph.clusters = graph.clusters
      .filter(({ name }) => name !== "West")
      .map((one) => (one.resourceGroup === "others" ? { ...one, tags: { owner: "me" } } : one));
    expect((await discover()).status).toMatchObject({ clusters: 1, missing: 2 });
    expect(await discovered(west ?? "")).toMatchObject({
      status: "False",
      reason: "ClusterNotVisible",
      message: expect.stringContaining("kubectl delete membercluster"),
    });
    expect(await discovered(twin ?? "")).toMatchObject({ status: "False", reason: "TagRemoved" });
    expect(await discovered("east")).toMatchObject({ status: "True" });
    await expect
      .poll(async () => eventsAbout(await member(west ?? "")))
      .toContain("ClusterNotVisible");
  });

  it("changes nothing when the answer is empty or an error, and says which", async () => {
    const before = await members();
    graph.clusters = [];
    const empty = await discover();
    expect(conditionOf(empty, "ClustersVisible")).toMatchObject({
      status: "False",
      reason: "NoClusterVisible",
    });
    azure.disturb("ResourceGraph", {
      status: 403,
      body: { error: { code: "AccessDenied", message: "the identity may not ask" } },
    });
    const refused = await discover();
    expect(conditionOf(refused, "ClustersVisible")).toMatchObject({
      status: "Unknown",
      reason: "QueryFailed",
      message: expect.stringContaining("HTTP status 403: the identity may not ask"),
    });
    const conditions = (list: readonly Served[]) =>
      list.map((one) => [one.metadata.name, one.metadata.labels, conditionOf(one, "Discovered")]);
    expect(conditions(await members())).toEqual(conditions(before));
  });

  it("asks again when Azure wants it to", async () => {
    graph.clusters = [cluster("east")];
    azure.disturb("ResourceGraph", {
      status: 429,
      body: { error: { code: "RateLimiting", message: "too many" } },
      headers: { "retry-after": "3" },
    });
    const throttled = await discover();
    expect(conditionOf(throttled, "ClustersVisible")).toMatchObject({ reason: "Throttled" });
    await expect
      .poll(async () => conditionOf(await hub.get(DISCOVERY), "ClustersVisible")?.reason, PATIENCE)
      .toBe("ClustersFound");
  });

  it("makes a member that was deleted again, and adopts one made by hand", async () => {
    const path = `${MEMBERS}/east`;
    await hub.request("DELETE", path);
    await expect.poll(async () => (await hub.request("GET", path)).status, PATIENCE).toBe(404);
    const { id } = cluster("east");
    await hub.create(MEMBERS, {
      apiVersion: "cluster.kubernetes-fleet.io/v1",
      kind: "MemberCluster",
      metadata: { name: "mine" },
      spec: { aks: { resourceId: id.toLowerCase() } },
    });
    await discover();
    expect(await discovered("mine")).toMatchObject({ status: "True" });
    expect((await hub.request("GET", path)).status).toBe(404);
    await hub.request("DELETE", `${MEMBERS}/mine`);
    await expect
      .poll(async () => (await hub.request("GET", `${MEMBERS}/mine`)).status, PATIENCE)
      .toBe(404);
    await discover();
    expect(await discovered("east")).toMatchObject({ status: "True" });
  });
});
