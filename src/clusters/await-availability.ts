import { setTimeout as delay } from "node:timers/promises";
import type { ApplyReport, ObjectOutcome } from "../manifests/outcome.js";
import { mapInParallel } from "./in-parallel.js";
import { type MemberConnection, MemberUnreachable } from "./member-connection.js";
import { readAvailability } from "./read-availability.js";

export interface AwaitAvailabilityOptions {
  /** How long to wait altogether. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told after each reading what is still not available; never with an empty list. */
  readonly onWaiting?: (waiting: readonly ObjectOutcome[]) => void;
}

type Applied = Extract<ObjectOutcome, { readonly applied: true }>;

const MAX_PARALLEL = 8;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
const PAUSE_GROWTH = 1.5;

/**
 * Reads what is not available yet again and again, at growing intervals, until everything is, the time is over or the
 * signal aborts. Never throws for a member that cannot be reached for a while: what was known last stays known.
 *
 * @returns the report with the availability seen last
 */
export async function awaitAvailability(
  connection: MemberConnection,
  report: ApplyReport,
  options: AwaitAvailabilityOptions,
): Promise<ApplyReport> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  let outcomes = report.outcomes;
  let pauseMs = FIRST_PAUSE_MS;
  while (outcomes.some(isWaiting)) {
    options.onWaiting?.(outcomes.filter(isWaiting));
    if (!(await pause(pauseMs, signal))) break;
    outcomes = await mapInParallel(outcomes, MAX_PARALLEL, (outcome) =>
      reread(connection, outcome, signal),
    );
    pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS);
  }
  return { ...report, outcomes };
}

function isWaiting(outcome: ObjectOutcome): outcome is Applied {
  return outcome.applied && outcome.availability.state === "NotAvailableYet";
}

/** @returns false when the signal ended the pause */
async function pause(pauseMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(pauseMs, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function reread(
  connection: MemberConnection,
  outcome: ObjectOutcome,
  signal: AbortSignal,
): Promise<ObjectOutcome> {
  if (!isWaiting(outcome)) return outcome;
  try {
    return {
      ...outcome,
      availability: await readAvailability(connection, outcome.identifier, signal, outcome.uid),
    };
  } catch (error) {
    if (error instanceof MemberUnreachable)
      return signal.aborted ? outcome : unread(outcome, error);
    throw error;
  }
}

function unread(outcome: Applied, error: MemberUnreachable): ObjectOutcome {
  return { ...outcome, availability: { state: "NotAvailableYet", message: error.message } };
}
