import {
  EventType,
  type ExecutionStarted,
  type HistoryEvent,
  type MessageEvent,
  type ParentInstance,
} from "./history-event.js";
import type { Completion, Decision } from "./replay.js";

/** What leaves an instance at the end of an episode. */
export type Outgoing =
  | {
      readonly kind: "activity";
      readonly taskId: number;
      readonly name: string;
      readonly input: unknown;
      readonly executionId: string;
    }
  | {
      readonly kind: "timer";
      readonly fireAt: Date;
      readonly executionId: string;
      readonly event: MessageEvent;
    }
  | {
      readonly kind: "startChild";
      readonly instanceId: string;
      readonly name: string;
      readonly version: string | null;
      readonly input: string;
      readonly parent: ParentInstance;
    }
  | {
      readonly kind: "answerParent";
      readonly instanceId: string;
      readonly executionId: string;
      readonly event: MessageEvent;
    };

export interface Recorded {
  readonly events: readonly HistoryEvent[];
  readonly outgoing: readonly Outgoing[];
}

/** Turns what an episode decided into history events and the messages that go with them. */
export function record(
  decisions: readonly (readonly [number, Decision])[],
  completion: Completion | undefined,
  started: ExecutionStarted,
  now: Date,
): Recorded {
  const events: HistoryEvent[] = [];
  const outgoing: Outgoing[] = [];
  for (const [id, decision] of decisions) {
    events.push(historyOf(id, decision, now));
    outgoing.push(messageOf(id, decision, started, now));
  }
  if (completion && completion.kind !== "ContinuedAsNew") {
    events.push({
      EventType: EventType.ExecutionCompleted,
      EventId: -1,
      Timestamp: now.toISOString(),
      OrchestrationStatus: completion.kind,
      Result: completion.text,
    });
    if (started.ParentInstance)
      outgoing.push(answerTo(started.ParentInstance, completion.kind, completion.text, now));
  }
  return { events, outgoing };
}

function historyOf(id: number, decision: Decision, now: Date): HistoryEvent {
  const common = { EventId: id, Timestamp: now.toISOString() };
  switch (decision.kind) {
    case "activity":
      return {
        ...common,
        EventType: EventType.TaskScheduled,
        Name: decision.name,
        Version: null,
        Input: null,
      };
    case "child":
      return {
        ...common,
        EventType: EventType.SubOrchestrationInstanceCreated,
        Name: decision.name,
        Version: decision.version,
        InstanceId: decision.instanceId,
        Input: null,
      };
    case "timer":
      return {
        ...common,
        EventType: EventType.TimerCreated,
        FireAt: decision.fireAt.toISOString(),
      };
  }
}

function messageOf(id: number, decision: Decision, started: ExecutionStarted, now: Date): Outgoing {
  const executionId = started.OrchestrationInstance.ExecutionId;
  switch (decision.kind) {
    case "activity": {
      const { name, input } = decision;
      return { kind: "activity", taskId: id, name, input, executionId };
    }
    case "child": {
      const { instanceId, name, version, input } = decision;
      const parent: ParentInstance = {
        Name: started.Name,
        OrchestrationInstance: started.OrchestrationInstance,
        TaskScheduleId: id,
      };
      return { kind: "startChild", instanceId, name, version, input, parent };
    }
    case "timer":
      return {
        kind: "timer",
        fireAt: decision.fireAt,
        executionId,
        event: {
          EventType: EventType.TimerFired,
          EventId: -1,
          Timestamp: now.toISOString(),
          TimerId: id,
          FireAt: decision.fireAt.toISOString(),
        },
      };
  }
}

/**
 * What a parent learns of its child's end. A terminated child has no details; the SDK cannot read that and fails the
 * parent, as it does in Azure.
 */
function answerTo(
  parent: ParentInstance,
  kind: "Completed" | "Failed" | "Terminated",
  text: string | null,
  now: Date,
): Outgoing {
  const common = {
    EventId: -1,
    Timestamp: now.toISOString(),
    TaskScheduledId: parent.TaskScheduleId,
  };
  const { InstanceId, ExecutionId } = parent.OrchestrationInstance;
  const event: MessageEvent =
    kind === "Completed"
      ? { ...common, EventType: EventType.SubOrchestrationInstanceCompleted, Result: text }
      : {
          ...common,
          EventType: EventType.SubOrchestrationInstanceFailed,
          Reason: text,
          Details: kind === "Failed" ? `Message: ${text ?? ""}, StackTrace: ` : null,
        };
  return { kind: "answerParent", instanceId: InstanceId, executionId: ExecutionId, event };
}
