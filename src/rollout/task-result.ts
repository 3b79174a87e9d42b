import { type Condition, toTimestamp } from "../api/meta.js";
import type { StageTaskStatus } from "../api/update-run.js";
import { setCondition } from "../placement/conditions.js";
import type { Effect } from "./next.js";
import type { RunView } from "./run-view.js";
import type { Wait } from "./wait.js";

/** Somebody's no to an approval request. */
export interface TaskRefusal {
  readonly approval: string;
  /** Who said no, why, and what resumes. */
  readonly sentence: string;
}

/** How far one task before or after a stage is. */
export interface TaskResult {
  readonly task: StageTaskStatus;
  readonly passed: boolean;
  /** Ends the run. */
  readonly failure?: string;
  /** Stops the run until somebody thinks better of it. */
  readonly refusal?: TaskRefusal;
  readonly effects?: readonly Effect[];
  /** Absent when the task is passed. */
  readonly waitingFor?: Wait;
  /** When to look again at the latest. */
  readonly until?: string;
  /** The stage's members have to be looked at first. */
  readonly checkDue?: boolean;
}

/** The task with a condition that is True from now on. */
export function withCondition(
  task: StageTaskStatus,
  view: RunView,
  type: string,
  reason: string,
  message: string,
  now: Date,
): StageTaskStatus {
  const condition: Omit<Condition, "lastTransitionTime"> = {
    type,
    status: "True",
    reason,
    message,
    observedGeneration: view.generation,
  };
  return { ...task, conditions: setCondition(task.conditions ?? [], condition, toTimestamp(now)) };
}
