import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  awaitSucceeded,
  conditionOf,
  type Hub,
  namespaceObject,
  placementObject,
  placementPath,
  placeNamespace,
  runObject,
  type Served,
  strategyObject,
} from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";

const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
const RUNS = placementPath("clusterstagedupdateruns");

let fleet: RunningFleet;
let hub: Hub;
let servers: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("members");
  ({ hub, members: servers } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

const member = (name: string) => hub.get(`${MEMBERS}/${name}`);
const joined = async (name: string) => conditionOf(await member(name), "Joined");

const fault: RunningFleet["setFault"] = (member, kind) => fleet.setFault(member, kind);

async function register(name: string, context: string, labels = {}): Promise<void> {
  await hub.create(MEMBERS, {
    apiVersion: "cluster.kubernetes-fleet.io/v1",
    kind: "MemberCluster",
    metadata: { name, labels },
    spec: { kubeconfig: { context } },
  });
}

async function remove(name: string): Promise<void> {
  await hub.request("DELETE", `${MEMBERS}/${name}`);
  await expect.poll(async () => (await hub.request("GET", `${MEMBERS}/${name}`)).status).toBe(404);
}

/** Reasons of the events about an object, by name. */
async function eventsOf({ metadata }: Served): Promise<readonly unknown[]> {
  const path = `/api/v1/events?fieldSelector=involvedObject.uid=${metadata.uid}`;
  const { body } = await hub.request("GET", path);
  return (body.items ?? []).map(({ reason }) => reason).sort();
}

/** The decisions on the placement's clusters, by cluster: true, or why not. */
async function decisions(placement: string): Promise<Readonly<Record<string, unknown>>> {
  const path = placementPath("clusterschedulingpolicysnapshots", `${placement}-0`);
  const { status } = await hub.get(path);
  const targets = (status?.targetClusters ?? []) as readonly {
    clusterName: string;
    selected: boolean;
    reason: string;
  }[];
  return Object.fromEntries(
    targets.map(({ clusterName, selected, reason }) => [clusterName, selected || reason]),
  );
}

async function place(name: string, policy: object): Promise<void> {
  await hub.create("/api/v1/namespaces", namespaceObject(name));
  const placement = placementObject(name);
  const spec = { ...placement.spec, policy };
  await hub.create(placementPath("clusterresourceplacements"), { ...placement, spec });
  const path = placementPath("clusterresourceplacements", name);
  await expect
    .poll(async () => conditionOf(await hub.get(path), "ClusterResourcePlacementScheduled")?.status)
    .toBe("True");
}

describe("a member", () => {
  it("has joined once its API server has answered, and says so with its version", async () => {
    await expect.poll(async () => (await joined("member1"))?.status).toBe("True");
    const found = await member("member1");
    expect(found.status?.properties).toHaveProperty(["k8s.io/k8s-version", "value"]);
    await expect.poll(() => eventsOf(found)).toEqual(["MemberClusterJoined"]);
  });

  it("that cannot be reached is not picked, says why, and joins when it is mended", async () => {
    await register("distant", "no-such-context");
    await expect.poll(async () => (await joined("distant"))?.status).toBe("False");
    expect((await joined("distant"))?.message).toContain("no-such-context");
    await place("near", { placementType: "PickAll" });
    expect((await decisions("near")).distant).toContain("cluster has not joined the fleet: ");
    await hub.merge(`${MEMBERS}/distant`, { spec: { kubeconfig: { context: "member1" } } });
    await expect.poll(async () => (await decisions("near")).distant).toBe(true);
    expect(await eventsOf(await member("distant"))).toEqual([
      "MemberClusterJoined",
      "MemberClusterUnreachable",
    ]);
    await remove("distant");
    await expect.poll(async () => Object.keys(await decisions("near"))).not.toContain("distant");
  }, 60_000);

  it("is passed over for a taint that is not tolerated, and keeps what it has when one is added", async () => {
    const taints = [{ key: "maintenance", value: "yes", effect: "NoSchedule" }];
    await place("before", { placementType: "PickAll" });
    await hub.merge(`${MEMBERS}/member3`, { spec: { taints } });
    await place("after", { placementType: "PickAll" });
    const toleration = { key: "maintenance", operator: "Exists" };
    await place("tolerant", { placementType: "PickAll", tolerations: [toleration] });
    expect((await decisions("after")).member3).toBe(
      'Cluster "member3" is not eligible for resource placement yet: taint {Key:maintenance Value:yes Effect:NoSchedule} cannot be tolerated',
    );
    expect((await decisions("tolerant")).member3).toBe(true);
    expect((await decisions("before")).member3).toBe(true);
    await hub.merge(`${MEMBERS}/member3`, { spec: { taints: null } });
    await expect.poll(async () => (await decisions("after")).member3).toBe(true);
  }, 60_000);

  it("is picked when it gets the required label, and stays picked when it loses it", async () => {
    const clusterSelectorTerms = [{ labelSelector: { matchLabels: { gpu: "yes" } } }];
    const requiredDuringSchedulingIgnoredDuringExecution = { clusterSelectorTerms };
    const clusterAffinity = { requiredDuringSchedulingIgnoredDuringExecution };
    await place("labelled", { placementType: "PickAll", affinity: { clusterAffinity } });
    expect((await decisions("labelled")).member2).toContain("required cluster affinity terms");
    await hub.merge(`${MEMBERS}/member2`, { metadata: { labels: { gpu: "yes" } } });
    await expect.poll(async () => (await decisions("labelled")).member2).toBe(true);
    await hub.merge(`${MEMBERS}/member2`, { metadata: { labels: { gpu: null, seen: "yes" } } });
    await place("seen", { placementType: "PickAll" });
    expect((await decisions("labelled")).member2).toBe(true);
  }, 60_000);

  it("is picked by a property that its status tells", async () => {
    const matchExpressions = [{ name: "example.com/price", operator: "Lt", values: ["10"] }];
    const clusterSelectorTerms = [{ propertySelector: { matchExpressions } }];
    const requiredDuringSchedulingIgnoredDuringExecution = { clusterSelectorTerms };
    const clusterAffinity = { requiredDuringSchedulingIgnoredDuringExecution };
    const pickOne = { placementType: "PickN", numberOfClusters: 1 };
    const price = (value: string) => ({
      status: { properties: { "example.com/price": { value } } },
    });
    await hub.merge(`${MEMBERS}/member1/status`, price("7"));
    await hub.merge(`${MEMBERS}/member2/status`, price("12"));
    await place("cheap", { ...pickOne, affinity: { clusterAffinity } });
    expect(await decisions("cheap")).toMatchObject({ member1: true });
    expect((await decisions("cheap")).member2).toContain("required cluster affinity terms");
  });

  it("that leaves during a run before its turn is skipped, and keeps what it has", async () => {
    const gate = strategyObject("gate", [{ type: "Approval" }]);
    await hub.create(placementPath("clusterstagedupdatestrategies"), gate);
    await placeNamespace(hub, "going", "one");
    const labels = (await member("member1")).metadata.labels ?? {};
    const start = async (name: string) => {
      await hub.create(RUNS, runObject(name, "going", "gate"));
      const request = placementPath("clusterapprovalrequests", `${name}-after-staging`);
      await expect
        .poll(async () => (await hub.request("GET", request)).status, { timeout: 30_000 })
        .toBe(200);
      return () => hub.request("POST", `${request}/approve`);
    };
    const approve = await start("first");
    await approve();
    await awaitSucceeded(hub, "first");
    await hub.merge("/api/v1/namespaces/going/configmaps/cm", { data: { key: "two" } });
    const approveSecond = await start("second");
    const leaving = await member("member1");
    await remove("member1");
    await approveSecond();
    const run = await awaitSucceeded(hub, "second");
    expect(JSON.stringify(run.status)).toContain('"reason":"ClusterUpdatingSkipped"');
    expect(await eventsOf(leaving)).toEqual(["MemberClusterJoined", "MemberClusterLeft"]);
    const path = "/api/v1/namespaces/going/configmaps/cm";
    expect((await servers.member1?.get(path))?.data).toEqual({ key: "one" });
    await register("member1", "member1", labels);
    await expect.poll(async () => (await joined("member1"))?.status).toBe("True");
  }, 90_000);

  it("that leaves while a run waits for it is given up, and the run goes on", async () => {
    await hub.create(placementPath("clusterstagedupdatestrategies"), strategyObject("plain"));
    const { metadata } = await member("member3");
    await fault("member3", "down");
    await placeNamespace(hub, "lost", "one");
    await hub.create(RUNS, runObject("lost", "lost", "plain"));
    const progressing = async () =>
      conditionOf(await hub.get(`${RUNS}/lost`), "Progressing")?.message;
    await expect.poll(progressing, { timeout: 30_000 }).toContain("waiting for member3 since");
    await remove("member3");
    const run = await awaitSucceeded(hub, "lost", 60_000);
    expect(JSON.stringify(run.status)).toContain('"reason":"ClusterUpdatingSkipped"');
    await fault("member3", null);
    await register("member3", "member3", metadata.labels);
    await expect.poll(async () => (await joined("member3"))?.status).toBe("True");
  }, 120_000);
});
