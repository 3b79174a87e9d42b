import type { Condition } from "../api/meta.js";
import type { StageUpdatingStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import type { ClusterProgress } from "./cluster-progress.js";
import { ABORT, UNEXPECTED } from "./reasons.js";
import { clustersOfStage, mayFail, type RecordedRun } from "./recorded-run.js";

/** Where a run is according to its record. */
export interface Position {
  /** Index of the stage that is being updated; -1 when none is. */
  readonly updating: number;
  /** Index of the last finished stage; -1 before the first. */
  readonly lastFinished: number;
}

export type RecordCheck =
  | { readonly ok: true; readonly position: Position }
  | { readonly ok: false; readonly message: string };

/**
 * Whether a run's record can be true: stages are finished in order, one at a time, and cleaning up comes last. Nothing
 * that a run does makes another record, so one that fails here was damaged.
 * Source: KubeFleet `updaterun/validation.go`, checks 15 to 20, 22, 24 and 25, and the one of `execution.go` for tasks
 * before a stage; texts are its own.
 */
export function checkRecord(recorded: RecordedRun): RecordCheck {
  const { stagedUpdateStrategySnapshot, stagesStatus, deletionStageStatus } = recorded.status;
  if (!stagedUpdateStrategySnapshot)
    return unexpected("the updateRun has nil updateStrategySnapshot");
  if (!stagesStatus) return unexpected("the updateRun has nil stagesStatus");
  const stages = checkStages(recorded, stagesStatus);
  if (!stages.ok) return stages;
  if (!deletionStageStatus) return unexpected("the updateRun has nil deletionStageStatus");
  return checkDeleteStage(stages.position, stagesStatus.length, deletionStageStatus);
}

function checkStages(recorded: RecordedRun, stages: readonly StageUpdatingStatus[]): RecordCheck {
  let position: Position = { updating: -1, lastFinished: -1 };
  for (const [index, stage] of stages.entries()) {
    const open = clustersOfStage(recorded, index).find(
      ({ phase }) => !isSettled(phase, mayFail(recorded, index)),
    );
    const checked = checkStage(position, index, stage, open);
    if (!checked.ok) return checked;
    position = checked.position;
  }
  return { ok: true, position };
}

/** Whether nothing is left to do on a cluster, so that its stage may be finished. */
function isSettled(phase: ClusterProgress["phase"], mayFail: boolean): boolean {
  return phase === "Succeeded" || phase === "Skipped" || (phase === "Failed" && mayFail);
}

function checkStage(
  position: Position,
  index: number,
  stage: StageUpdatingStatus,
  open: ClusterProgress | undefined,
): RecordCheck {
  const unsupported = stage.beforeStageTaskStatus?.find(({ type }) => type !== "Approval");
  if (unsupported) {
    return unexpected(`found unsupported task type in before stage tasks: ${unsupported.type}`);
  }
  const succeeded = conditionOf(stage.conditions, "Succeeded");
  switch (succeeded?.status) {
    case "True":
      return checkFinished(position, index, stage, open);
    case "False":
      return aborted(`the stage \`${stage.stageName}\` has failed, err: ${succeeded.message}`);
    default:
      return conditionOf(stage.conditions, "Progressing")
        ? checkUpdating(position, index, stage)
        : { ok: true, position };
  }
}

function checkFinished(
  { updating, lastFinished }: Position,
  index: number,
  { stageName }: StageUpdatingStatus,
  open: ClusterProgress | undefined,
): RecordCheck {
  if (updating !== -1) {
    return unexpected(
      `the finished stage \`${index}\` is after the updating stage \`${updating}\``,
    );
  }
  if (open) {
    return unexpected(
      `cluster \`${open.clusterName}\` in the finished stage \`${stageName}\` has not succeeded`,
    );
  }
  if (index !== lastFinished + 1) {
    return unexpected(
      `the finished stage \`${stageName}\` is not right after the last finished stage with index \`${lastFinished}\``,
    );
  }
  return { ok: true, position: { updating, lastFinished: index } };
}

function checkUpdating(
  { updating, lastFinished }: Position,
  index: number,
  { stageName }: StageUpdatingStatus,
): RecordCheck {
  if (updating !== -1) {
    return unexpected(
      `the stage \`${stageName}\` is updating, but there is already a stage with index \`${updating}\` updating`,
    );
  }
  if (index !== lastFinished + 1) {
    return unexpected(
      `the updating stage \`${stageName}\` is not right after the last finished stage with index \`${lastFinished}\``,
    );
  }
  return { ok: true, position: { updating: index, lastFinished } };
}

function checkDeleteStage(
  position: Position,
  stages: number,
  { conditions }: StageUpdatingStatus,
): RecordCheck {
  const { updating, lastFinished } = position;
  const succeeded = conditionOf(conditions, "Succeeded");
  const isLeft = updating !== -1 || lastFinished < stages - 1;
  if (isLeft && isActive(succeeded, conditions)) {
    return unexpected(
      `the delete stage is active, but there are still stages updating, updatingStageIndex: ${updating}, lastFinishedStageIndex: ${lastFinished}`,
    );
  }
  if (succeeded?.status !== "False") return { ok: true, position };
  return aborted(`the delete stage has failed, err: ${succeeded.message}`);
}

function isActive(
  succeeded: Condition | undefined,
  conditions: readonly Condition[] | undefined,
): boolean {
  return succeeded !== undefined || conditionOf(conditions, "Progressing") !== undefined;
}

function unexpected(detail: string): RecordCheck {
  return aborted(`${UNEXPECTED}${detail}`);
}

function aborted(detail: string): RecordCheck {
  return { ok: false, message: `${ABORT}${detail}` };
}
