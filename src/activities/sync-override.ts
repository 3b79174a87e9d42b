import { FINALIZER_OVERRIDE_CLEANUP } from "../api/names.js";
import type { SyncOverrideResult, TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { snapshotOverride, snapshotsOf } from "./override-snapshots.js";
import { placementRef, scopeOf } from "./scope.js";
import { removeFinalizers, removeObject } from "./server-objects.js";

/**
 * One look at an override: its latest snapshot says what it says, or all of them go when it goes. Doing it again changes
 * nothing.
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
      await removeSnapshots(
        deps,
        target,
        snapshots.map(({ metadata }) => metadata.name),
      );
    } else {
      await snapshotOverride(deps, object, snapshots);
    }
    return { kind: (await deps.wakeups.isPending(target.uid)) ? "Again" : "Synced" };
  };

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
