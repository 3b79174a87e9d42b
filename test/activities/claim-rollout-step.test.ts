import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimRolloutStep } from "../../src/activities/claim-rollout-step.js";
import type { TargetRef } from "../../src/activities/contracts.js";
import type { Dependencies } from "../../src/activities/dependencies.js";
import { placementRef } from "../../src/activities/scope.js";
import { changeObject } from "../../src/activities/server-objects.js";
import type { KubeObject } from "../../src/api/meta.js";
import { ResourceBinding } from "../../src/api/resource-binding.js";
import { bindingStatus } from "../../src/placement/binding-status.js";
import { makeBinding, makePlacement, makeSnapshot } from "../placement/fixtures.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const placement: TargetRef = { kind: "ClusterResourcePlacement", name: "web", uid: "web-uid" };
const ROUND = "2026-11-21T10:00:00.000Z";

let stored: StoredDependencies;
let deps: Dependencies;

beforeEach(async () => {
  stored = await storedDependencies();
  deps = stored as unknown as Dependencies;
  stored.setTime("2026-11-21T10:00:00Z");
});
afterEach(() => stored.close());

const create = (resource: string, object: KubeObject) =>
  stored.store.create(placementRef(placement, resource, object.metadata.name), object);

const bindingRef = (name: string) => placementRef(placement, "clusterresourcebindings", name);

async function placed(
  strategy: NonNullable<ReturnType<typeof makePlacement>["spec"]["strategy"]>,
  bindings: readonly ResourceBinding[],
): Promise<void> {
  const own = { "kubernetes-fleet.io/parent-CRP": "web" };
  await create("clusterresourceplacements", makePlacement({ strategy }));
  const snapshot = makeSnapshot(1, "hash", true);
  const labels = { ...snapshot.metadata.labels, ...own };
  const metadata = { ...snapshot.metadata, labels };
  await create("clusterresourcesnapshots", { ...snapshot, metadata });
  for (const binding of bindings) {
    await create("clusterresourcebindings", {
      ...binding,
      metadata: { ...binding.metadata, labels: own },
    });
  }
}

const outdated = (cluster: string) =>
  makeBinding(cluster, {
    spec: { resourceSnapshotName: "web-0-snapshot" },
    steps: { WorkSynchronized: "True", Applied: "True", Available: "True" },
  });

const claim = async (lane: number, round = ROUND) =>
  (await claimRolloutStep(deps, { placement, lane, round }))?.binding.spec.targetCluster;

/** As a lane does when all is well with a cluster. */
async function finish(cluster: string): Promise<void> {
  await changeObject(stored.store, bindingRef(`web-${cluster}`), (current) => {
    const { annotations: _, ...metadata } = current.metadata;
    const status = bindingStatus({
      binding: ResourceBinding.parse(current),
      placementName: "web",
      report: { outcomes: [], inventory: [], pruned: [], pruneFailures: [] },
      now: stored.now(),
    });
    return { ...current, metadata, status };
  });
}

describe("claimRolloutStep", () => {
  it("points the binding at the latest snapshot and starts its status anew", async () => {
    await placed({ type: "RollingUpdate" }, [outdated("a")]);
    const claimed = await claimRolloutStep(deps, { placement, lane: 0, round: ROUND });
    expect(claimed).toMatchObject({
      work: "Update",
      binding: {
        metadata: { generation: 3, annotations: { "stagecoach.dev/rollout-lane": `${ROUND}/0` } },
        spec: { state: "Bound", resourceSnapshotName: "web-1-snapshot" },
      },
    });
    expect(claimed?.binding.status?.conditions).toEqual([
      {
        type: "RolloutStarted",
        status: "True",
        observedGeneration: 3,
        lastTransitionTime: "2026-11-21T10:00:00Z",
        reason: "RolloutStarted",
        message: "Detected the new changes on the resources and started the rollout process",
      },
    ]);
  });

  it("gives a lane the cluster it has in hand again: its earlier try may have died", async () => {
    await placed({ type: "RollingUpdate" }, ["a", "b", "c"].map(outdated));
    expect([await claim(2), await claim(2)]).toEqual(["a", "a"]);
  });

  it("never begins with more clusters than may be unavailable, however the lanes race", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const rollingUpdate = { maxUnavailable: 3 };
    await placed({ type: "RollingUpdate", rollingUpdate }, names.map(outdated));
    const lanes = Array.from({ length: 8 }, (_, lane) => claim(lane));
    const taken = (await Promise.all(lanes)).filter((name) => name !== undefined);
    expect(taken.toSorted()).toEqual(["a", "b", "c"]);
  });

  it("lets the next one in when one has become available", async () => {
    await placed({ type: "RollingUpdate" }, ["a", "b", "c"].map(outdated));
    expect([await claim(0), await claim(1)]).toEqual(["a", undefined]);
    await finish("a");
    expect(await claim(1)).toBe("b");
  });

  it("takes over what lanes of an earlier round left", async () => {
    await placed({ type: "RollingUpdate" }, [outdated("a")]);
    await claim(0);
    expect([await claim(1), await claim(1, "2026-11-21T10:05:00.000Z")]).toEqual([undefined, "a"]);
  });

  it.each([
    {
      behaviour: "leaves placements alone that update runs roll out",
      change: (object: KubeObject) => ({
        ...object,
        spec: { ...(object.spec as object), strategy: { type: "External" } },
      }),
    },
    {
      behaviour: "begins nothing for a placement that is being deleted",
      change: (object: KubeObject) => ({
        ...object,
        metadata: { ...object.metadata, deletionTimestamp: "2026-11-21T10:00:00Z" },
      }),
    },
    {
      behaviour: "begins nothing for a namesake",
      change: (object: KubeObject) => ({
        ...object,
        metadata: { ...object.metadata, uid: "another" },
      }),
    },
  ])("$behaviour", async ({ change }) => {
    await placed({ type: "RollingUpdate" }, [outdated("a")]);
    const ref = placementRef(placement, "clusterresourceplacements", "web");
    await changeObject(stored.store, ref, change);
    expect(await claim(0)).toBeUndefined();
  });
});
