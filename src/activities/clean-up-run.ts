import { FINALIZER_UPDATE_RUN, LABEL_TARGET_UPDATE_RUN } from "../api/names.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementCollection, placementRef, scopeOf } from "./scope.js";
import { removeFinalizers, removeObject } from "./server-objects.js";
import { runRef } from "./stored-run.js";

/**
 * Ends a deleted run: its approval requests and its bookkeeping go, nothing on the members is touched.
 * Source: KubeFleet, deleting a run.
 */
export async function cleanUpRun(deps: Dependencies, run: TargetRef): Promise<void> {
  const { approvals } = scopeOf(run);
  const { items } = await deps.store.list(placementCollection(run, approvals));
  const own = items.filter(
    (request) => request.metadata.labels?.[LABEL_TARGET_UPDATE_RUN] === run.name,
  );
  for (const request of own) {
    await removeObject(deps.store, placementRef(run, approvals, request.metadata.name));
  }
  await deps.clusters.removePartition(run.uid);
  await removeFinalizers(deps.store, runRef(run), [FINALIZER_UPDATE_RUN]);
}
