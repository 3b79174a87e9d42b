import type { KubeObject } from "../api/meta.js";
import { UpdateRunSpec } from "../api/update-run.js";
import { leftOut, pickedSince } from "../rollout/left-out.js";
import { RunProgress, storedStatus } from "../rollout/run-status.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import type { PlacementState } from "./read-placement.js";
import { recordEvent } from "./record-event.js";
import { placementCollection, placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";

/**
 * Records on the unfinished runs of a placement which clusters joined too late for them, once per cluster as an event.
 * One list of runs as long as nobody joins. A run that validates strictly ends instead, and says so itself.
 */
export async function reportLeftOut(
  deps: Dependencies,
  target: TargetRef,
  { placement, bindings }: PlacementState,
): Promise<void> {
  if (placement.spec.strategy?.type !== "External") return;
  const { runs } = scopeOf(target);
  const { items } = await deps.store.list(placementCollection(target, runs));
  for (const run of items) {
    if (!keepsTargetsOf(run, target)) continue;
    const picked = pickedSince(bindings, run.metadata.creationTimestamp ?? "");
    const recorded = storedStatus(run).leftOutClusters ?? [];
    if (picked.length + recorded.length > 0) await reportOn(deps, target, run, picked);
  }
}

function keepsTargetsOf({ spec, progress }: KubeObject, target: TargetRef): boolean {
  return (
    progress !== undefined &&
    RunProgress.parse(progress).validation !== "Strict" &&
    UpdateRunSpec.parse(spec).placementName === target.name
  );
}

async function reportOn(
  deps: Dependencies,
  target: TargetRef,
  run: KubeObject,
  picked: readonly string[],
): Promise<void> {
  const rows = await deps.clusters.list(run.metadata.uid ?? "");
  const clusters = leftOut(
    picked,
    rows.map(({ value }) => value),
  );
  const ref = placementRef(target, scopeOf(target).runs, run.metadata.name);
  let joined: readonly string[] = [];
  const object = await changeObject(deps.store, ref, (current) => {
    joined = [];
    if (current.metadata.uid !== run.metadata.uid || current.progress === undefined)
      return undefined;
    const { leftOutClusters = [], ...status } = storedStatus(current);
    joined = clusters.filter((name) => !leftOutClusters.includes(name));
    if (joined.length === 0 && clusters.length === leftOutClusters.length) return undefined;
    return {
      ...current,
      status: { ...status, ...(clusters.length > 0 && { leftOutClusters: [...clusters] }) },
    };
  });
  if (!object) return;
  for (const cluster of joined) {
    await recordEvent(deps, object, {
      type: "Normal",
      reason: "ClusterLeftOut",
      message: `Cluster ${cluster} joined the placement after the run was initialized: the next run updates it`,
      facts: { cluster },
    });
  }
}
