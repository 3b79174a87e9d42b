import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readClusterManifests } from "../../src/activities/cluster-manifests.js";
import type { Dependencies } from "../../src/activities/dependencies.js";
import {
  latestOverrides,
  snapshotOverride,
  snapshotsOf,
} from "../../src/activities/override-snapshots.js";
import { placementRef } from "../../src/activities/scope.js";
import { makeSyncOverride } from "../../src/activities/sync-override.js";
import type { KubeObject } from "../../src/api/meta.js";
import type { ObjectRef } from "../../src/storage/object-store.js";
import { CONFIG, patchRule } from "../placement/override-fixtures.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const NAMESPACE = "team";
const OVERRIDE = { name: "o", namespace: NAMESPACE };
const CLEANUP = "kubernetes-fleet.io/override-cleanup";

let stored: StoredDependencies;
let deps: Dependencies;
beforeEach(async () => {
  stored = await storedDependencies();
  deps = stored as unknown as Dependencies;
});
afterEach(() => stored.close());

const override = (value: string): KubeObject => ({
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ResourceOverride",
  metadata: { ...OVERRIDE, uid: "override-uid", finalizers: [CLEANUP] },
  spec: {
    resourceSelectors: [{ group: "", version: "v1", kind: "ConfigMap", name: "app" }],
    policy: { overrideRules: [patchRule("/data/key", value)] },
  },
});

const create = (resource: string, object: KubeObject) =>
  stored.store.create(placementRef(object.metadata, resource, object.metadata.name), object);

/** The override with all these values, one after the other. */
async function revise(values: readonly string[]): Promise<void> {
  for (const value of values) {
    await snapshotOverride(deps, override(value), await snapshotsOf(deps, OVERRIDE));
  }
}

const indexes = async () =>
  (await snapshotsOf(deps, OVERRIDE))
    .map(({ metadata }) => Number(metadata.labels?.["kubernetes-fleet.io/override-index"]))
    .sort((a, b) => a - b);

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** An unfinished run that has recorded a snapshot for one of its clusters. */
async function recordInRun(snapshot: string): Promise<void> {
  await create("stagedupdateruns", {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "StagedUpdateRun",
    metadata: { name: "run", namespace: NAMESPACE, uid: "run-uid" },
    progress: {},
  });
  const overrides = { resourceOverrideSnapshots: [{ name: snapshot, namespace: NAMESPACE }] };
  await deps.clusters.upsertAll("run-uid", [
    {
      row: "c-00-00000",
      value: { clusterName: "east", stage: 0, index: 0, phase: "Pending", overrides },
    },
  ]);
}

describe("the snapshots of an override", () => {
  it("are made once by all who look at the same time, with one event", async () => {
    const made = await Promise.all([1, 2, 3].map(() => snapshotOverride(deps, override("a"), [])));
    expect(new Set(made.map(({ metadata }) => metadata.uid)).size).toBe(1);
    expect(await indexes()).toEqual([0]);
    const { items } = await deps.store.list({ group: "", resource: "events" });
    expect(items.map(({ message, count }) => [message, count])).toEqual([
      ["Created snapshot o-0", 1],
    ]);
  });

  it("get different indexes when two revisions are seen at the same time", async () => {
    await Promise.all(["a", "b"].map((value) => snapshotOverride(deps, override(value), [])));
    expect(await indexes()).toEqual([0, 1]);
  });

  it("are kept ten at a time, and those that an unfinished run recorded beyond that", async () => {
    await recordInRun("o-1");
    await revise(numbers(0, 11).map(String));
    expect(await indexes()).toEqual([1, ...numbers(2, 11)]);
    await deps.clusters.removePartition("run-uid");
    await revise(["new"]);
    expect(await indexes()).toEqual(numbers(3, 12));
  });

  it("go with the override, which is held until no unfinished run needs them", async () => {
    await create("resourceoverrides", override("a"));
    const sync = makeSyncOverride(deps);
    const target = { kind: "ResourceOverride", ...OVERRIDE, uid: "override-uid" };
    expect(await sync(target)).toEqual({ kind: "Synced" });
    expect(await indexes()).toEqual([0]);
    const ref = placementRef(OVERRIDE, "resourceoverrides", "o");
    const live = await deps.store.get(ref);
    if (!live) throw new Error("the override is there");
    const deletionTimestamp = "2026-01-01T10:00:00Z";
    await deps.store.update(ref, { ...live, metadata: { ...live.metadata, deletionTimestamp } });
    await recordInRun("o-0");
    expect(await sync(target)).toEqual({ kind: "InUse" });
    expect(await indexes()).toEqual([0]);
    const { items } = await deps.store.list({ group: "", resource: "events" });
    expect(items.map(({ message }) => message)).toContain(
      "Snapshot o-0 is recorded by the unfinished update run team/run: the override goes once that run is finished or deleted",
    );
    await deps.clusters.removePartition("run-uid");
    expect(await sync(target)).toEqual({ kind: "Synced" });
    expect(await indexes()).toEqual([]);
    expect(await deps.store.get(ref)).toBeUndefined();
  });
});

describe("the latest overrides", () => {
  it("are there at once, whoever has not made their snapshots yet", async () => {
    await create("resourceoverrides", override("a"));
    const { cluster, namespaced } = await latestOverrides(deps, {});
    expect([cluster, namespaced.map(({ metadata }) => metadata.name)]).toEqual([[], ["o-0"]]);
  });

  it("of a namespace are those of that namespace", async () => {
    await create("resourceoverrides", override("a"));
    const { namespaced } = await latestOverrides(deps, { namespace: "other" });
    expect(namespaced).toEqual([]);
  });
});

describe("the manifests of a cluster", () => {
  const content = {
    target: {},
    placementName: "web",
    snapshotIndex: "0",
    cluster: "east",
  };
  const names = { resourceOverrideSnapshots: [{ name: "o-0", namespace: NAMESPACE }] };
  let read: ObjectRef[];

  beforeEach(async () => {
    read = [];
    const { store } = deps;
    const get = (ref: ObjectRef) => {
      read.push(ref);
      return store.get(ref);
    };
    deps = { ...deps, store: { ...store, get, list: store.list.bind(store) } };
    const ref = placementRef({}, "clusterresourcesnapshots", "web-0-snapshot");
    await deps.snapshots.create(ref, {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "ClusterResourceSnapshot",
      metadata: { name: "web-0-snapshot" },
      spec: { selectedResources: [CONFIG] },
    });
  });

  it("take nothing but the resource snapshot when the cluster has no overrides", async () => {
    const result = await readClusterManifests(deps, { ...content, overrides: {} });
    expect(result).toMatchObject({ kind: "Ready", manifests: [CONFIG] });
    expect(read).toEqual([]);
  });

  it("wait for a cluster that is not there, rather than taking everything off it", async () => {
    await revise(["a"]);
    expect(await readClusterManifests(deps, { ...content, overrides: names })).toEqual({
      kind: "NoMember",
      message: "MemberCluster east not found",
    });
  });

  it.each([
    {
      behaviour: "the override snapshot",
      change: {},
      message: "override snapshot team/o-0 is gone",
    },
    {
      behaviour: "the resource snapshot",
      change: { snapshotIndex: "7" },
      message: "resource snapshot 7 is gone",
    },
  ])("cannot be made without $behaviour", async ({ change, message }) => {
    const result = await readClusterManifests(deps, { ...content, ...change, overrides: names });
    expect(result).toEqual({ kind: "Gone", message });
  });
});
