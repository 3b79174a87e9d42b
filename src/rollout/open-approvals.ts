import type { StageUpdatingStatus, UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";

/** The stage that the run is at: the first that has not succeeded, the delete stage last. */
export function openStage(status: UpdateRunStatus | undefined): StageUpdatingStatus | undefined {
  const stages = [...(status?.stagesStatus ?? []), status?.deletionStageStatus];
  return stages.find(
    (stage) => stage && conditionOf(stage.conditions, "Succeeded")?.status !== "True",
  );
}

/** Names of the approval requests that exist and that the run has not taken over. */
export function openApprovals(status: UpdateRunStatus): readonly string[] {
  const stage = openStage(status);
  const tasks = [...(stage?.beforeStageTaskStatus ?? []), ...(stage?.afterStageTaskStatus ?? [])];
  return tasks.flatMap(({ approvalRequestName, conditions }) =>
    approvalRequestName &&
    conditionOf(conditions, "ApprovalRequestCreated")?.status === "True" &&
    conditionOf(conditions, "ApprovalRequestApproved")?.status !== "True"
      ? [approvalRequestName]
      : [],
  );
}
