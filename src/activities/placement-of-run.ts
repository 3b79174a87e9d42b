import type { KubeObject } from "../api/meta.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementRef, scopeOf } from "./scope.js";
import type { StoredRun } from "./stored-run.js";

/** The placement of a run without its status, in whatever state it is; undefined when there is none. */
export function readPlacementOf(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<KubeObject | undefined> {
  const { placements } = scopeOf(target);
  return deps.store.withoutStatus(placementRef(target, placements, run.spec.placementName));
}
