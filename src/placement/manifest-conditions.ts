import type { ObjectOutcome } from "../manifests/outcome.js";
import type { ConditionUpdate } from "./conditions.js";

/** What is wrong with one object on one member, as a condition. */
export type ManifestCondition = Omit<ConditionUpdate, "observedGeneration">;

/**
 * What is wrong with an object; undefined when nothing is.
 *
 * Source of types, reasons and texts: KubeFleet work applier, `workapplier/status.go`. What an object that is not
 * available yet lacks is ours: KubeFleet only says that it looks again.
 */
export function manifestProblem(
  outcome: ObjectOutcome,
  reportsDiff: boolean,
): ManifestCondition | undefined {
  if (!outcome.applied) return reportsDiff ? diffProblem(outcome) : applyProblem(outcome);
  if (outcome.availability.state !== "NotAvailableYet") return undefined;
  const { message } = outcome.availability;
  return { type: "Available", status: "False", reason: "ManifestNotAvailableYet", message };
}

/** Why an object that is no longer wanted is still there. */
export function pruneProblem(words: string): ManifestCondition {
  return {
    type: "Applied",
    status: "False",
    reason: "ManifestPruneFailed",
    message: `Failed to remove the object, which is no longer selected (error: ${words})`,
  };
}

type NotApplied = Extract<ObjectOutcome, { readonly applied: false }>;

function applyProblem({ reason, message: words }: NotApplied): ManifestCondition {
  const message = `Failed to apply the manifest (error: ${words})`;
  return { type: "Applied", status: "False", reason, message };
}

function diffProblem({ reason, message: words }: NotApplied): ManifestCondition {
  const message =
    reason === "FailedToReportDiff"
      ? `Failed to report the diff between the hub cluster and the member cluster (error = ${words})`
      : `An error blocks the diff reporting process (${reason}, error: ${words})`;
  return { type: "DiffReported", status: "False", reason: "FailedToReportDiff", message };
}
