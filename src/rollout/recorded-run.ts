import type { UpdateRunStatus } from "../api/update-run.js";
import type { ClusterProgress } from "./cluster-progress.js";
import type { RunIdentity } from "./run-identity.js";
import { countsFailures, type StageRules } from "./stage-rules.js";

/** What an initialized run has recorded of itself. */
export interface RecordedRun {
  readonly run: RunIdentity;
  /** Without the clusters, which are rows of their own. */
  readonly status: UpdateRunStatus;
  /** Rows of every stage in order, the delete stage's last. */
  readonly clusters: readonly ClusterProgress[];
  /** Uid of the placement that the run was computed for. */
  readonly placementUid?: string | undefined;
  /** Rules of the stages, in their order; absent: KubeFleet's behaviour. */
  readonly rules?: readonly StageRules[] | undefined;
}

/** The rows of one stage, in the order in which they are updated. */
export function clustersOfStage(
  { clusters }: Pick<RecordedRun, "clusters">,
  stage: number,
): readonly ClusterProgress[] {
  return clusters.filter((cluster) => cluster.stage === stage);
}

/** Whether clusters of a stage may fail without ending the run. */
export function mayFail({ rules }: Pick<RecordedRun, "rules">, stage: number): boolean {
  return countsFailures(rules?.[stage] ?? {});
}
