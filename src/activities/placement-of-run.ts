import type { KubeObject } from "../api/meta.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementRef, scopeOf } from "./scope.js";
import type { StoredRun } from "./stored-run.js";

/** The placement of a run, whatever its state; undefined when there is none. */
export function readPlacementOf(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<KubeObject | undefined> {
  const { placements } = scopeOf(target);
  return deps.store.get(placementRef(target, placements, run.spec.placementName));
}

/** The placement that a run rolls out, also while it is being deleted; undefined when it is gone. */
export async function placementOfRun(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<TargetRef | undefined> {
  const uid = (await readPlacementOf(deps, target, run))?.metadata.uid;
  if (!uid) return undefined;
  const { placementKind } = scopeOf(target);
  return { kind: placementKind, namespace: target.namespace, name: run.spec.placementName, uid };
}
