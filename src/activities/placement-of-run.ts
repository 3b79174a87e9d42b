import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementRef, scopeOf } from "./scope.js";
import type { StoredRun } from "./stored-run.js";

/** The placement that a run rolls out, also while it is being deleted; undefined when it is gone. */
export async function placementOfRun(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<TargetRef | undefined> {
  const { placements, placementKind } = scopeOf(target);
  const name = run.spec.placementName;
  const object = await deps.store.get(placementRef(target, placements, name));
  const uid = object?.metadata.uid;
  if (!uid) return undefined;
  return { kind: placementKind, namespace: target.namespace, name, uid };
}
