import type { ApplyReport, ObjectOutcome, ResourceIdentifier } from "../manifests/outcome.js";

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
