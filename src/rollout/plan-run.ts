import type { MemberCluster } from "../api/member-cluster.js";
import { DELETE_STAGE_NAME } from "../api/names.js";
import type { Placement } from "../api/placement.js";
import type { PolicySnapshot } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import type { UpdateRunStatus } from "../api/update-run.js";
import type { UpdateStrategy } from "../api/update-strategy.js";
import { checkPlacement } from "./check-placement.js";
import { checkPolicy } from "./check-policy.js";
import { chooseSnapshot, type SnapshotChoice } from "./choose-snapshot.js";
import { collectClusters } from "./collect-clusters.js";
import { USER_ERROR, VALIDATION } from "./reasons.js";
import { newStageStatus, recordStrategy } from "./recorded-strategy.js";
import { keyOf, type RunIdentity } from "./run-identity.js";
import { computeStages, stageCandidates } from "./stages.js";

/** Everything a run is computed from, read once. */
export interface PlanInput extends SnapshotChoice {
  readonly run: RunIdentity;
  readonly placement: Placement | undefined;
  /** Those labelled as latest. */
  readonly policySnapshots: readonly PolicySnapshot[];
  /** All bindings of the placement that are not being deleted. */
  readonly bindings: readonly ResourceBinding[];
  readonly strategy: UpdateStrategy | undefined;
  readonly members: readonly MemberCluster[];
}

export type RunPlan =
  | {
      readonly ok: true;
      readonly status: UpdateRunStatus;
      /** Cluster names per stage, the delete stage last. */
      readonly clusters: readonly (readonly string[])[];
    }
  | {
      readonly ok: false;
      /** What the checks before the failing one recorded. */
      readonly status: UpdateRunStatus;
      readonly message: string;
    }
  /** The scheduler has not settled: look again shortly. */
  | { readonly ok: "later"; readonly message: string };

/**
 * Computes a run once: the checks in KubeFleet's order, the first failure wins and is final, and what earlier checks
 * found out is recorded all the same.
 * Source: KubeFleet `updaterun/initialization.go`; texts are its own.
 */
export function planRun(input: PlanInput): RunPlan {
  const placement = checkPlacement(input.placement);
  if (!placement.ok) return { ...placement, status: {} };
  const { applyStrategy: appliedStrategy } = placement;

  const policy = checkPolicy(input.run, input.policySnapshots);
  const status: UpdateRunStatus = { appliedStrategy, ...policy.recorded };
  if (!policy.ok) return { ok: false, status, message: policy.message };

  const clusters = collectClusters(input.run, policy, input.bindings);
  if (clusters.ok === "later") return clusters;
  if (!clusters.ok) return { ...clusters, status };
  const policyObservedClusterCount = clusters.selected.length;
  return planStages(input, { ...status, policyObservedClusterCount }, clusters);
}

function planStages(
  input: PlanInput,
  known: UpdateRunStatus,
  clusters: { readonly selected: readonly string[]; readonly removed: readonly string[] },
): RunPlan {
  const { run, strategy } = input;
  if (!strategy) {
    return {
      ok: false,
      status: known,
      message: `${VALIDATION}${USER_ERROR}referenced updateStrategy not found: \`${keyOf(run, run.spec.stagedRolloutStrategyName)}\``,
    };
  }
  const recorded = recordStrategy(strategy);
  const stages = computeStages(
    keyOf(run, strategy.metadata.name),
    recorded.stages,
    stageCandidates(input.members, clusters.selected),
  );
  const status: UpdateRunStatus = {
    ...known,
    stagedUpdateStrategySnapshot: recorded,
    ...(stages.stages && {
      stagesStatus: recorded.stages.map((stage) => newStageStatus(run.name, stage)),
    }),
  };
  if (!stages.ok) return { ok: false, status, message: `${VALIDATION}${stages.message}` };
  const deletionStageStatus = { stageName: DELETE_STAGE_NAME, clusters: [] };
  return planSnapshot(input, { ...status, deletionStageStatus }, [
    ...stages.stages,
    clusters.removed,
  ]);
}

function planSnapshot(
  input: PlanInput,
  status: UpdateRunStatus,
  clusters: readonly (readonly string[])[],
): RunPlan {
  const snapshot = chooseSnapshot(input.run, input);
  if (!snapshot.ok) return { ...snapshot, status };
  return { ok: true, clusters, status: { ...status, resourceSnapshotIndexUsed: snapshot.index } };
}
