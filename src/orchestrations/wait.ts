import type { OrchestrationContext, Task } from "durable-functions";
import * as df from "durable-functions";
import { WAKE_EVENT } from "../activities/contracts.js";

/** The slow look that makes a lost event cost latency only. */
const SLOW_LOOK_MS = 10 * 60_000;

/**
 * The waits for an event that lost against their timer, by execution. They stay open, and one of them gets the next
 * event that comes while nobody waits. Source: durable-functions and its extension, both of which stack waiters by name.
 */
const unanswered = new WeakMap<OrchestrationContext, readonly Task[]>();

/** Waits for a wake event, or until `until`, or for the slow look, whichever is first. */
export function* waitForWake(
  context: OrchestrationContext,
  until?: string,
): Generator<Task, void, unknown> {
  if (wokenMeanwhile(context)) return;
  const now = context.df.currentUtcDateTime.getTime();
  const wanted = until ? new Date(until).getTime() : Number.POSITIVE_INFINITY;
  const timer = context.df.createTimer(new Date(Math.min(wanted, now + SLOW_LOOK_MS)));
  const event = context.df.waitForExternalEvent(WAKE_EVENT);
  const winner = yield context.df.Task.any([event, timer]);
  if (winner === timer) unanswered.set(context, [...(unanswered.get(context) ?? []), event]);
  else if (!timer.isCompleted) timer.cancel();
}

/** Whether an earlier wait has taken an event that came while an activity was looking: it may have come too late for it. */
function wokenMeanwhile(context: OrchestrationContext): boolean {
  const waits = unanswered.get(context) ?? [];
  const open = waits.filter((wait) => !wait.isCompleted);
  unanswered.set(context, open);
  return open.length < waits.length;
}

/** Lets some seconds pass. */
export function* pause(
  context: OrchestrationContext,
  seconds: number,
): Generator<Task, void, unknown> {
  const now = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(new Date(now + seconds * 1000));
}

/** How an activity is retried before its orchestration looks at it again: 1 s, 2 s, 4 s. */
export const RETRY = new df.RetryOptions(1000, 4);
RETRY.backoffCoefficient = 2;
