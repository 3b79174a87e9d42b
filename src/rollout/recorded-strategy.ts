import { formatGoDuration, parseGoDuration } from "../api/go-duration.js";
import { approvalRequestName, type TaskPosition } from "../api/names.js";
import type { StageTaskStatus, StageUpdatingStatus, UpdateRunStatus } from "../api/update-run.js";
import type { StageConfig, StageTask, UpdateStrategy } from "../api/update-strategy.js";

export type RecordedStrategy = NonNullable<UpdateRunStatus["stagedUpdateStrategySnapshot"]>;

/** The strategy as a run keeps it: durations as Go prints them, no wait time on approvals. */
export function recordStrategy(strategy: UpdateStrategy): RecordedStrategy {
  return { stages: strategy.spec.stages.map(recordedStage) };
}

function recordedStage(stage: StageConfig): StageConfig {
  const { beforeStageTasks, afterStageTasks } = stage;
  return {
    ...stage,
    maxConcurrency: stage.maxConcurrency ?? 1,
    ...(beforeStageTasks && { beforeStageTasks: beforeStageTasks.map(recordedTask) }),
    ...(afterStageTasks && { afterStageTasks: afterStageTasks.map(recordedTask) }),
  };
}

function recordedTask({ type, waitTime }: StageTask): StageTask {
  if (type === "Approval" || waitTime === undefined) return { type };
  return { type, waitTime: formatGoDuration(parseGoDuration(waitTime)) };
}

/** The status of a stage on which nothing has happened; its clusters are rows of their own. */
export function newStageStatus(run: string, stage: StageConfig): StageUpdatingStatus {
  const status = (position: TaskPosition, tasks: readonly StageTask[] = []) =>
    tasks.map(
      ({ type }): StageTaskStatus => ({
        type,
        ...(type === "Approval" && {
          approvalRequestName: approvalRequestName(run, position, stage.name),
        }),
      }),
    );
  const before = status("before", stage.beforeStageTasks);
  const after = status("after", stage.afterStageTasks);
  return {
    stageName: stage.name,
    clusters: [],
    ...(before.length > 0 && { beforeStageTaskStatus: before }),
    ...(after.length > 0 && { afterStageTaskStatus: after }),
  };
}
