import {
  EventType,
  type HistoryEvent,
} from "../../../local/functions-host/durable/history-event.js";
import type { Action } from "../../../local/functions-host/durable/orchestrator-state.js";
import type { ActionSurroundings } from "../../../local/functions-host/durable/perform-actions.js";
import { performActions } from "../../../local/functions-host/durable/perform-actions.js";
import { Replay } from "../../../local/functions-host/durable/replay.js";
import { runSteps, type SyncTask } from "../../../local/functions-host/durable/sync-task.js";

const epoch = Date.UTC(2026, 0, 1);
/** RFC 3339 time, some milliseconds after the start of the test's year. */
export const at = (ms: number): string => new Date(epoch + ms).toISOString();

type Loose = {
  readonly EventType: number;
  readonly EventId?: number;
  readonly [key: string]: unknown;
};

/** A history event with what a test does not care about filled in. */
export function event(fields: Loose): HistoryEvent {
  return { EventId: -1, Timestamp: at(0), Version: null, Input: null, ...fields } as HistoryEvent;
}

export const orchestratorStarted = (ms = 0): HistoryEvent =>
  event({ EventType: EventType.OrchestratorStarted, Timestamp: at(ms) });

export const executionStarted = (fields: object = {}): HistoryEvent =>
  event({
    EventType: EventType.ExecutionStarted,
    Name: "main",
    OrchestrationInstance: { InstanceId: "i", ExecutionId: "e" },
    ParentInstance: null,
    Generation: 0,
    ...fields,
  });

export const scheduled = (id: number, Name = "hello"): HistoryEvent =>
  event({ EventType: EventType.TaskScheduled, EventId: id, Name });
export const completed = (id: number): HistoryEvent =>
  event({ EventType: EventType.TaskCompleted, TaskScheduledId: id, Result: "null" });
export const failed = (id: number): HistoryEvent =>
  event({ EventType: EventType.TaskFailed, TaskScheduledId: id, Reason: "r", Details: "d" });
export const timerCreated = (id: number, ms = 0): HistoryEvent =>
  event({ EventType: EventType.TimerCreated, EventId: id, FireAt: at(ms) });
export const timerFired = (id: number, ms = 0): HistoryEvent =>
  event({ EventType: EventType.TimerFired, TimerId: id, FireAt: at(ms) });
export const raised = (Name: string, Input = "1"): HistoryEvent =>
  event({ EventType: EventType.EventRaised, Name, Input });

const everything: ActionSurroundings = {
  executionId: "e",
  hasFunction: () => true,
  onUnknownFunction: () => undefined,
};

/** Replays a history over a list of actions. */
export function replayed(
  actions: readonly Action[],
  events: readonly HistoryEvent[],
  surroundings: Partial<ActionSurroundings> = {},
): { replay: Replay; performed: SyncTask | undefined } {
  let performed: SyncTask | undefined;
  const replay: Replay = new Replay(() => {
    performed = runSteps(performActions(actions, replay, { ...everything, ...surroundings }));
  });
  for (const each of [orchestratorStarted(), executionStarted(), ...events]) replay.process(each);
  return { replay, performed };
}

/** Decisions as short text: `0 activity hello`. */
export function decisionsOf(replay: Replay): string[] {
  return replay.decisions.map(([id, decision]) =>
    decision.kind === "timer"
      ? `${id} timer ${decision.fireAt.getTime() - epoch}`
      : `${id} ${decision.kind} ${decision.name}`,
  );
}
