import type { KubeObject } from "../api/meta.js";
import { FINALIZER_OVERRIDE_CLEANUP } from "../api/names.js";
import type { SyncOverrideResult, TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { snapshotOverride, snapshotsOf } from "./override-snapshots.js";
import { overrideSnapshotKey, overrideSnapshotsInUse } from "./override-snapshots-in-use.js";
import { recordEvent } from "./record-event.js";
import { placementRef, scopeOf } from "./scope.js";
import { removeFinalizers, removeObject } from "./server-objects.js";

/**
 * One look at an override: its latest snapshot says what it says, or all of them go when it goes, which is not before
 * unfinished runs are done with them. Doing it again changes nothing.
 */
export const makeSyncOverride =
  (deps: Dependencies) =>
  async (target: TargetRef): Promise<SyncOverrideResult> => {
    await deps.wakeups.clear(target.uid);
    const { overrides } = scopeOf(target);
    const object = await deps.store.get(placementRef(target, overrides, target.name));
    if (!object || object.metadata.uid !== target.uid) return { kind: "Synced" };
    const snapshots = await snapshotsOf(deps, target);
    if (object.metadata.deletionTimestamp) {
      const names = snapshots.map(({ metadata }) => metadata.name);
      if (await isHeld(deps, object, names)) return { kind: "InUse" };
      await removeSnapshots(deps, target, names);
    } else {
      await snapshotOverride(deps, object, snapshots);
    }
    return { kind: (await deps.wakeups.isPending(target.uid)) ? "Again" : "Synced" };
  };

/** Says on the override which run it waits for. */
async function isHeld(
  deps: Dependencies,
  override: KubeObject,
  names: readonly string[],
): Promise<boolean> {
  const inUse = await overrideSnapshotsInUse(deps);
  const { namespace } = override.metadata;
  const held = names.find((name) => inUse.has(overrideSnapshotKey(name, namespace)));
  if (held === undefined) return false;
  const run = inUse.get(overrideSnapshotKey(held, namespace));
  await recordEvent(deps, override, {
    type: "Normal",
    reason: "OverrideSnapshotInUse",
    message: `Snapshot ${held} is recorded by the unfinished update run ${run}: the override goes once that run is finished or deleted`,
  });
  return true;
}

async function removeSnapshots(
  deps: Dependencies,
  target: TargetRef,
  names: readonly string[],
): Promise<void> {
  const { overrides, overrideSnapshots } = scopeOf(target);
  for (const name of names) {
    await removeObject(deps.store, placementRef(target, overrideSnapshots, name));
  }
  await removeFinalizers(deps.store, placementRef(target, overrides, target.name), [
    FINALIZER_OVERRIDE_CLEANUP,
  ]);
}
