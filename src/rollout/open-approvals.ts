import type { UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { openStage } from "./open-stage.js";

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
