import type { StageUpdatingStatus, UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";

/** Place of the stage that the run is at: the first that has not succeeded, else the delete stage, which comes after all. */
export function openStageIndex({ stagesStatus = [] }: UpdateRunStatus): number {
  const index = stagesStatus.findIndex((stage) => !hasSucceeded(stage));
  return index < 0 ? stagesStatus.length : index;
}

/** The stage that the run is at; undefined when all are complete, and before initialization. */
export function openStage(status: UpdateRunStatus | undefined): StageUpdatingStatus | undefined {
  const stages = [...(status?.stagesStatus ?? []), status?.deletionStageStatus];
  return stages.find((stage) => stage && !hasSucceeded(stage));
}

export function hasSucceeded({ conditions }: StageUpdatingStatus): boolean {
  return conditionOf(conditions, "Succeeded")?.status === "True";
}
