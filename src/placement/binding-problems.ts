import type {
  DiffedPlacement,
  DriftedPlacement,
  FailedPlacement,
} from "../api/placement-status.js";
import type { ResourceBinding, ResourceBindingStatus } from "../api/resource-binding.js";
import { identityKey } from "../manifests/identifier.js";
import type { ApplyReport, ObjectDiff, ResourceIdentifier } from "../manifests/outcome.js";
import { transition } from "./conditions.js";
import { type ManifestCondition, manifestProblem, pruneProblem } from "./manifest-conditions.js";

/** Entries of each list of problems. Source: KubeFleet work generator. */
const PROBLEM_LIMIT = 100;

type Problems = Pick<
  ResourceBindingStatus,
  "failedPlacements" | "driftedPlacements" | "diffedPlacements"
>;

/**
 * What a pass over a member found wrong, object by object. Since when a problem is known is taken from what the binding
 * said before.
 *
 * @param now RFC 3339
 */
export function bindingProblems(
  binding: ResourceBinding,
  report: ApplyReport,
  now: string,
): Problems {
  const failed = failures(binding, report, now);
  const drifted = drifts(binding, found(report, "Drift"), now);
  const diffed = diffs(binding, found(report, "Diff"), now);
  return {
    ...(failed.length > 0 && { failedPlacements: failed }),
    ...(drifted.length > 0 && { driftedPlacements: drifted }),
    ...(diffed.length > 0 && { diffedPlacements: diffed }),
  };
}

/** The differences that were known before: a member that cannot be reached for a while does not make them new. */
export function knownDifferences({ status }: ResourceBinding): Problems {
  const { driftedPlacements, diffedPlacements } = status ?? {};
  return {
    ...(driftedPlacements && { driftedPlacements }),
    ...(diffedPlacements && { diffedPlacements }),
  };
}

function failures(
  { spec, status }: ResourceBinding,
  { outcomes, pruneFailures }: ApplyReport,
  now: string,
): FailedPlacement[] {
  const key = (identifier: ResourceIdentifier, type: string) =>
    `${identityKey(identifier)} ${type}`;
  const before = new Map(
    (status?.failedPlacements ?? []).map((failed) => [
      key(failed, failed.condition.type),
      failed.condition,
    ]),
  );
  const entry = (identifier: ResourceIdentifier, problem: ManifestCondition): FailedPlacement => ({
    ...identifier,
    condition: transition(before.get(key(identifier, problem.type)), problem, now),
  });
  const reportsDiff = spec.applyStrategy?.type === "ReportDiff";
  const problems = [
    ...outcomes.flatMap((outcome) => {
      const problem = manifestProblem(outcome, reportsDiff);
      return problem ? [entry(outcome.identifier, problem)] : [];
    }),
    ...pruneFailures.map(({ identifier, message }) => entry(identifier, pruneProblem(message))),
  ];
  return problems.slice(0, PROBLEM_LIMIT);
}

function found({ diffs = [] }: ApplyReport, kind: ObjectDiff["kind"]): readonly ObjectDiff[] {
  return diffs.filter((diff) => diff.kind === kind).slice(0, PROBLEM_LIMIT);
}

function drifts(
  { status }: ResourceBinding,
  objects: readonly ObjectDiff[],
  now: string,
): DriftedPlacement[] {
  const first = firstTimes(
    status?.driftedPlacements,
    ({ firstDriftedObservedTime }) => firstDriftedObservedTime,
  );
  return objects.map(({ identifier, generation = 0, details }) => ({
    ...identifier,
    observationTime: now,
    targetClusterObservedGeneration: generation,
    firstDriftedObservedTime: first.get(identityKey(identifier)) ?? now,
    observedDrifts: [...details],
  }));
}

function diffs(
  { status }: ResourceBinding,
  objects: readonly ObjectDiff[],
  now: string,
): DiffedPlacement[] {
  const first = firstTimes(
    status?.diffedPlacements,
    ({ firstDiffedObservedTime }) => firstDiffedObservedTime,
  );
  return objects.map(({ identifier, generation, details }) => ({
    ...identifier,
    observationTime: now,
    ...(generation !== undefined && { targetClusterObservedGeneration: generation }),
    firstDiffedObservedTime: first.get(identityKey(identifier)) ?? now,
    observedDiffs: [...details],
  }));
}

/** When each object was first seen so, by its identity. */
function firstTimes<T extends ResourceIdentifier>(
  entries: readonly T[] | undefined,
  time: (entry: T) => string,
): ReadonlyMap<string, string> {
  return new Map((entries ?? []).map((entry) => [identityKey(entry), time(entry)]));
}
