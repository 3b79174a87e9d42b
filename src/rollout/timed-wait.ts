import { formatGoDuration, parseGoDuration } from "../api/go-duration.js";
import { toTimestamp } from "../api/meta.js";
import type { StageTaskStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { TaskMessage, TaskReason } from "./reasons.js";
import type { RunView } from "./run-view.js";
import { type TaskResult, withCondition } from "./task-result.js";

/** The deadline is fixed when the last cluster succeeds; a stop in between neither restarts nor shortens it. */
export function timedWait(
  view: RunView,
  task: StageTaskStatus,
  waitTime: string,
  times: { readonly lastFinishedAt: string; readonly now: Date },
): TaskResult {
  if (conditionOf(task.conditions, "WaitTimeElapsed")?.status === "True") {
    return { task, passed: true };
  }
  const deadline =
    task.waitUntil ??
    new Date(new Date(times.lastFinishedAt).getTime() + parseGoDuration(waitTime)).toISOString();
  if (times.now.getTime() < new Date(deadline).getTime()) {
    const wait = formatGoDuration(parseGoDuration(waitTime));
    return {
      task: { ...task, waitUntil: deadline },
      passed: false,
      until: deadline,
      waitingFor: `the TimedWait of ${wait} ends at ${toTimestamp(new Date(deadline))}`,
    };
  }
  const { waitUntil: _, ...elapsed } = task;
  return {
    task: withCondition(
      elapsed,
      view,
      "WaitTimeElapsed",
      TaskReason.WaitTimeElapsed,
      TaskMessage.waitTimeElapsed,
      times.now,
    ),
    passed: true,
  };
}
