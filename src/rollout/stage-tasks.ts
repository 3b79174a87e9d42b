import type { StageTaskStatus, StageUpdatingStatus } from "../api/update-run.js";
import type { StageConfig } from "../api/update-strategy.js";
import { approvalTask } from "./approval-task.js";
import type { Effect } from "./next.js";
import type { RunView } from "./run-view.js";
import type { TaskRefusal, TaskResult } from "./task-result.js";
import { timedWait, type WaitTimes, waitTimeOf } from "./timed-wait.js";
import type { Wait } from "./wait.js";

/** How far the tasks before or after a stage are. */
export interface TaskCheck {
  readonly passed: boolean;
  /** Ends the run. */
  readonly failure?: string | undefined;
  /** Stops the run until somebody thinks better of it. */
  readonly refusal?: TaskRefusal | undefined;
  readonly patch: Partial<StageUpdatingStatus>;
  readonly effects: readonly Effect[];
  /** One for each task that is not done. */
  readonly waitingFor: readonly Wait[];
  /** When to look again at the latest. */
  readonly until?: string | undefined;
  /** The stage's members have to be looked at before the tasks can be. */
  readonly checkDue: boolean;
}

/** Approval before a stage. Source: KubeFleet, before-stage tasks. */
export function checkBeforeStage(view: RunView, stage: StageUpdatingStatus, now: Date): TaskCheck {
  const results = (stage.beforeStageTaskStatus ?? []).map((task) =>
    approvalTask(view, stage.stageName, "beforeStage", task, now),
  );
  return combine(results, (tasks) => (tasks.length > 0 ? { beforeStageTaskStatus: tasks } : {}));
}

/** Waits and approvals after a stage: all at the same time, done when all are. Source: KubeFleet, stage completion. */
export function checkAfterStage(
  view: RunView,
  stage: StageUpdatingStatus,
  config: StageConfig | undefined,
  times: WaitTimes,
): TaskCheck {
  const results = (stage.afterStageTaskStatus ?? []).map((task) => {
    if (task.type === "Approval") {
      return approvalTask(view, stage.stageName, "afterStage", task, times.now);
    }
    return timedWait(
      view,
      { stageName: stage.stageName, waitTime: waitTimeOf(config) },
      task,
      times,
    );
  });
  return combine(results, (tasks) => (tasks.length > 0 ? { afterStageTaskStatus: tasks } : {}));
}

function combine(
  results: readonly TaskResult[],
  patch: (tasks: StageTaskStatus[]) => Partial<StageUpdatingStatus>,
): TaskCheck {
  const until = results.flatMap((result) => (result.until ? [result.until] : [])).sort()[0];
  const failure = results.find((result) => result.failure)?.failure;
  return {
    passed: results.every((result) => result.passed),
    failure,
    refusal: results.find((result) => result.refusal)?.refusal,
    patch: patch(results.map((result) => result.task)),
    effects: results.flatMap((result) => result.effects ?? []),
    waitingFor: results.flatMap((result) => (result.waitingFor ? [result.waitingFor] : [])),
    until,
    checkDue: results.some((result) => result.checkDue),
  };
}
