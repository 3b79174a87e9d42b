import { Placement } from "../api/placement.js";
import { contentFailure } from "../rollout/check-content.js";
import type { TargetsCheck } from "../rollout/check-targets.js";
import type { ClusterProgress } from "../rollout/cluster-progress.js";
import type { RecordedRun } from "../rollout/recorded-run.js";
import { validateRun } from "../rollout/validate-run.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { readPlacementOf } from "./placement-of-run.js";
import { readTargets } from "./read-targets.js";
import { scopeOf } from "./scope.js";
import type { StoredRun } from "./stored-run.js";

/**
 * Whether an initialized run may go on with what is stored now. A run that keeps its targets costs one read, that of
 * its placement; one that validates strictly also reads policy snapshots, bindings and members.
 */
export async function validateStoredRun(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
  clusters: readonly ClusterProgress[],
): Promise<TargetsCheck> {
  const strict = run.progress?.validation === "Strict";
  const [placement, targets] = await Promise.all([
    readPlacementOf(deps, target, run),
    strict ? readTargets(deps, target, run) : undefined,
  ]);
  return validateRun(recordedRun(target, run, clusters), {
    placement: placement && Placement.parse(placement),
    targets,
  });
}

/**
 * The placement that a run brings to clusters now. Undefined when the run has to end: then its lanes leave what they
 * have in hand, and the next look says why.
 */
export async function placementToUpdate(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<TargetRef | undefined> {
  const object = await readPlacementOf(deps, target, run);
  const placement = object && Placement.parse(object);
  const uid = placement?.metadata.uid;
  if (!uid || contentFailure(recordedRun(target, run, []), placement) !== undefined) {
    return undefined;
  }
  if (run.progress?.validation === "Strict") {
    const rows = await deps.clusters.list(target.uid);
    const clusters = rows.map(({ value }) => value);
    const { kind } = await validateStoredRun(deps, target, run, clusters);
    if (kind !== "Unchanged") return undefined;
  }
  const { placementKind } = scopeOf(target);
  return { kind: placementKind, namespace: target.namespace, name: run.spec.placementName, uid };
}

/** What a stored run has recorded of itself, with its clusters' rows. */
function recordedRun(
  target: TargetRef,
  { spec, status, progress }: StoredRun,
  clusters: readonly ClusterProgress[],
): RecordedRun {
  return {
    run: { name: target.name, namespace: target.namespace, spec },
    status,
    clusters,
    placementUid: progress?.placementUid,
    rules: progress?.rules,
  };
}
