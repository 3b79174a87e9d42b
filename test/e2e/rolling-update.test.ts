import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  awaitSucceeded,
  conditionOf,
  configMap,
  type Hub,
  namespaceObject,
  placementObject,
  placementPath,
  runObject,
  type Served,
  strategyObject,
} from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";

const PLACEMENTS = placementPath("clusterresourceplacements");
const ALL = ["member1", "member2", "member3"];

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("rolling-update");
  ({ hub, members } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

const setFault: RunningFleet["setFault"] = (member, kind) => fleet.setFault(member, kind);

async function valueOn(member: string, namespace: string): Promise<string | undefined> {
  const answer = await members[member]?.request(
    "GET",
    `/api/v1/namespaces/${namespace}/configmaps/cm`,
  );
  return answer?.body.data?.key;
}

const valuesOn = (names: readonly string[], namespace: string) =>
  Promise.all(names.map((name) => valueOn(name, namespace)));

const awaitValues = (names: readonly string[], namespace: string, value: string | undefined) =>
  expect
    .poll(() => valuesOn(names, namespace), { timeout: 30_000, interval: 100 })
    .toEqual(names.map(() => value));

const edit = (name: string, value: string) =>
  hub.merge(`/api/v1/namespaces/${name}/configmaps/cm`, { data: { key: value } });

/** A namespace with one ConfigMap, and a placement of it with the default strategy. */
async function place(
  name: string,
  spec: Record<string, unknown> = {},
  objects: readonly { readonly path: string; readonly object: unknown }[] = [],
): Promise<void> {
  await hub.create("/api/v1/namespaces", namespaceObject(name));
  await hub.create(`/api/v1/namespaces/${name}/configmaps`, configMap(name, "one"));
  for (const { path, object } of objects) await hub.create(path, object);
  const { spec: given, ...placement } = placementObject(name);
  const { strategy: _, ...rest } = given;
  await hub.create(PLACEMENTS, { ...placement, spec: { ...rest, ...spec } });
}

const placementOf = (name: string) => hub.get(`${PLACEMENTS}/${name}`);

const condition = async (name: string, type: string) =>
  conditionOf(await placementOf(name), `ClusterResourcePlacement${type}`);

const awaitAvailable = (name: string, index: string) =>
  expect
    .poll(
      async () => {
        const placement = await placementOf(name);
        const available = conditionOf(placement, "ClusterResourcePlacementAvailable");
        return [available?.status, placement.status?.observedResourceIndex];
      },
      { timeout: 30_000, interval: 100 },
    )
    .toEqual(["True", index]);

interface ClusterEntry {
  readonly clusterName: string;
  readonly conditions: readonly { type: string; status: string; message: string }[];
  readonly failedPlacements?: readonly { readonly kind: string }[];
}

async function entryOf(name: string, cluster: string): Promise<ClusterEntry | undefined> {
  const { status } = await placementOf(name);
  const entries = (status?.placementStatuses ?? []) as readonly ClusterEntry[];
  return entries.find(({ clusterName }) => clusterName === cluster);
}

async function clusterMessage(name: string, cluster: string, type: string) {
  const entry = await entryOf(name, cluster);
  return entry?.conditions.find((each) => each.type === type && each.status === "False")?.message;
}

async function bindingsOf(name: string): Promise<readonly Served[]> {
  const selector = encodeURIComponent(`kubernetes-fleet.io/parent-CRP=${name}`);
  const { body } = await hub.request(
    "GET",
    `${placementPath("clusterresourcebindings")}?labelSelector=${selector}`,
  );
  return body.items ?? [];
}

const deployment = (namespace: string) => ({
  path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
  object: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "web", image: "nginx:1.20" }] },
      },
    },
  },
});

describe("a placement with the RollingUpdate strategy", () => {
  it("goes to every member without a run, follows edits, and tells so", async () => {
    await place("plain");
    await awaitAvailable("plain", "0");
    expect(await valuesOn(ALL, "plain")).toEqual(["one", "one", "one"]);
    expect(await condition("plain", "RolloutStarted")).toMatchObject({
      reason: "RolloutStarted",
      message: "All 3 cluster(s) start rolling out the latest resource",
    });
    await edit("plain", "two");
    await awaitAvailable("plain", "1");
    expect(await valuesOn(ALL, "plain")).toEqual(["two", "two", "two"]);
    const { metadata } = await placementOf("plain");
    const selector = encodeURIComponent(`involvedObject.uid=${metadata.uid}`);
    const { body } = await hub.request("GET", `/api/v1/events?fieldSelector=${selector}`);
    expect(body.items?.map((event) => event.reason)).toEqual(
      expect.arrayContaining([
        "PlacementRolloutStarted",
        "PlacementOverriddenSucceeded",
        "PlacementWorkSynchronized",
        "PlacementApplied",
        "PlacementAvailable",
        "PlacementRolloutCompleted",
      ]),
    );
  }, 60_000);

  it("leaves a member that is down to itself, says why, and goes on when it is back", async () => {
    await setFault("member2", "down");
    await place("down");
    await awaitValues(["member1", "member3"], "down", "one");
    await expect
      .poll(() => clusterMessage("down", "member2", "WorkSynchronized"), { timeout: 20_000 })
      .toMatch(/^Failed to synchronize the work to the latest: ./);
    expect(await condition("down", "WorkSynchronized")).toMatchObject({ status: "False" });
    await setFault("member2", null);
    await awaitAvailable("down", "0");
    expect(await valueOn("member2", "down")).toBe("one");
  }, 90_000);

  it("names the object that a member refuses", async () => {
    await setFault("member3", "refuse=ConfigMap");
    await place("refused");
    await expect
      .poll(async () => (await entryOf("refused", "member3"))?.failedPlacements?.[0]?.kind, {
        timeout: 20_000,
      })
      .toBe("ConfigMap");
    await setFault("member3", null);
    await awaitAvailable("refused", "0");
  }, 90_000);

  it("stops when as many clusters are unavailable as may be, and goes on with what mends them", async () => {
    await place("limits", {}, [deployment("limits")]);
    await awaitAvailable("limits", "0");
    await setFault("member1", "never-available");
    await hub.merge("/apis/apps/v1/namespaces/limits/deployments/web", {
      spec: {
        template: { spec: { containers: [{ name: "web", image: "nginx:1.21" }] } },
      },
    });
    await edit("limits", "two");
    await awaitValues(["member1"], "limits", "two");
    await expect
      .poll(() => clusterMessage("limits", "member2", "RolloutStarted"), { timeout: 20_000 })
      .toBe(
        "The resources cannot be updated to the latest because of the rollout strategy: 1 of 3 cluster(s) may be unavailable at a time (maxUnavailable); waiting for member1",
      );
    expect(await valuesOn(["member2", "member3"], "limits")).toEqual(["one", "one"]);
    await setFault("member1", null);
    await hub.merge("/apis/apps/v1/namespaces/limits/deployments/web", {
      spec: {
        template: { spec: { containers: [{ name: "web", image: "nginx:1.22" }] } },
      },
    });
    await awaitValues(ALL, "limits", "two");
    await expect
      .poll(async () => (await condition("limits", "Available"))?.status, { timeout: 60_000 })
      .toBe("True");
  }, 120_000);

  it("goes to a member that joins", async () => {
    const path = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
    const { metadata, spec, apiVersion, kind } = await hub.get(`${path}/member3`);
    await hub.request("DELETE", `${path}/member3`);
    await expect
      .poll(async () => (await hub.request("GET", `${path}/member3`)).status, { timeout: 20_000 })
      .toBe(404);
    await place("joined");
    await awaitAvailable("joined", "0");
    expect(await valueOn("member3", "joined")).toBeUndefined();
    const { name, labels } = metadata;
    await hub.create(path, { apiVersion, kind, metadata: { name, labels }, spec });
    await awaitValues(ALL, "joined", "one");
    await expect
      .poll(async () => (await condition("joined", "Available"))?.message, { timeout: 30_000 })
      .toBe("The selected resources in 3 cluster(s) are available now");
  }, 90_000);

  it("is taken off clusters that are picked no more", async () => {
    await place("fixed", {
      policy: { placementType: "PickFixed", clusterNames: ["member1", "member2"] },
    });
    await awaitAvailable("fixed", "0");
    await hub.merge(`${PLACEMENTS}/fixed`, {
      spec: { policy: { clusterNames: ["member2", "member3"] } },
    });
    await awaitValues(["member1"], "fixed", undefined);
    await awaitValues(["member2", "member3"], "fixed", "one");
    await expect
      .poll(async () => (await bindingsOf("fixed")).map(({ spec }) => spec?.targetCluster).sort(), {
        timeout: 10_000,
      })
      .toEqual(["member2", "member3"]);
  }, 60_000);

  it("keeps what is placed when it is switched to External, and then waits for runs", async () => {
    await place("switched");
    await awaitAvailable("switched", "0");
    await hub.merge(`${PLACEMENTS}/switched`, {
      spec: { strategy: { type: "External", rollingUpdate: null } },
    });
    await expect
      .poll(() => condition("switched", "Available"), { timeout: 10_000 })
      .toMatchObject({ status: "True", observedGeneration: 2 });
    await edit("switched", "two");
    const snapshot = placementPath("clusterresourcesnapshots", "switched-1-snapshot");
    await expect
      .poll(async () => (await hub.request("GET", snapshot)).status, { timeout: 10_000 })
      .toBe(200);
    await hub.create(placementPath("clusterstagedupdatestrategies"), strategyObject("after"));
    await hub.create(
      placementPath("clusterstagedupdateruns"),
      runObject("switched", "switched", "after", "Initialize"),
    );
    const run = placementPath("clusterstagedupdateruns", "switched");
    await expect
      .poll(async () => conditionOf(await hub.get(run), "Initialized")?.status, { timeout: 10_000 })
      .toBe("True");
    expect(await valuesOn(ALL, "switched")).toEqual(["one", "one", "one"]);
    await hub.merge(run, { spec: { state: "Run" } });
    await awaitSucceeded(hub, "switched");
    expect(await valuesOn(ALL, "switched")).toEqual(["two", "two", "two"]);
  }, 90_000);

  it("takes everything along when it is deleted", async () => {
    await place("deleted");
    await awaitAvailable("deleted", "0");
    await hub.request("DELETE", `${PLACEMENTS}/deleted`);
    await expect
      .poll(async () => (await hub.request("GET", `${PLACEMENTS}/deleted`)).status, {
        timeout: 30_000,
      })
      .toBe(404);
    expect(await valuesOn(ALL, "deleted")).toEqual([undefined, undefined, undefined]);
    expect(await bindingsOf("deleted")).toEqual([]);
  }, 60_000);
});
