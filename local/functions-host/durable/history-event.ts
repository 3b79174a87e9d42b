/**
 * The history of one execution of an orchestration, as the Durable extension writes it and the SDK reads it.
 *
 * Source: DurableTask.Core `History/EventType.cs` and durable-functions 3.5 `lib/src/history`.
 */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

/** The orchestration that waits for a child, and the id of its open task. */
export interface ParentInstance {
  readonly Name: string;
  readonly OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly TaskScheduleId: number;
}

interface EventOf<T extends keyof typeof EventType> {
  readonly EventType: (typeof EventType)[T];
  /** Sequence id of scheduled work, otherwise -1. */
  readonly EventId: number;
  /** RFC 3339 in UTC. */
  readonly Timestamp: string;
}

export interface ExecutionStarted extends EventOf<"ExecutionStarted"> {
  readonly Name: string;
  readonly Version: string | null;
  /** JSON text. */
  readonly Input: string | null;
  readonly OrchestrationInstance: { readonly InstanceId: string; readonly ExecutionId: string };
  readonly ParentInstance: ParentInstance | null;
  /** Counts the continue-as-new restarts. */
  readonly Generation: number;
}

export interface ExecutionCompleted extends EventOf<"ExecutionCompleted"> {
  readonly OrchestrationStatus: "Completed" | "Failed" | "Terminated";
  readonly Result: string | null;
}

export interface ExecutionTerminated extends EventOf<"ExecutionTerminated"> {
  /** The reason. The name is DurableTask's. */
  readonly Input: string | null;
}

export interface TaskScheduled extends EventOf<"TaskScheduled"> {
  readonly Name: string;
  readonly Version: null;
  readonly Input: string | null;
}

export interface TaskCompleted extends EventOf<"TaskCompleted"> {
  readonly TaskScheduledId: number;
  /** JSON text. The SDK parses it, so `null` is right for "nothing" and an absent member is not. */
  readonly Result: string | null;
}

export interface TaskFailed extends EventOf<"TaskFailed"> {
  readonly TaskScheduledId: number;
  readonly Reason: string | null;
  readonly Details: string | null;
}

export interface SubOrchestrationInstanceCreated
  extends EventOf<"SubOrchestrationInstanceCreated"> {
  readonly Name: string;
  readonly Version: string | null;
  readonly InstanceId: string;
  readonly Input: string | null;
}

export interface SubOrchestrationInstanceCompleted
  extends EventOf<"SubOrchestrationInstanceCompleted"> {
  readonly TaskScheduledId: number;
  readonly Result: string | null;
}

export interface SubOrchestrationInstanceFailed extends EventOf<"SubOrchestrationInstanceFailed"> {
  readonly TaskScheduledId: number;
  readonly Reason: string | null;
  readonly Details: string | null;
}

export interface TimerCreated extends EventOf<"TimerCreated"> {
  readonly FireAt: string;
}

export interface TimerFired extends EventOf<"TimerFired"> {
  readonly TimerId: number;
  readonly FireAt: string;
}

export interface EventRaised extends EventOf<"EventRaised"> {
  readonly Name: string;
  /** JSON text. */
  readonly Input: string | null;
}

export interface ExecutionPaused extends EventOf<"ExecutionSuspended" | "ExecutionResumed"> {
  readonly Reason: string | null;
}

export type EpisodeMark = EventOf<"OrchestratorStarted" | "OrchestratorCompleted">;

export type HistoryEvent =
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | TaskScheduled
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationInstanceCreated
  | SubOrchestrationInstanceCompleted
  | SubOrchestrationInstanceFailed
  | TimerCreated
  | TimerFired
  | EventRaised
  | ExecutionPaused
  | EpisodeMark;

/** The events that reach an instance as messages; all others are written by its own episodes. */
export type MessageEvent =
  | ExecutionStarted
  | ExecutionTerminated
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationInstanceCompleted
  | SubOrchestrationInstanceFailed
  | TimerFired
  | EventRaised
  | ExecutionPaused;

const decisionTypes: ReadonlySet<number> = new Set([
  EventType.TaskScheduled,
  EventType.SubOrchestrationInstanceCreated,
  EventType.TimerCreated,
  EventType.OrchestratorCompleted,
]);

/**
 * History as the SDK expects it, with `IsPlayed` filled in. An event counts as played once an episode has
 * processed it: that is true of everything in `past` except the decisions the last episode wrote at its end.
 * OrchestratorStarted is never processed, so it never counts.
 */
export function withPlayedMarks(
  past: readonly HistoryEvent[],
  fresh: readonly HistoryEvent[],
): (HistoryEvent & { readonly IsPlayed: boolean })[] {
  let processed = past.length;
  while (processed > 0 && decisionTypes.has(past[processed - 1]?.EventType ?? -1)) processed -= 1;
  return [...past, ...fresh].map((event, index) => ({
    ...event,
    IsPlayed: index < processed && event.EventType !== EventType.OrchestratorStarted,
  }));
}
