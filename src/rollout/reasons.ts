/**
 * Reasons and messages of runs, stages and tasks: each written once.
 * Source: KubeFleet `pkg/utils/condition/reason.go` and the texts of its update run controller.
 */
export const RunReason = {
  InitializedSuccessfully: "UpdateRunInitializedSuccessfully",
  InitializedFailed: "UpdateRunInitializedFailed",
  /** Our own: initialization is not possible yet. */
  InitializationWaiting: "UpdateRunInitializationWaiting",
  Progressing: "UpdateRunProgressing",
  Waiting: "UpdateRunWaiting",
  Stuck: "UpdateRunStuck",
  Stopping: "UpdateRunStopping",
  Stopped: "UpdateRunStopped",
  /** Our own: somebody said no to an approval request. */
  ApprovalRefused: "UpdateRunApprovalRefused",
  Failed: "UpdateRunFailed",
  Succeeded: "UpdateRunSucceeded",
} as const;

export const StageReason = {
  Started: "StageUpdatingStarted",
  Waiting: "StageUpdatingWaiting",
  Stopping: "StageUpdatingStopping",
  Stopped: "StageUpdatingStopped",
  Failed: "StageUpdatingFailed",
  Succeeded: "StageUpdatingSucceeded",
  SkippedNoClusters: "StageUpdatingSkippedNoClusters",
} as const;

export const TaskReason = {
  ApprovalRequestCreated: "StageTaskApprovalRequestCreated",
  ApprovalRequestApproved: "StageTaskApprovalRequestApproved",
  WaitTimeElapsed: "AfterStageTaskWaitTimeElapsed",
  /** Stagecoach's own: the time is over, and a cluster is not healthy. */
  HeldByUnhealthyClusters: "AfterStageTaskHeldByUnhealthyClusters",
  /** On the approval request itself. */
  ApprovalAccepted: "ApprovalRequestApprovalAccepted",
} as const;

export const RunMessage = {
  initialized: "The UpdateRun initialized successfully",
  initializationWaiting: (what: string) =>
    `The UpdateRun is initialized as soon as this is settled, which is looked at every second: ${what}`,
  progressing: "The update run is making progress",
  waiting: (position: "before-stage" | "after-stage", stage: string) =>
    `The updateRun is waiting for ${position} tasks in stage ${stage} to complete`,
  stuck: (clusters: string, stage: string) =>
    `The updateRun is stuck waiting for ${clusters} cluster(s) in stage ${stage} to finish updating, please check placement status for potential errors`,
  stopping:
    "The update run is the process of stopping, waiting for all the updating/deleting clusters to finish updating before completing the stop process",
  stopped: "The update run has been stopped",
  failed: "The stages are aborted due to a non-recoverable error",
  allStagesCompleted: "All stages are completed",
  succeeded: "All stages are completed successfully",
  refused: (sentence: string) => `The update run has been stopped: ${sentence}`,
  started: "The update run has started",
  resumed: "The update run goes on after it was stopped",
  startable: (sentence: string, command: string) => `${sentence}. To go on: ${command}`,
  resumable: (sentence: string, command: string) => `${sentence}. To try them again: ${command}`,
  retrying: (stage: string) => `The failed clusters of stage ${stage} are tried again`,
  failedWithinBudget: (clusters: string) => `; not updated, within the failure budget: ${clusters}`,
} as const;

export const StageMessage = {
  started: "Clusters in the stage started updating",
  waitingBefore: "Not all before-stage tasks are completed, waiting for approval",
  waitingAfter: "All clusters in the stage are updated, waiting for after-stage tasks to complete",
  stopping:
    "Waiting for all the updating clusters to finish updating before completing the stop process",
  stopped:
    "All the updating clusters have finished updating, the stage is now stopped, waiting to be resumed",
  failed: "Stage update aborted due to a non-recoverable error",
  tasksCompleted: "All clusters in the stage are updated and after-stage tasks are completed",
  succeeded: "Stage update completed successfully",
  skipped: "Stage skipped because it has no clusters",
} as const;

export const TaskMessage = {
  approvalRequestCreated: "ApprovalRequest object is created",
  approvalRequestApproved: (by?: string) =>
    `ApprovalRequest object is approved${by === undefined ? "" : ` by ${by}`}`,
  waitTimeElapsed: "Wait time elapsed",
  heldByUnhealthyClusters: (clusters: string) =>
    `Wait time elapsed, waiting for clusters to be healthy: ${clusters}`,
  approvalAccepted: "The approval request has been approved and cannot be reverted",
} as const;

/** Prefix of every error that ends a run, and of those that validation found. */
export const ABORT = "cannot continue the updateRun: ";
export const VALIDATION_FAILED = `${ABORT}failed to validate the updateRun`;
export const VALIDATION = `${VALIDATION_FAILED}: `;
export const USER_ERROR = "failed to process the request due to a client error: ";
export const UNEXPECTED = "unexpected behavior which cannot be handled by the controller: ";
