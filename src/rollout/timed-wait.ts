import { formatGoDuration, parseGoDuration } from "../api/go-duration.js";
import { toTimestamp } from "../api/meta.js";
import type { StageTaskStatus } from "../api/update-run.js";
import { type ConditionUpdate, conditionOf, setCondition } from "../placement/conditions.js";
import { TaskMessage, TaskReason } from "./reasons.js";
import { annotateCommand } from "./resume.js";
import type { RunView } from "./run-view.js";
import { soakState } from "./soak.js";
import { ANNOTATION_SOAK } from "./stage-rules.js";
import { type TaskResult, withCondition } from "./task-result.js";

/** What a TimedWait is counted from and compared with. */
export interface WaitTimes {
  /** Index of the stage. */
  readonly stage: number;
  readonly lastFinishedAt: string;
  readonly now: Date;
}

/**
 * The deadline is fixed when the last cluster succeeds; a stop in between neither restarts nor shortens it. While it is
 * waited for, and until a last look after it, the members are watched: an unhealthy one holds the stage.
 */
export function timedWait(
  view: RunView,
  task: StageTaskStatus,
  waitTime: string,
  times: WaitTimes,
): TaskResult {
  if (isElapsed(task)) return { task, passed: true };
  const begin = new Date(times.lastFinishedAt).getTime();
  const deadline = new Date(task.waitUntil ?? begin + parseGoDuration(waitTime));
  const wait = { stage: times.stage, begin, deadline: deadline.getTime() };
  const soak = soakState(view, wait, times.now);
  const isOver = times.now.getTime() >= deadline.getTime();
  if (isOver && (soak.kind === "Unwatched" || soak.kind === "Passed")) {
    return { task: elapsed(task, view, times.now), passed: true };
  }
  const problem = "problem" in soak ? soak.problem : undefined;
  const waiting = { ...task, waitUntil: deadline.toISOString() };
  return {
    task: isOver && problem ? held(waiting, view, problem, times.now) : waiting,
    passed: false,
    until: soak.kind === "Watched" ? soak.until : deadline.toISOString(),
    checkDue: soak.kind === "CheckDue",
    waitingFor: sentence(view, { waitTime, deadline, isOver, problem }),
  };
}

function isElapsed(task: StageTaskStatus): boolean {
  return conditionOf(task.conditions, "WaitTimeElapsed")?.status === "True";
}

function elapsed(task: StageTaskStatus, view: RunView, now: Date): StageTaskStatus {
  const { waitUntil: _, ...rest } = task;
  const { WaitTimeElapsed: reason } = TaskReason;
  return withCondition(rest, view, "WaitTimeElapsed", reason, TaskMessage.waitTimeElapsed, now);
}

/** KubeFleet has no condition while it waits; a wait that is over and goes on deserves one. */
function held(task: StageTaskStatus, view: RunView, problem: string, now: Date): StageTaskStatus {
  const condition: ConditionUpdate = {
    type: "WaitTimeElapsed",
    status: "False",
    reason: TaskReason.HeldByUnhealthyClusters,
    message: TaskMessage.heldByUnhealthyClusters(problem),
    observedGeneration: view.generation,
  };
  return { ...task, conditions: setCondition(task.conditions, condition, toTimestamp(now)) };
}

function sentence(
  view: RunView,
  wait: {
    readonly waitTime: string;
    readonly deadline: Date;
    readonly isOver: boolean;
    readonly problem: string | undefined;
  },
): string {
  const name = `the TimedWait of ${formatGoDuration(parseGoDuration(wait.waitTime))}`;
  const deadline = toTimestamp(wait.deadline);
  const { problem } = wait;
  if (!wait.isOver) {
    const details = problem ? ` with unhealthy clusters: ${problem}` : "";
    return `${name} ends at ${deadline}${details}`;
  }
  if (!problem) return `${name} ended at ${deadline}, and its clusters are looked at once more`;
  const anyway = annotateCommand(view, ANNOTATION_SOAK, "Timer");
  return `${name} ended at ${deadline}, and the stage is held until its clusters are healthy: ${problem}. To go on anyway: ${anyway}`;
}
