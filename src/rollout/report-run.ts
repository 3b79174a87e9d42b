import type { Condition } from "../api/meta.js";
import { DELETE_STAGE_NAME } from "../api/names.js";
import type { StageUpdatingStatus, UpdateRun, UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { failureType } from "./failure-type.js";
import { RunReason, StageReason } from "./reasons.js";
import type { RunReport } from "./run-report.js";
import { clusterCounts, isFailed, type RunRoutes, waitingFor } from "./run-waits.js";

/** The report of a run as it is served, with its clusters in the status. `routes` are the ways to go on. */
export function reportRun(run: UpdateRun, routes: RunRoutes): RunReport {
  const { metadata, spec, status } = run;
  const { state, condition } = standing(run);
  const type = failureType(condition);
  const index = status?.resourceSnapshotIndexUsed ?? spec.resourceSnapshotIndex;
  const since = condition?.lastTransitionTime ?? metadata.creationTimestamp;
  return {
    name: metadata.name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    placement: spec.placementName,
    ...(index && { resourceSnapshotIndex: index }),
    state,
    finished: state === "Succeeded" || state === "Failed",
    ...(since !== undefined && { since }),
    ...(condition && { message: condition.message }),
    ...(type !== "none" && { failureType: type }),
    stages: stagesOf(run).map(reportStage),
    waitingFor: [...waitingFor(run, state, routes)],
    failed: stagesOf(run).flatMap(failedClusters),
    ...(status?.leftOutClusters && { leftOut: status.leftOutClusters }),
  };
}

const STATE_OF_REASON: Readonly<Record<string, RunReport["state"]>> = {
  [RunReason.Waiting]: "Waiting",
  [RunReason.Stuck]: "Stuck",
  [RunReason.Stopping]: "Stopping",
  [RunReason.Stopped]: "Stopped",
  [RunReason.ApprovalRefused]: "Stopped",
};

/** Where a run with this status stands. */
export function runState(status: UpdateRunStatus | undefined): RunReport["state"] {
  return standing({ status }).state;
}

/** The state of a run, and the condition that says so. */
function standing({ status }: { readonly status?: UpdateRunStatus | undefined }): {
  readonly state: RunReport["state"];
  readonly condition?: Condition;
} {
  const initialized = conditionOf(status?.conditions, "Initialized");
  const progressing = conditionOf(status?.conditions, "Progressing");
  const succeeded = conditionOf(status?.conditions, "Succeeded");
  if (succeeded) {
    return { state: succeeded.status === "True" ? "Succeeded" : "Failed", condition: succeeded };
  }
  if (initialized?.status === "Unknown") return { state: "Initializing", condition: initialized };
  if (initialized?.status === "False") return { state: "Failed", condition: initialized };
  if (progressing) {
    return { state: STATE_OF_REASON[progressing.reason] ?? "Running", condition: progressing };
  }
  if (initialized) return { state: "Initialized", condition: initialized };
  return { state: "Initializing" };
}

/** The delete stage counts when it has something to do. */
function stagesOf({ status }: UpdateRun): readonly StageUpdatingStatus[] {
  const deletion = status?.deletionStageStatus;
  return [
    ...(status?.stagesStatus ?? []),
    ...(deletion && clusterCounts(deletion).total > 0 ? [deletion] : []),
  ];
}

function reportStage(stage: StageUpdatingStatus): RunReport["stages"][number] {
  return {
    name: nameOf(stage),
    state: stageState(stage),
    ...clusterCounts(stage),
  };
}

const STATE_OF_STAGE_REASON: Readonly<Record<string, RunReport["stages"][number]["state"]>> = {
  [StageReason.Waiting]: "Waiting",
  [StageReason.Stopping]: "Stopping",
  [StageReason.Stopped]: "Stopped",
};

function stageState({ conditions }: StageUpdatingStatus): RunReport["stages"][number]["state"] {
  const succeeded = conditionOf(conditions, "Succeeded");
  if (succeeded) return succeeded.status === "True" ? "Succeeded" : "Failed";
  const progressing = conditionOf(conditions, "Progressing");
  return progressing ? (STATE_OF_STAGE_REASON[progressing.reason] ?? "Running") : "Pending";
}

function failedClusters(stage: StageUpdatingStatus): RunReport["failed"] {
  return stage.clusters.filter(isFailed).map(({ clusterName, conditions }) => ({
    cluster: clusterName,
    stage: nameOf(stage),
    message: conditionOf(conditions, "Succeeded")?.message ?? "",
  }));
}

function nameOf({ stageName }: StageUpdatingStatus): string {
  return stageName === DELETE_STAGE_NAME ? "clean-up" : stageName;
}
