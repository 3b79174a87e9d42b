import type { ObjectLooks } from "../storage/table-object-store.js";
import type { TargetRef } from "./contracts.js";
import { placementRef, scopeOf } from "./scope.js";
import { runRef } from "./stored-run.js";

type Looks = Pick<ObjectLooks, "livingUid">;

/** Whether what a run brings to a cluster is still wanted: neither the run nor its placement is gone or going. */
export async function isStillWanted(
  store: Looks,
  run: TargetRef,
  placement: TargetRef,
): Promise<boolean> {
  const [uid, placed] = await Promise.all([
    store.livingUid(runRef(run)),
    isStillPlaced(store, placement),
  ]);
  return uid === run.uid && placed;
}

/**
 * Whether a placement is neither gone nor going. To be asked under a member's lease: one that is being taken down waits
 * for its turn, and then gets everything.
 */
export async function isStillPlaced(store: Looks, placement: TargetRef): Promise<boolean> {
  const { placements } = scopeOf(placement);
  const ref = placementRef(placement, placements, placement.name);
  return (await store.livingUid(ref)) === placement.uid;
}
