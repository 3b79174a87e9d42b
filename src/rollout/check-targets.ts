import type { MemberCluster } from "../api/member-cluster.js";
import type { PolicySnapshot } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { checkPolicy } from "./check-policy.js";
import { collectClusters } from "./collect-clusters.js";
import { concurrencyLimit } from "./concurrency.js";
import { ABORT, UNEXPECTED, VALIDATION } from "./reasons.js";
import { clustersOfStage, mayFail, type RecordedRun } from "./recorded-run.js";
import { keyOf } from "./run-identity.js";
import { computeStages, stageCandidates } from "./stages.js";

/** Whom a placement picks at the moment. */
export interface TargetsNow {
  /** Those labelled as latest. */
  readonly policySnapshots: readonly PolicySnapshot[];
  /** All bindings of the placement that are not being deleted. */
  readonly bindings: readonly ResourceBinding[];
  readonly members: readonly MemberCluster[];
}

export type TargetsCheck =
  | { readonly kind: "Unchanged" }
  | { readonly kind: "Failed"; readonly message: string }
  /** The scheduler has not settled: look again shortly. */
  | { readonly kind: "Later" };

/**
 * Whether a run would be computed as it was: the same policy, the same clusters in the same stages in the same order.
 * Only runs that ask for it are held to that.
 * Source: KubeFleet `updaterun/validation.go`, checks 3 to 6, 8, 10 to 13, 21 and 23; texts are its own.
 */
export function checkTargets(recorded: RecordedRun, now: TargetsNow): TargetsCheck {
  const { run, status } = recorded;
  const policy = checkPolicy(run, now.policySnapshots);
  if (!policy.ok) return failed(policy.message);
  const { policySnapshotIndexUsed: index } = policy.recorded;
  if (index !== status.policySnapshotIndexUsed) {
    return failed(
      `${ABORT}the policy snapshot index used in the updateRun is outdated, latest: ${index}, recorded: ${status.policySnapshotIndexUsed ?? ""}`,
    );
  }
  if (policy.wanted !== undefined && policy.wanted !== status.policyObservedClusterCount) {
    return failed(
      `${ABORT}the cluster count initialized in the updateRun is outdated, latest: ${policy.wanted}, recorded: ${status.policyObservedClusterCount ?? 0}`,
    );
  }
  const clusters = collectClusters(run, policy, now.bindings);
  if (clusters.ok === "later") return { kind: "Later" };
  if (!clusters.ok) return failed(clusters.message);
  const message =
    changedStages(recorded, now, clusters.selected) ??
    crowdedStage(recorded) ??
    newlyRemoved(recorded, clusters.removed);
  return message === undefined ? { kind: "Unchanged" } : failed(message);
}

function changedStages(
  recorded: RecordedRun,
  { members }: TargetsNow,
  selected: readonly string[],
): string | undefined {
  const { run, status } = recorded;
  const { stagedUpdateStrategySnapshot: strategy, stagesStatus } = status;
  if (!strategy || !stagesStatus) return undefined;
  const computed = computeStages(
    keyOf(run, run.spec.stagedRolloutStrategyName),
    strategy.stages,
    stageCandidates(members, selected),
  );
  if (!computed.ok) return `${VALIDATION}${computed.message}`;
  if (strategy.stages.length !== stagesStatus.length) {
    return `${ABORT}the number of stages in the updateRun has changed, new: ${strategy.stages.length}, existing: ${stagesStatus.length}`;
  }
  for (const [index, { stageName }] of stagesStatus.entries()) {
    const name = strategy.stages[index]?.name;
    if (name !== stageName) {
      return `${ABORT}index \`${index}\` stage name in the updateRun has changed, new: ${name}, existing: ${stageName}`;
    }
    const changed = changedClusters(recorded, index, computed.stages[index] ?? []);
    if (changed !== undefined) return changed;
  }
  return undefined;
}

function changedClusters(
  recorded: RecordedRun,
  stage: number,
  now: readonly string[],
): string | undefined {
  const before = clustersOfStage(recorded, stage).map(({ clusterName }) => clusterName);
  if (before.length !== now.length) {
    return `${ABORT}the number of clusters in index \`${stage}\` stage has changed, new: ${now.length}, existing: ${before.length}`;
  }
  const at = before.findIndex((name, index) => name !== now[index]);
  if (at < 0) return undefined;
  return `${ABORT}the \`${at}\` cluster in the \`${stage}\` stage has changed, new: ${now[at]}, existing: ${before[at]}`;
}

/** More clusters at work than their stage allows; one that has failed still counts, unless it was allowed to. */
function crowdedStage(recorded: RecordedRun): string | undefined {
  const { stagedUpdateStrategySnapshot, stagesStatus = [] } = recorded.status;
  for (const [index, { stageName }] of stagesStatus.entries()) {
    const clusters = clustersOfStage(recorded, index);
    const updating = clusters.filter(
      ({ phase }) => phase === "Started" || (phase === "Failed" && !mayFail(recorded, index)),
    );
    const { maxConcurrency = 1 } = stagedUpdateStrategySnapshot?.stages[index] ?? {};
    const limit = concurrencyLimit(maxConcurrency, clusters.length);
    if (updating.length > limit) {
      return `${ABORT}${UNEXPECTED}the number of updating clusters \`${updating.length}\` in the updating stage \`${stageName}\` exceeds maxConcurrency \`${limit}\``;
    }
  }
  return undefined;
}

function newlyRemoved(recorded: RecordedRun, removed: readonly string[]): string | undefined {
  const deleteStage = recorded.status.stagesStatus?.length ?? 0;
  const known = new Set(clustersOfStage(recorded, deleteStage).map((row) => row.clusterName));
  const unknown = removed.find((name) => !known.has(name));
  if (unknown === undefined) return undefined;
  return `${ABORT}${UNEXPECTED}the cluster \`${unknown}\` to be deleted is not in the delete stage`;
}

function failed(message: string): TargetsCheck {
  return { kind: "Failed", message };
}
