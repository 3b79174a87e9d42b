import { type ClusterProgress, released, stageRowPrefix } from "../rollout/cluster-progress.js";
import { isStoreError } from "../storage/object-store.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";

/**
 * Lets the failed clusters of a stage begin anew; the others stay as they are. May be repeated, and cut half way: what
 * is left over is still failed.
 */
export async function retryFailed(
  deps: Dependencies,
  run: TargetRef,
  stage: number,
): Promise<void> {
  const rows = await deps.clusters.list(run.uid, { prefix: stageRowPrefix(stage) });
  const at = deps.now().toISOString();
  for (const { row, value, version } of rows) {
    if (value.phase !== "Failed") continue;
    const pending: ClusterProgress = released(value, { at, message: value.message ?? "" });
    try {
      await deps.clusters.replace(run.uid, row, pending, version);
    } catch (error) {
      // Somebody else did it, or the run is gone: the next look tells.
      if (!isStoreError(error, "Conflict") && !isStoreError(error, "NotFound")) throw error;
    }
  }
}
