import type { ExecutionStarted, HistoryEvent } from "./history-event.js";
import { withPlayedMarks } from "./history-event.js";

/** Replay schema V3. Action lists of V4 differ only in entity locks, which this host does not offer. */
const replaySchemaV3 = 2;

/**
 * The trigger value of an orchestrator function, as JSON text.
 *
 * Source: Durable extension `RemoteOrchestratorContext.cs`; durable-functions 3.5 `DurableOrchestrationBindingInfo.js`.
 */
export function orchestratorPayload(
  started: ExecutionStarted,
  past: readonly HistoryEvent[],
  fresh: readonly HistoryEvent[],
): string {
  return JSON.stringify({
    history: withPlayedMarks(past, fresh),
    input: started.Input === null ? null : parsedInput(started.Input),
    instanceId: started.OrchestrationInstance.InstanceId,
    isReplaying: past.length > 0,
    parentInstanceId: started.ParentInstance?.OrchestrationInstance.InstanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: replaySchemaV3,
    longRunningTimerIntervalDuration: "3.00:00:00",
    maximumShortTimerDuration: "6.00:00:00",
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  });
}

function parsedInput(text: string): unknown {
  return JSON.parse(text);
}
