import { EventType, type ExecutionStarted, type MessageEvent } from "./history-event.js";
import { type Instance, isFinished } from "./instance.js";

/** A message as it waits in an instance's queue. */
export interface QueuedMessage {
  readonly id: number;
  /** The execution it answers; `null` for what is meant for the instance whatever its execution. */
  readonly executionId: string | null;
  readonly event: MessageEvent;
}

/** What to do with the messages of an instance that are due. */
export type Batch =
  | { readonly kind: "discard" }
  | {
      readonly kind: "episode";
      /** True when a new execution begins and the stored history does not belong to it. */
      readonly begins: boolean;
      readonly messages: readonly MessageEvent[];
    };

/**
 * Chooses the messages of the next episode. Discarded are messages for unknown or finished instances, for an earlier
 * execution, and starts that are late or were delivered before. A child's start on an existing instance begins a new
 * execution: explicit ids of sub-orchestrations are not de-duplicated.
 *
 * @param storedStart the start of the execution whose history is stored.
 */
export function chooseBatch(
  instance: Instance | undefined,
  storedStart: ExecutionStarted | undefined,
  queue: readonly QueuedMessage[],
): Batch {
  const start = queue.map(({ event }) => event).findLast(isNewStart(instance, storedStart));
  if (!start && (!instance || !storedStart || isFinished(instance.runtimeStatus)))
    return { kind: "discard" };
  const current = start ?? storedStart;
  const executionId = current?.OrchestrationInstance.ExecutionId ?? null;
  const rest = queue
    .filter((message) => message.event.EventType !== EventType.ExecutionStarted)
    .filter((message) => message.executionId === null || message.executionId === executionId)
    .map(({ event }) => event);
  const messages = start ? [start, ...rest] : rest;
  return messages.length === 0
    ? { kind: "discard" }
    : { kind: "episode", begins: start !== undefined, messages };
}

function isNewStart(instance: Instance | undefined, stored: ExecutionStarted | undefined) {
  return (event: MessageEvent): event is ExecutionStarted => {
    if (event.EventType !== EventType.ExecutionStarted) return false;
    if (stored && isSameStart(event, stored)) return false;
    const { ExecutionId } = event.OrchestrationInstance;
    return event.ParentInstance !== null || instance?.executionId === ExecutionId;
  };
}

// Continue-as-new changes the execution id but not the parent, so a child is known by the task it answers.
function isSameStart(event: ExecutionStarted, stored: ExecutionStarted): boolean {
  const [parent, known] = [event.ParentInstance, stored.ParentInstance];
  if (parent === null || known === null)
    return event.OrchestrationInstance.ExecutionId === stored.OrchestrationInstance.ExecutionId;
  return (
    parent.TaskScheduleId === known.TaskScheduleId &&
    parent.OrchestrationInstance.ExecutionId === known.OrchestrationInstance.ExecutionId
  );
}
