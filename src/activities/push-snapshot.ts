import type { KubeObject } from "../api/meta.js";
import { snapshotName } from "../api/names.js";
import type { PushSnapshot } from "../registry/push-snapshot.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { type PlacementState, readPlacement } from "./read-placement.js";
import { placementRef, scopeOf } from "./scope.js";
import { planSnapshot, takeSnapshot } from "./take-snapshot.js";

/** Tries when others take the same index: each try is one of theirs that succeeded. */
const TRIES = 20;

/** Makes the next resource snapshot of a placement from what a request brought. */
export const makePushSnapshot =
  (deps: Dependencies): PushSnapshot =>
  async (placement, resources, dryRun) => {
    const { name, namespace, uid = "" } = placement.metadata;
    const target: TargetRef = { kind: placement.kind, namespace, name, uid };
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const state = await readPlacement(deps, target);
      if (!state) return undefined;
      if (dryRun) return wouldPush(deps, target, state, resources);
      const taken = await takeSnapshot(deps, target, state, resources, "Pushed");
      const object = taken.kind === "Taken" && (await readMaster(deps, target, taken.name));
      if (object) return { object, created: taken.created };
    }
    throw new Error(`${placement.kind} ${name}: others made snapshots all the time`);
  };

async function wouldPush(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  resources: readonly KubeObject[],
) {
  const { plan } = await planSnapshot(deps, target, state, resources);
  const [master] = plan.objects;
  if (plan.kind === "Create" && master) return { object: master, created: true };
  const object = await readMaster(deps, target, snapshotName(target.name, plan.index));
  return object && { object, created: false };
}

function readMaster(
  deps: Dependencies,
  target: TargetRef,
  name: string,
): Promise<KubeObject | undefined> {
  return deps.snapshots.get(placementRef(target, scopeOf(target).snapshots, name));
}
