import type { Action, CompoundAction, RetryOptions, SimpleAction } from "./orchestrator-state.js";
import type { Replay } from "./replay.js";
import { runSteps, type Settlement, type Steps, SyncTask, whenAll, whenAny } from "./sync-task.js";

/** What the interpreter must know about the world outside the action list. */
export interface ActionSurroundings {
  readonly executionId: string;
  /** Whether the app has such a function. Names ignore case. */
  readonly hasFunction: (type: "activity" | "orchestration", name: string) => boolean;
  /** Told of a call to a function that does not exist. Azure says nothing and leaves the instance Running. */
  readonly onUnknownFunction: (type: "activity" | "orchestration", name: string) => void;
}

/** A durable timer longer than this is made of several. Source: Azure Storage provider of the extension. */
export const maximumTimerMs = 6 * 24 * 3600_000;
/** Length of the pieces of a long timer. */
export const timerPieceMs = 3 * 24 * 3600_000;

type Call = Extract<SimpleAction, { actionType: 0 | 1 | 2 | 3 }>;
type ChildCall = Extract<SimpleAction, { actionType: 2 | 3 }>;

/**
 * Performs an orchestrator's actions in their order, each only when the one before has ended. A failed task does not
 * stop the list: the orchestrator has seen the failure in the history and its later actions already answer it.
 *
 * Source: `OutOfProcOrchestrationShim.cs` of the Durable extension.
 */
export function* performActions(
  actions: readonly Action[],
  replay: Replay,
  surroundings: ActionSurroundings,
): Steps {
  for (const action of actions) yield perform(action, replay, surroundings);
  return "succeeded";
}

function perform(action: Action, replay: Replay, around: ActionSurroundings): SyncTask {
  switch (action.actionType) {
    case 0:
    case 2:
      return call(action, replay, around);
    case 1:
    case 3:
      return runSteps(retried(action.retryOptions, () => call(action, replay, around), replay));
    case 4:
      replay.continueAsNew(JSON.stringify(action.input ?? null));
      return SyncTask.settled("succeeded");
    case 5:
      return runSteps(timer(new Date(action.fireAt), action.isCanceled, replay));
    case 6:
      return replay.waitForEvent(action.externalEventName);
    case 11:
    case 12:
      return compound(action, replay, around);
  }
}

function compound(action: CompoundAction, replay: Replay, around: ActionSurroundings): SyncTask {
  const tasks = action.compoundActions.map((child) => perform(child, replay, around));
  return action.actionType === 11 ? whenAny(tasks) : whenAll(tasks);
}

function call(action: Call, replay: Replay, around: ActionSurroundings): SyncTask {
  const isChild = action.actionType === 2 || action.actionType === 3;
  const type = isChild ? "orchestration" : "activity";
  const name = action.functionName;
  if (!around.hasFunction(type, name)) {
    around.onUnknownFunction(type, name);
    return SyncTask.settled("failed");
  }
  if (isChild) return replay.schedule((id) => childDecision(action, id, around.executionId));
  return replay.schedule(() => ({ kind: "activity", name, input: action.input }));
}

function childDecision(action: ChildCall, id: number, executionId: string) {
  return {
    kind: "child",
    name: action.functionName,
    instanceId: action.instanceId || `${executionId}:${id}`,
    version: action.version ?? null,
    input: JSON.stringify(action.input ?? null),
  } as const;
}

/**
 * Attempts with a timer after every failure. The last failure is followed by a timer too, one that fires at once: the
 * SDK waits for it before it throws, so without it every exhausted retry would hang. A retry time-out that has passed
 * ends the attempts without that timer; orchestrations hang on it in Azure as well.
 *
 * Source: DurableTask.Core `RetryInterceptor.cs`.
 */
function* retried(options: RetryOptions, attempt: () => SyncTask, replay: Replay): Steps {
  const firstAttemptAt = replay.now.getTime();
  for (let failures = 0; failures < options.maxNumberOfAttempts; failures++) {
    const settlement: Settlement = yield attempt();
    if (settlement === "succeeded") return settlement;
    const now = replay.now.getTime();
    if (now >= firstAttemptAt + (options.retryTimeoutInMilliseconds ?? Number.POSITIVE_INFINITY))
      return "failed";
    const isLast = failures === options.maxNumberOfAttempts - 1;
    const fireAt = new Date(isLast ? now : now + retryDelayMs(options, failures));
    yield replay.schedule(() => ({ kind: "timer", fireAt }));
  }
  return "failed";
}

/** Milliseconds before the next attempt, after `failures` earlier failures. */
export function retryDelayMs(options: RetryOptions, failures: number): number {
  const delay =
    options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient || 1) ** failures;
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Number.POSITIVE_INFINITY);
}

function* timer(fireAt: Date, isCanceled: boolean, replay: Replay): Steps {
  for (;;) {
    const piece = timerPiece(fireAt, replay.now);
    const task = replay.schedule(() => ({ kind: "timer", fireAt: piece }));
    if (isCanceled) task.settle("cancelled");
    const settlement: Settlement = yield task;
    if (settlement === "cancelled" || piece >= fireAt) return settlement;
  }
}

/** When the next piece of a timer fires. */
export function timerPiece(fireAt: Date, now: Date): Date {
  const remaining = fireAt.getTime() - now.getTime();
  return remaining > maximumTimerMs ? new Date(now.getTime() + timerPieceMs) : fireAt;
}
