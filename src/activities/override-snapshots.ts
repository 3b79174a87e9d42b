import type { KubeObject } from "../api/meta.js";
import { LABEL_PARENT_RESOURCE_OVERRIDE } from "../api/names.js";
import { ClusterResourceOverrideSnapshot, ResourceOverrideSnapshot } from "../api/override.js";
import type { OverrideSnapshots } from "../placement/matching-overrides.js";
import { overrideHashOf, planOverrideSnapshot } from "../placement/override-snapshot-plan.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { labelLatest } from "./label-latest.js";
import { overrideSnapshotKey, overrideSnapshotsInUse } from "./override-snapshots-in-use.js";
import { recordEvent } from "./record-event.js";
import { placementCollection, placementRef, scopeOf } from "./scope.js";
import { changeObject, createIfAbsent, removeObject } from "./server-objects.js";
import { sha256 } from "./sha256.js";

/** Tries when somebody else takes the same index: each try is one of theirs that succeeded. */
const TRIES = 20;

/**
 * The latest snapshots of all overrides that a placement or run of that scope may be concerned by; those that are not
 * there yet are made. Without overrides it costs two lists.
 */
export async function latestOverrides(
  deps: Dependencies,
  { namespace }: Pick<TargetRef, "namespace">,
): Promise<OverrideSnapshots> {
  const [cluster, namespaced] = await Promise.all([
    latestOf(deps, scopeOf({}), undefined),
    latestOf(deps, scopeOf({ namespace: namespace ?? "" }), namespace),
  ]);
  return {
    cluster: cluster.map((object) => ClusterResourceOverrideSnapshot.parse(object)),
    namespaced: namespaced.map((object) => ResourceOverrideSnapshot.parse(object)),
  };
}

async function latestOf(
  deps: Dependencies,
  resources: ReturnType<typeof scopeOf>,
  namespace: string | undefined,
): Promise<readonly KubeObject[]> {
  const { items } = await deps.store.list(placementCollection({ namespace }, resources.overrides));
  const live = items.filter(({ metadata }) => !metadata.deletionTimestamp);
  if (live.length === 0) return [];
  const snapshots = await deps.store.list(
    placementCollection({ namespace }, resources.overrideSnapshots),
  );
  return Promise.all(live.map((override) => snapshotOverride(deps, override, snapshots.items)));
}

/** Every snapshot of an override that is there. */
export async function snapshotsOf(
  deps: Dependencies,
  { namespace, name }: Pick<TargetRef, "namespace" | "name">,
): Promise<readonly KubeObject[]> {
  const { overrideSnapshots } = scopeOf({ namespace });
  const { items } = await deps.store.list(placementCollection({ namespace }, overrideSnapshots));
  return items.filter((object) => isSnapshotOf(object, { namespace, name }));
}

function isSnapshotOf(
  { metadata }: KubeObject,
  { namespace, name }: Pick<TargetRef, "namespace" | "name">,
): boolean {
  return (
    metadata.labels?.[LABEL_PARENT_RESOURCE_OVERRIDE] === name && metadata.namespace === namespace
  );
}

/**
 * The snapshot that holds an override as it is, made when there is none. The oldest go beyond the limit, but for those
 * that unfinished runs have recorded.
 *
 * @param known snapshots that were read a moment ago, of any overrides
 */
export async function snapshotOverride(
  deps: Dependencies,
  override: KubeObject,
  known: readonly KubeObject[],
): Promise<KubeObject> {
  let existing: readonly KubeObject[] = known.filter((object) =>
    isSnapshotOf(object, override.metadata),
  );
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const latest = await carryOutPlan(deps, override, existing);
    if (latest) return latest;
    existing = await snapshotsOf(deps, override.metadata);
  }
  throw new Error(`${override.kind} ${override.metadata.name}: it was changed all the time`);
}

/** Undefined when somebody else made another snapshot at the same index. */
async function carryOutPlan(
  deps: Dependencies,
  override: KubeObject,
  existing: readonly KubeObject[],
): Promise<KubeObject | undefined> {
  const plan = planOverrideSnapshot(override, existing, sha256);
  const { overrideSnapshots } = scopeOf(override.metadata);
  const ref = (name: string) => placementRef(override.metadata, overrideSnapshots, name);
  const label = (name: string, latest: boolean) =>
    changeObject(deps.store, ref(name), (object) => labelLatest(object, latest));
  let latest = existing.find(({ metadata }) => metadata.name === plan.latest);
  if (plan.create) {
    const { object, created } = await createIfAbsent(deps, ref(plan.latest), plan.create);
    if (overrideHashOf(object) !== overrideHashOf(plan.create)) return undefined;
    if (created) await tellSnapshot(deps, override, plan.latest);
    latest = object;
  }
  for (const name of plan.promote) await label(name, true);
  for (const name of plan.demote) await label(name, false);
  if (plan.surplus.length > 0) {
    const inUse = await overrideSnapshotsInUse(deps);
    const { namespace } = override.metadata;
    const removable = plan.surplus.filter(
      (name) => !inUse.has(overrideSnapshotKey(name, namespace)),
    );
    for (const name of removable) await removeObject(deps.store, ref(name));
  }
  return latest;
}

function tellSnapshot(deps: Dependencies, override: KubeObject, name: string): Promise<void> {
  return recordEvent(deps, override, {
    type: "Normal",
    reason: "OverrideSnapshotCreated",
    message: `Created snapshot ${name}`,
  });
}
