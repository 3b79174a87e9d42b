import {
  EventType,
  type SubOrchestrationInstanceCreated,
  type TaskScheduled,
  type TimerCreated,
} from "./history-event.js";
import type { Decision } from "./replay.js";

/** The code asks for other work than the history says it did before. */
export class NonDeterminismError extends Error {
  constructor(message: string) {
    super(`Non-Deterministic workflow detected: ${message}`);
    this.name = "NonDeterminismError";
  }
}

/** An event that records work an earlier episode asked for. */
export type WorkRecorded = TaskScheduled | SubOrchestrationInstanceCreated | TimerCreated;

const recordedKinds = {
  [EventType.TaskScheduled]: { kind: "activity", label: "an activity task" },
  [EventType.SubOrchestrationInstanceCreated]: { kind: "child", label: "a sub-orchestration" },
  [EventType.TimerCreated]: { kind: "timer", label: "a timer task" },
} as const;

const hint =
  "Was the orchestrator's code changed while this instance was running, or does it depend on more than its history?";

/**
 * Checks recorded work against what the replay asks for under the same sequence id: same kind, same name ignoring case.
 * Inputs are not compared.
 *
 * Source: DurableTask.Core `TaskOrchestrationContext.HandleTaskScheduledEvent` and its siblings.
 *
 * @throws NonDeterminismError when they differ.
 */
export function assertSameWork(recorded: WorkRecorded, decision: Decision | undefined): void {
  const { kind, label } = recordedKinds[recorded.EventType];
  const name = "Name" in recorded ? recorded.Name : undefined;
  const named = name === undefined ? "" : ` and name '${name}'`;
  const before = `a previous execution scheduled ${label} with sequence ID ${recorded.EventId}${named}`;
  if (!decision)
    throw new NonDeterminismError(
      `${before}, but the current replay has not scheduled this task. ${hint}`,
    );
  const askedName = decision.kind === "timer" ? undefined : decision.name;
  if (decision.kind === kind && askedName?.toLowerCase() === name?.toLowerCase()) return;
  const asked = askedName === undefined ? decision.kind : `${decision.kind} '${askedName}'`;
  throw new NonDeterminismError(
    `${before}, but the current replay asks for ${asked} under this sequence ID. ${hint}`,
  );
}
