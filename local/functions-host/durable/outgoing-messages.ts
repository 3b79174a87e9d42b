import type { Faults } from "./faults.js";
import { EventType, type ExecutionStarted, type MessageEvent } from "./history-event.js";
import type { Outgoing } from "./record-decisions.js";

/** A message on its way into an instance's queue. */
export interface NewMessage {
  readonly instanceId: string;
  /** The execution it answers; `null` for the instance whatever its execution. */
  readonly executionId: string | null;
  /** The moment from which it counts as arrived. */
  readonly visibleAt: Date;
  readonly event: MessageEvent;
}

/** The messages of one thing that leaves an instance; none for an activity, which is a work item of its own. */
export function outgoingMessages(
  from: string,
  outgoing: Outgoing,
  newExecutionId: () => string,
  now: Date,
  faults: Faults,
): NewMessage[] {
  switch (outgoing.kind) {
    case "activity":
      return [];
    case "timer": {
      const { event, executionId, fireAt } = outgoing;
      const visibleAt = new Date(fireAt.getTime() + (faults.lateTimersMs ?? 0));
      return [{ instanceId: from, executionId, visibleAt, event }];
    }
    case "answerParent": {
      const { instanceId, executionId, event } = outgoing;
      return [{ instanceId, executionId, visibleAt: now, event }];
    }
    case "startChild": {
      const executionId = newExecutionId();
      const event = childStart(outgoing, executionId, now);
      return [{ instanceId: outgoing.instanceId, executionId, visibleAt: now, event }];
    }
  }
}

function childStart(
  child: Extract<Outgoing, { kind: "startChild" }>,
  executionId: string,
  now: Date,
): ExecutionStarted {
  return {
    EventType: EventType.ExecutionStarted,
    EventId: -1,
    Timestamp: now.toISOString(),
    Name: child.name,
    Version: child.version,
    Input: child.input,
    OrchestrationInstance: { InstanceId: child.instanceId, ExecutionId: executionId },
    ParentInstance: child.parent,
    Generation: 0,
  };
}
