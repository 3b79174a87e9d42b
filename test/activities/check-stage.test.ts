import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCheckStage } from "../../src/activities/check-stage.js";
import type { Dependencies } from "../../src/activities/dependencies.js";
import { removeObject } from "../../src/activities/server-objects.js";
import { MemberUnreachable } from "../../src/clusters/member-connection.js";
import { type ClusterProgress, clusterRow } from "../../src/rollout/cluster-progress.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const GROUP = "placement.kubernetes-fleet.io";
const run = { kind: "ClusterStagedUpdateRun", name: "run", uid: "run-uid" };
const runRef = { group: GROUP, resource: "clusterstagedupdateruns", name: "run" };
const AT = "2026-01-01T10:00:00.000Z";

let stored: StoredDependencies;
let checkStage: ReturnType<typeof makeCheckStage>;
/** What each member answers for its Deployment: how many replicas are available; absent members are unreachable. */
let available: Record<string, number>;
let asked: string[];

beforeEach(async () => {
  stored = await storedDependencies();
  available = {};
  asked = [];
  const deps: Dependencies = {
    ...stored,
    members: {
      connect: async ({ metadata: { name } }) => ({
        memberName: name,
        request: async () => {
          asked.push(name);
          const replicas = available[name];
          if (replicas === undefined) throw new MemberUnreachable("Unreachable", "no route");
          return { status: 200, body: deployment(replicas) };
        },
      }),
    },
    kinds: async () => [],
    availabilityWaitMs: 0,
    soakCheckMs: 60_000,
    driftCheckMs: 300_000,
  };
  checkStage = makeCheckStage(deps);
});
afterEach(() => stored.close());

function deployment(availableReplicas: number) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "web", uid: "d", generation: 1 },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, updatedReplicas: 1, replicas: 1, availableReplicas },
  };
}

/** A run whose only stage has these updated members, each with a Deployment of its placement. */
async function prepare(names: readonly string[], kind = "Deployment"): Promise<void> {
  const metadata = (name: string, uid: string) => ({ name, uid });
  const appliedStrategy = {
    type: "ClientSideApply",
    comparisonOption: "PartialComparison",
    whenToApply: "Always",
    whenToTakeOver: "Always",
  };
  await stored.store.create(
    { group: GROUP, resource: "clusterresourceplacements", name: "p" },
    {
      apiVersion: `${GROUP}/v1`,
      kind: "ClusterResourcePlacement",
      metadata: metadata("p", "p-uid"),
      spec: {
        resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "web" }],
        strategy: { type: "External", applyStrategy: appliedStrategy },
      },
    },
  );
  await stored.store.create(runRef, {
    apiVersion: `${GROUP}/v1`,
    kind: run.kind,
    metadata: metadata("run", run.uid),
    spec: { placementName: "p", stagedRolloutStrategyName: "s", state: "Run" },
    status: { appliedStrategy, stagesStatus: [{ stageName: "canary", clusters: [] }] },
    progress: { round: 1, revision: 0 },
  });
  for (const [index, clusterName] of names.entries()) {
    const ref = { group: "cluster.kubernetes-fleet.io", resource: "memberclusters" };
    await stored.store.create(
      { ...ref, name: clusterName },
      {
        apiVersion: `${ref.group}/v1`,
        kind: "MemberCluster",
        metadata: metadata(clusterName, clusterName),
      },
    );
    const object = { group: kind === "Deployment" ? "apps" : "", version: "v1", kind, name: "web" };
    await stored.inventory.upsert("p-uid", clusterName, {
      entries: [{ ...object, namespace: "web", uid: "d" }],
    });
    const value: ClusterProgress = { clusterName, stage: 0, index, phase: "Succeeded" };
    await stored.clusters.upsert(run.uid, clusterRow(0, index), value);
  }
}

const look = (at = AT) => checkStage({ run, stage: 0, at });
const sweep = async () =>
  ((await stored.store.get(runRef))?.progress as { soak?: object } | undefined)?.soak;
const unhealthy = async () =>
  (await stored.clusters.list(run.uid)).flatMap(({ value }) =>
    value.unhealthy ? [[value.clusterName, value.unhealthy]] : [],
  );
const events = async () =>
  (await stored.store.list({ group: "", resource: "events" })).items.map((event) => event.reason);

describe("checkStage", () => {
  it("records what is unhealthy in the server's words, with since when, until it is healthy", async () => {
    await prepare(["member1", "member2"]);
    available = { member1: 1, member2: 0 };
    await look();
    const message = "Deployment web/web is not available: 0 of 1 replicas are available";
    expect(await unhealthy()).toEqual([["member2", { message, since: AT }]]);
    expect(await sweep()).toEqual({ stage: 0, startedAt: AT, tracked: true });

    stored.setTime("2026-01-01T10:01:00Z");
    await look("2026-01-01T10:01:00.000Z");
    expect(await unhealthy()).toEqual([["member2", { message, since: AT }]]);
    expect(await events()).toEqual(["ClusterUnhealthy"]);

    available = { member1: 1, member2: 1 };
    await look("2026-01-01T10:02:00.000Z");
    expect(await unhealthy()).toEqual([]);
    expect((await events()).toSorted()).toEqual(["ClusterHealthy", "ClusterUnhealthy"]);
  });

  it("takes a member that does not answer for unhealthy", async () => {
    await prepare(["member1"]);
    await look();
    expect(await unhealthy()).toEqual([["member1", { message: "no route", since: AT }]]);
  });

  it("asks no member when nothing was placed that can turn unhealthy", async () => {
    await prepare(["member1", "member2"], "ConfigMap");
    await look();
    expect(asked).toEqual([]);
    expect(await sweep()).toEqual({ stage: 0, startedAt: AT, tracked: false });
  });

  it("lets go of a member that has left", async () => {
    await prepare(["member1"]);
    const ref = { group: "cluster.kubernetes-fleet.io", resource: "memberclusters" };
    await removeObject(stored.store, { ...ref, name: "member1" });
    await look();
    expect(await unhealthy()).toEqual([]);
  });

  it("looks at fifty members in one call, and goes on with the next", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `member${index}`);
    await prepare(names);
    available = Object.fromEntries(names.map((name) => [name, 1]));
    await look();
    expect(asked).toHaveLength(50);
    expect(await sweep()).toEqual({ stage: 0, startedAt: AT, tracked: true, next: 50 });
    await look("2026-01-01T10:00:05.000Z");
    expect(asked.toSorted()).toEqual(names.toSorted());
    expect(await sweep()).toEqual({ stage: 0, startedAt: AT, tracked: true });
  });

  it("does nothing when it comes a second time", async () => {
    await prepare(["member1"]);
    available = { member1: 1 };
    await look();
    await look();
    expect(asked).toEqual(["member1"]);
  });
});
