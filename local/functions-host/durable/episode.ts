import {
  type EventRaised,
  EventType,
  type ExecutionStarted,
  type HistoryEvent,
  type MessageEvent,
} from "./history-event.js";
import { NonDeterminismError } from "./non-determinism.js";
import type { OrchestratorState } from "./orchestrator-state.js";
import { type ActionSurroundings, performActions } from "./perform-actions.js";
import { type Outgoing, record } from "./record-decisions.js";
import { type Completion, Replay } from "./replay.js";
import { runSteps, SyncTask } from "./sync-task.js";

/** How an orchestrator function answered. A failure may still carry the actions up to it. */
export type OrchestratorAnswer =
  | { readonly kind: "state"; readonly state: OrchestratorState }
  | { readonly kind: "failure"; readonly message: string };

/** Runs the orchestrator function once over a whole history. */
export type InvokeOrchestrator = (
  started: ExecutionStarted,
  past: readonly HistoryEvent[],
  fresh: readonly HistoryEvent[],
) => Promise<OrchestratorAnswer>;

export interface EpisodeSurroundings extends Omit<ActionSurroundings, "executionId"> {
  readonly invoke: InvokeOrchestrator;
  readonly now: () => Date;
  /** A new execution id: 32 hexadecimal digits. */
  readonly newExecutionId: () => string;
}

/** What one episode changes. The store commits all of it, and the consumed messages, in one transaction. */
export interface EpisodeResult {
  /** True when the history before this episode is gone: the execution was continued as new. */
  readonly replacesHistory: boolean;
  readonly events: readonly HistoryEvent[];
  readonly started: ExecutionStarted;
  readonly runtimeStatus: "Running" | "Suspended" | "Completed" | "Failed" | "Terminated";
  /** JSON text, or `undefined` to leave it as it is. It is kept over continue-as-new. */
  readonly customStatus: string | undefined;
  /** Output, failure or reason; `undefined` leaves it as it is. */
  readonly output: string | undefined;
  readonly outgoing: readonly Outgoing[];
}

/** UTF-16 bytes. A longer custom status fails the orchestration. Source: extension, `MaxCustomStatusPayloadSizeInKB`. */
const maximumCustomStatusBytes = 16 * 1024;

/**
 * Runs one episode: all new messages of one instance, over its whole history. Continue-as-new starts the next
 * generation within the same episode, as the real engine does.
 */
export async function runEpisode(
  history: readonly HistoryEvent[],
  messages: readonly MessageEvent[],
  around: EpisodeSurroundings,
): Promise<EpisodeResult> {
  let past = history;
  let fresh: HistoryEvent[] = [mark("OrchestratorStarted", around.now()), ...messages];
  let customStatus: string | undefined;
  const outgoing: Outgoing[] = [];
  for (;;) {
    const started = executionStarted(past, fresh);
    const generation = await replayGeneration(started, past, fresh, around);
    customStatus = generation.customStatus ?? customStatus;
    const { replay } = generation;
    const recorded = record(replay.decisions, replay.completion, started, around.now());
    outgoing.push(...recorded.outgoing);
    if (replay.completion?.kind === "ContinuedAsNew") {
      fresh = nextGeneration(started, replay.completion.input, replay.carried, around);
      past = [];
      continue;
    }
    fresh.push(...recorded.events);
    if (fresh.at(-1)?.EventType !== EventType.OrchestratorCompleted)
      fresh.push(mark("OrchestratorCompleted", around.now()));
    return {
      replacesHistory: past !== history,
      events: fresh,
      started,
      runtimeStatus: replay.completion?.kind ?? (replay.suspended ? "Suspended" : "Running"),
      customStatus,
      output: replay.completion ? (replay.completion.text ?? undefined) : pauseReason(messages),
      outgoing,
    };
  }
}

interface Generation {
  readonly replay: Replay;
  readonly customStatus: string | undefined;
}

async function replayGeneration(
  started: ExecutionStarted,
  past: readonly HistoryEvent[],
  fresh: readonly HistoryEvent[],
  around: EpisodeSurroundings,
): Promise<Generation> {
  const answer = await around.invoke(started, past, fresh);
  const customStatus = statusText(answer);
  const verdict = judge(answer, customStatus, started.Name);
  const surroundings = { ...around, executionId: started.OrchestrationInstance.ExecutionId };
  const actions = answer.kind === "state" ? (answer.state.actions[0] ?? []) : [];
  let performed = new SyncTask();
  const replay: Replay = new Replay(() => {
    performed = runSteps(performActions(verdict.performs ? actions : [], replay, surroundings));
  });
  try {
    for (const event of [...past, ...fresh]) replay.process(event);
    replay.completeWhenIdle(performed.settlement ? verdict.completion : undefined);
  } catch (error) {
    if (!(error instanceof NonDeterminismError || error instanceof UnknownFunctionError))
      throw error;
    replay.complete(failed(started.Name, error.message));
  }
  return { replay, customStatus: verdict.performs ? customStatus : undefined };
}

/** A call to a function that the app does not have, in strict mode. */
export class UnknownFunctionError extends Error {
  constructor(type: "activity" | "orchestration", name: string) {
    super(
      `The function '${name}' doesn't exist, is disabled, or is not an ${type === "activity" ? "activity" : "orchestrator"} function.`,
    );
    this.name = "UnknownFunctionError";
  }
}

interface Verdict {
  /** Whether the actions count at all. */
  readonly performs: boolean;
  /** How the execution ends after its actions; nothing while the code still waits. */
  readonly completion: Completion | undefined;
}

function judge(
  answer: OrchestratorAnswer,
  customStatus: string | undefined,
  name: string,
): Verdict {
  if (answer.kind === "failure")
    return { performs: false, completion: failed(name, answer.message) };
  if (customStatus !== undefined && customStatus.length * 2 > maximumCustomStatusBytes)
    return {
      performs: false,
      completion: failed(
        name,
        `The UTF-16 size of the JSON-serialized custom status must not exceed 16 KB. The current size is ${Math.ceil((customStatus.length * 2) / 1024)} KB.`,
      ),
    };
  const { state } = answer;
  if (state.error) return { performs: true, completion: failed(name, state.error) };
  if (!state.isDone) return { performs: true, completion: undefined };
  const text = JSON.stringify(state.output ?? null);
  return { performs: true, completion: { kind: "Completed", text } };
}

function failed(name: string, message: string): Completion {
  return { kind: "Failed", text: `Orchestrator function '${name}' failed: ${message}` };
}

function statusText(answer: OrchestratorAnswer): string | undefined {
  if (answer.kind === "failure" || answer.state.customStatus == null) return undefined;
  return JSON.stringify(answer.state.customStatus);
}

function nextGeneration(
  previous: ExecutionStarted,
  input: string,
  carried: readonly EventRaised[],
  around: EpisodeSurroundings,
): HistoryEvent[] {
  const now = around.now();
  const { InstanceId } = previous.OrchestrationInstance;
  const started: ExecutionStarted = {
    ...previous,
    Timestamp: now.toISOString(),
    Input: input,
    OrchestrationInstance: { InstanceId, ExecutionId: around.newExecutionId() },
    Generation: previous.Generation + 1,
  };
  return [
    mark("OrchestratorStarted", now),
    started,
    ...carried,
    mark("OrchestratorCompleted", now),
  ];
}

function executionStarted(
  past: readonly HistoryEvent[],
  fresh: readonly HistoryEvent[],
): ExecutionStarted {
  for (const events of [past, fresh])
    for (const event of events) if (event.EventType === EventType.ExecutionStarted) return event;
  throw new Error("Orchestration history has no ExecutionStarted event");
}

function pauseReason(messages: readonly MessageEvent[]): string | undefined {
  const last = messages.findLast(
    (event) =>
      event.EventType === EventType.ExecutionSuspended ||
      event.EventType === EventType.ExecutionResumed,
  );
  return last && "Reason" in last ? (last.Reason ?? undefined) : undefined;
}

function mark(type: "OrchestratorStarted" | "OrchestratorCompleted", now: Date): HistoryEvent {
  return { EventType: EventType[type], EventId: -1, Timestamp: now.toISOString() };
}
