import type { KubeObject } from "../api/meta.js";
import { type ClusterProgress, stageRowPrefix } from "../rollout/cluster-progress.js";
import { stageView } from "../rollout/run-view.js";
import { stageAtWork, workedRun, workingStatus } from "../rollout/working-status.js";
import type { Documents } from "../storage/documents.js";
import { stringAt } from "./fields.js";

/**
 * A run as it is written, which says at once that it is stopping, or goes on after all: while lanes work on one of its
 * stages, it looks only when they are done. What else its state means is said when it looks, which is now.
 *
 * @param before the run as it is stored
 */
export async function withToldState(
  run: KubeObject,
  before: KubeObject | undefined,
  clusters: Documents<ClusterProgress>,
  now: () => Date,
): Promise<KubeObject> {
  const { uid, deletionTimestamp } = run.metadata;
  if (uid === undefined || deletionTimestamp !== undefined) return run;
  if (stateOf(run) === stateOf(before)) return run;
  const worked = workedRun(run);
  if (!worked) return run;
  const stage = stageAtWork(worked.status);
  if (stage === undefined) return run;
  const rows = await clusters.list(uid, { prefix: stageRowPrefix(stage) });
  const view = stageView(rows.map((row) => row.value));
  return { ...run, status: workingStatus(worked, stage, view, now()) };
}

function stateOf(run: KubeObject | undefined): string | undefined {
  return stringAt(run, "spec", "state");
}
