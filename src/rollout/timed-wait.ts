import { formatGoDuration, parseGoDuration } from "../api/go-duration.js";
import { toTimestamp } from "../api/meta.js";
import type { StageTaskStatus } from "../api/update-run.js";
import type { StageConfig } from "../api/update-strategy.js";
import { type ConditionUpdate, conditionOf, setCondition } from "../placement/conditions.js";
import { TaskMessage, TaskReason } from "./reasons.js";
import { annotateCommand } from "./resume.js";
import type { RunView } from "./run-view.js";
import { soakState } from "./soak.js";
import { ANNOTATION_SOAK } from "./stage-rules.js";
import { type TaskResult, withCondition } from "./task-result.js";
import { healthWait, lastLookWait, type StageTime, timeWait, type Wait } from "./wait.js";

/** What a TimedWait is counted from and compared with. */
export interface WaitTimes {
  /** Index of the stage. */
  readonly stage: number;
  readonly lastFinishedAt: string;
  readonly now: Date;
}

/** The TimedWait of a stage. */
export interface TimedStage {
  readonly stageName: string;
  /** A Go duration. */
  readonly waitTime: string;
}

/** How long the clusters of a stage soak after it. */
export function waitTimeOf(config: StageConfig | undefined): string {
  return config?.afterStageTasks?.find(({ type }) => type === "TimedWait")?.waitTime ?? "0s";
}

/** When a wait of that stage began and ends, from one of the two. */
export function stageTime(
  { stageName, waitTime }: TimedStage,
  known: { readonly begin: Date } | { readonly deadline: Date },
): StageTime {
  const ms = parseGoDuration(waitTime);
  const begin = "begin" in known ? known.begin : new Date(known.deadline.getTime() - ms);
  const deadline = "deadline" in known ? known.deadline : new Date(known.begin.getTime() + ms);
  return { stageName, waitTime: formatGoDuration(ms), begin, deadline };
}

/**
 * The deadline is fixed when the last cluster succeeds; a stop in between neither restarts nor shortens it. While it is
 * waited for, and until a last look after it, the members are watched: an unhealthy one holds the stage.
 */
export function timedWait(
  view: RunView,
  stage: TimedStage,
  task: StageTaskStatus,
  times: WaitTimes,
): TaskResult {
  if (isElapsed(task)) return { task, passed: true };
  const fixed = task.waitUntil === undefined ? undefined : new Date(task.waitUntil);
  const begin = new Date(times.lastFinishedAt);
  const time = stageTime(stage, fixed ? { deadline: fixed } : { begin });
  const { deadline } = time;
  const wait = { stage: times.stage, begin: begin.getTime(), deadline: deadline.getTime() };
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
    waitingFor: isOver ? afterTime(view, time, problem) : timeWait(time, problem),
  };
}

function afterTime(view: RunView, time: StageTime, problem: string | undefined): Wait {
  if (problem === undefined) return lastLookWait(time);
  return healthWait(time, problem, annotateCommand(view, ANNOTATION_SOAK, "Timer"));
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
