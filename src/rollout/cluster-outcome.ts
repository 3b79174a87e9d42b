import type { ApplyReport, ObjectOutcome, ResourceIdentifier } from "../manifests/outcome.js";
import type { ClusterProgress } from "./cluster-progress.js";
import { clusterDeadline, type StageRules } from "./stage-rules.js";
import { STUCK_AFTER_MS } from "./waiting.js";

/** How many objects a sentence names before it only counts. */
const NAMED = 3;

/** Longest pause before a cluster is looked at again. */
const LONGEST_PAUSE_SECONDS = 60;

/**
 * Why a cluster is not updated yet, in the words of its API server; undefined when it is: everything applied,
 * everything available or not trackable, everything pruned.
 */
export function unfinishedSentence(report: ApplyReport): string | undefined {
  const problems = [
    ...report.outcomes.flatMap(objectProblem),
    ...report.pruneFailures.map(({ identifier, message }) => `${label(identifier)}: ${message}`),
  ];
  if (problems.length === 0) return undefined;
  const more = problems.length > NAMED ? [`${problems.length - NAMED} more objects`] : [];
  return [...problems.slice(0, NAMED), ...more].join("; ");
}

/** Pause before the next try: 2 s, 4 s, 8 s, … up to a minute. `attempts` counts those before. */
export function retrySeconds(attempts: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, 2 ** (Math.min(attempts, 10) + 1));
}

/** A try after which a cluster is not updated. */
export interface UnfinishedTry {
  /** Why, in the words of its API server. */
  readonly message: string;
  /** Something went wrong, as against waiting for what has been applied to become available. */
  readonly failing: boolean;
  readonly startedAt: string;
  /** Tries before this one. */
  readonly attempts: number;
  readonly retryAfterSeconds?: number | undefined;
  /** The run goes on with the stage; otherwise it only waits for the clusters in flight. */
  readonly stageGoesOn: boolean;
}

/** What becomes of a cluster after a try that did not finish it. */
export type AfterTry =
  | { readonly kind: "Again"; readonly seconds: number }
  | { readonly kind: "Failed"; readonly message: string }
  /** Pending again, so that it does not keep the run from stopping. */
  | { readonly kind: "Released" };

/**
 * Without a deadline a cluster is tried for ever, as in KubeFleet; but a run that stops does not wait for one that
 * fails or is stuck.
 */
export function afterTry(tried: UnfinishedTry, rules: StageRules, now: Date): AfterTry {
  const deadline = clusterDeadline(rules, tried.startedAt) ?? Number.POSITIVE_INFINITY;
  const left = deadline - now.getTime();
  if (left <= 0) {
    const message = `not updated within the cluster deadline of ${rules.clusterDeadline}: ${tried.message}`;
    return { kind: "Failed", message };
  }
  const releasable = tried.failing || isStuck(tried.startedAt, now);
  if (!tried.stageGoesOn && releasable) return { kind: "Released" };
  const pause = tried.retryAfterSeconds ?? retrySeconds(tried.attempts);
  return { kind: "Again", seconds: Math.min(pause, Math.ceil(left / 1000)) };
}

/** Whether a run that stops lets go of a cluster before its next try: what came of the last one is not waited for. */
export function isReleasable({ startedAt, waiting }: ClusterProgress, now: Date): boolean {
  if (!waiting) return false;
  return waiting.releasable === true || isStuck(startedAt ?? waiting.since, now);
}

function isStuck(startedAt: string, now: Date): boolean {
  return now.getTime() - new Date(startedAt).getTime() > STUCK_AFTER_MS;
}

function objectProblem(outcome: ObjectOutcome): string[] {
  if (!outcome.applied) return [`${label(outcome.identifier)}: ${outcome.message}`];
  if (outcome.availability.state !== "NotAvailableYet") return [];
  return [`${label(outcome.identifier)} is not available yet: ${outcome.availability.message}`];
}

function label(identifier: ResourceIdentifier): string {
  const name = identifier.namespace
    ? `${identifier.namespace}/${identifier.name}`
    : identifier.name;
  return `${identifier.kind} ${name}`;
}
