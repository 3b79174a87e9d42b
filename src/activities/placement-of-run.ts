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
