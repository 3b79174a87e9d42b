import type { Condition } from "../api/meta.js";
import type { PerClusterPlacementStatus } from "../api/placement-status.js";
import type { ClusterDecision } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { type ConditionUpdate, conditionOf, transition } from "./conditions.js";
import { toldNamespace } from "./created-namespace.js";
import { AGGREGATE, CLUSTER_PENDING, type Step } from "./status-texts.js";

/** What one entry of a placement's `placementStatuses` is made of. */
export interface ClusterStatusInput {
  readonly decision: ClusterDecision;
  /** The cluster's binding in use. */
  readonly binding: ResourceBinding | undefined;
  /** Index of the snapshot meant for the cluster; absent when there is none, or it was removed. */
  readonly resourceIndex: string | undefined;
  /** Why the cluster may not have that snapshot yet. */
  readonly blocked: string | undefined;
  /** The entry as it was. */
  readonly before: PerClusterPlacementStatus | undefined;
  readonly steps: readonly Step[];
  /** Generation of the placement. */
  readonly generation: number;
  readonly now: string;
}

/**
 * How far a picked cluster is, as its binding tells it. Steps after the first that is not done are left out.
 * Source: KubeFleet `pkg/controllers/placement/placement_status.go`.
 */
export function clusterStatus(input: ClusterStatusInput): PerClusterPlacementStatus {
  const { decision, binding, resourceIndex, before, now } = input;
  const updates = [scheduled(decision, input.generation), ...stepConditions(input)];
  const conditions = updates.map((update) =>
    transition(conditionOf(before?.conditions, update.type), update, now),
  );
  return {
    clusterName: decision.clusterName,
    ...(resourceIndex !== undefined && { observedResourceIndex: resourceIndex }),
    ...(binding && isTrue(conditions, "RolloutStarted") && overrides(binding)),
    ...(binding && problems(binding, conditions)),
    conditions: [...conditions, ...namespaceConditions(input)],
  };
}

/** Entry for a cluster that is wanted and could not be found: it has no name. */
export function failedClusterStatus(
  decision: ClusterDecision,
  before: PerClusterPlacementStatus | undefined,
  generation: number,
  now: string,
): PerClusterPlacementStatus {
  const update: ConditionUpdate = {
    type: "Scheduled",
    status: "False",
    observedGeneration: generation,
    reason: "ScheduleFailed",
    message: decision.reason,
  };
  return { conditions: [transition(conditionOf(before?.conditions, "Scheduled"), update, now)] };
}

function scheduled({ reason }: ClusterDecision, observedGeneration: number): ConditionUpdate {
  return {
    type: "Scheduled",
    status: "True",
    observedGeneration,
    reason: "Scheduled",
    message: reason,
  };
}

function stepConditions(input: ClusterStatusInput): ConditionUpdate[] {
  const { binding, blocked, steps, generation } = input;
  if (blocked !== undefined) return [rolloutBlocked(blocked, generation)];
  const updates: ConditionUpdate[] = [];
  for (const type of steps) {
    const current = currentCondition(binding, type);
    const { status, reason, message } = current ?? { status: "Unknown", ...CLUSTER_PENDING[type] };
    updates.push({ type, status, observedGeneration: generation, reason, message });
    if (status !== "True") break;
  }
  return updates;
}

/** Like all conditions of a placement, about the placement's generation and not the binding's. */
function namespaceConditions({ binding, generation }: ClusterStatusInput): readonly Condition[] {
  const told = binding ? toldNamespace(binding) : [];
  return told.map((condition) => ({ ...condition, observedGeneration: generation }));
}

function rolloutBlocked(message: string, observedGeneration: number): ConditionUpdate {
  const { reason } = AGGREGATE.RolloutStarted.False(1);
  return { type: "RolloutStarted", status: "False", observedGeneration, reason, message };
}

/** What the binding says of its present spec; what it said of an earlier one does not count. */
function currentCondition(binding: ResourceBinding | undefined, type: Step): Condition | undefined {
  const condition = conditionOf(binding?.status?.conditions, type);
  if (!condition || condition.status === "Unknown") return undefined;
  return condition.observedGeneration === binding?.metadata.generation ? condition : undefined;
}

function overrides({ spec }: ResourceBinding): Partial<PerClusterPlacementStatus> {
  const namespaced = spec.resourceOverrideSnapshots ?? [];
  const cluster = spec.clusterResourceOverrideSnapshots ?? [];
  return {
    ...(namespaced.length > 0 && { applicableResourceOverrides: namespaced }),
    ...(cluster.length > 0 && { applicableClusterResourceOverrides: cluster }),
  };
}

function problems(
  { status }: ResourceBinding,
  conditions: readonly Condition[],
): Partial<PerClusterPlacementStatus> {
  const applied = conditionOf(conditions, "Applied");
  const reported = conditionOf(conditions, "DiffReported");
  const failed = [applied, conditionOf(conditions, "Available"), reported].some(
    (condition) => condition?.status === "False",
  );
  const diffed = failed || reported?.status === "True";
  const { failedPlacements, driftedPlacements, diffedPlacements } = status ?? {};
  return {
    ...(failed && failedPlacements?.length && { failedPlacements }),
    ...(applied && driftedPlacements?.length && { driftedPlacements }),
    ...(diffed && diffedPlacements?.length && { diffedPlacements }),
  };
}

function isTrue(conditions: readonly Condition[], type: Step): boolean {
  return conditionOf(conditions, type)?.status === "True";
}
