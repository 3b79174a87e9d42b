import { LABEL_RESOURCE_INDEX } from "../api/names.js";
import type { Placement } from "../api/placement.js";
import type {
  PerClusterPlacementStatus,
  PlacementStatus,
  ResourceIdentifier,
} from "../api/placement-status.js";
import type { ClusterDecision, PolicySnapshot } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { clusterStatus, failedClusterStatus } from "./cluster-status.js";
import { type ConditionUpdate, conditionOf, setCondition, transition } from "./conditions.js";
import { listedEntries, notListed } from "./listed-clusters.js";
import { type PickedClustersInput, pickedClusters } from "./picked-clusters.js";
import { kindsOf } from "./placement-owner.js";
import { STATUS_SYNCED } from "./shared-status.js";
import { latestGroup, type SnapshotObject, snapshotGroups } from "./snapshot-groups.js";
import { APPLY_STEPS, DIFF_STEPS, type Step } from "./status-texts.js";
import { aggregateSteps, whyUndecided } from "./step-states.js";

export interface PlacementStatusInput {
  /** With the status it has had. */
  readonly placement: Placement;
  /** The latest one. */
  readonly policySnapshot: PolicySnapshot | undefined;
  readonly bindings: readonly ResourceBinding[];
  /** Every resource snapshot of the placement; their contents do not matter. */
  readonly snapshots: readonly SnapshotObject[];
  /** What the selectors select now. */
  readonly selected: readonly ResourceIdentifier[];
  /** What the snapshot of `observedIndex` holds; empty when that is undefined. */
  readonly observed: readonly ResourceIdentifier[];
  /** Clusters that the rollout strategy keeps from the latest snapshot for now, and why. */
  readonly blocked?: ReadonlyMap<string, string>;
  /** RFC 3339. */
  readonly now: string;
}

const INVALID_SELECTORS = "InvalidResourceSelectors";

/**
 * The status of a placement, from what its bindings tell.
 * Source: KubeFleet `pkg/controllers/placement/placement_status.go`.
 */
export function placementStatus(input: PlacementStatusInput): PlacementStatus {
  const { placement, policySnapshot, now } = input;
  const before = placement.status?.conditions;
  const scheduled = scheduledCondition(placement, policySnapshot);
  if (scheduled.status === "Unknown") {
    const { placementStatuses: _, ...kept } = placement.status ?? {};
    return { ...kept, conditions: setCondition(before, scheduled, now) };
  }
  const clusters = clusterStatuses(input);
  const overall = overallStatus(input, clusters.picked);
  const all = [...clusters.picked, ...clusters.failed];
  const listed = listedEntries(all, isUnsettled);
  const placementStatuses = all.filter((entry) => listed.has(entry));
  const omission =
    listed.size < all.length &&
    notListed(
      { listed: listed.size, total: all.length },
      { placement, generation: placement.metadata.generation ?? 1 },
    );
  const updates = [scheduled, ...overall.conditions, ...(omission ? [omission] : [])];
  const conditions = updates.map((update) =>
    transition(conditionOf(before, update.type), update, now),
  );
  const shared = conditionOf(before, STATUS_SYNCED);
  const { observedResourceIndex, selectedResources } = overall;
  return {
    conditions: shared ? [...conditions, shared] : conditions,
    ...(observedResourceIndex !== undefined && { observedResourceIndex }),
    ...(placementStatuses.length > 0 && { placementStatuses }),
    ...(selectedResources.length > 0 && { selectedResources: [...selectedResources] }),
  };
}

/** A cluster on which the placement is not where it should be: something is False or not known yet. */
function isUnsettled({ conditions }: PerClusterPlacementStatus): boolean {
  return (conditions ?? []).some(({ status }) => status !== "True");
}

/** The status when the selectors are wrong: what was rolled out before stays, and is still told. */
export function invalidSelectorsStatus(
  placement: Placement,
  problem: string,
  now: string,
): PlacementStatus {
  const condition: ConditionUpdate = {
    type: conditionType(placement, "Scheduled"),
    status: "False",
    observedGeneration: placement.metadata.generation ?? 1,
    reason: INVALID_SELECTORS,
    message: `The resource selectors are invalid: ${problem}`,
  };
  const { status } = placement;
  return { ...status, conditions: setCondition(status?.conditions, condition, now) };
}

/** Whether the status says so of the selectors as they are now. */
export function hasInvalidSelectors(placement: Placement): boolean {
  const scheduled = conditionOf(
    placement.status?.conditions,
    conditionType(placement, "Scheduled"),
  );
  return scheduled?.reason === INVALID_SELECTORS;
}

/** Condition types of placements begin with the placement's kind. */
export function conditionType(placement: Pick<Placement, "metadata">, step: Step | "Scheduled") {
  return `${kindsOf(placement).placement}${step}`;
}

/** What a placement goes through, the last of it being what it is for. */
export function stepsOf({ spec }: Pick<Placement, "spec">): readonly Step[] {
  return spec.strategy?.applyStrategy?.type === "ReportDiff" ? DIFF_STEPS : APPLY_STEPS;
}

function isExternal({ spec }: Placement): boolean {
  return spec.strategy?.type === "External";
}

function scheduledCondition(
  placement: Placement,
  policySnapshot: PolicySnapshot | undefined,
): ConditionUpdate {
  const generation = placement.metadata.generation ?? 1;
  const type = conditionType(placement, "Scheduled");
  const status = policySnapshot?.status;
  const condition = conditionOf(status?.conditions, "Scheduled");
  const current =
    condition?.observedGeneration === (policySnapshot?.metadata.generation ?? 1) &&
    (status?.observedCRPGeneration ?? 0) >= generation;
  if (!condition || !current || condition.status === "Unknown") {
    return {
      type,
      status: "Unknown",
      observedGeneration: generation,
      reason: "SchedulePending",
      message: "Scheduling has not completed",
    };
  }
  const { reason, message } = condition;
  return { type, status: condition.status, observedGeneration: generation, reason, message };
}

/**
 * Index of the resource snapshot that the status is about: with the External strategy the one that all picked clusters
 * have in common, else the latest; undefined when there is none.
 */
export function observedIndex(
  input: PickedClustersInput & Pick<PlacementStatusInput, "placement">,
): string | undefined {
  if (!isExternal(input.placement)) return latestIndex(input);
  const indexes = new Set(pickedClusters(input).map(({ resourceIndex }) => resourceIndex));
  return indexes.size === 1 ? [...indexes][0] : undefined;
}

function latestIndex({ snapshots }: PickedClustersInput): string | undefined {
  return latestGroup(snapshotGroups(snapshots, LABEL_RESOURCE_INDEX))?.index.toString();
}

function clusterStatuses(input: PlacementStatusInput) {
  const { placement, now } = input;
  const generation = placement.metadata.generation ?? 1;
  const before = placement.status?.placementStatuses ?? [];
  const byName = new Map(before.map((entry) => [entry.clusterName, entry]));
  const latest = latestIndex(input);
  const picked = pickedClusters(input).map((cluster) => {
    // A rolling update reports on the latest snapshot only: a binding at an older one has nothing to tell of it.
    const outdated = !isExternal(placement) && cluster.resourceIndex !== latest;
    return clusterStatus({
      ...cluster,
      ...(outdated && { binding: undefined, resourceIndex: latest }),
      blocked: input.blocked?.get(cluster.decision.clusterName),
      before: byName.get(cluster.decision.clusterName),
      steps: stepsOf(placement),
      generation,
      now,
    });
  });
  const failedBefore = before.filter(({ clusterName }) => clusterName === undefined);
  const failed = failedDecisions(input, picked.length).map((decision, position) =>
    failedClusterStatus(decision, failedBefore[position], generation, now),
  );
  return { picked, failed };
}

/** The clusters that a policy asks for by name or number and does not get. */
function failedDecisions(
  { placement, policySnapshot }: PlacementStatusInput,
  picked: number,
): readonly ClusterDecision[] {
  const { policy } = placement.spec;
  const wanted =
    policy?.placementType === "PickN"
      ? (policy.numberOfClusters ?? 0)
      : policy?.placementType === "PickFixed"
        ? (policy.clusterNames ?? []).length
        : 0;
  const others = (policySnapshot?.status?.targetClusters ?? []).filter(({ selected }) => !selected);
  return others.slice(0, Math.max(0, wanted - picked));
}

interface OverallStatus {
  readonly conditions: readonly ConditionUpdate[];
  readonly observedResourceIndex?: string | undefined;
  readonly selectedResources: readonly ResourceIdentifier[];
}

function overallStatus(
  input: PlacementStatusInput,
  clusters: readonly PerClusterPlacementStatus[],
): OverallStatus {
  if (clusters.length === 0) return { conditions: [], selectedResources: input.selected };
  const { placement } = input;
  const index = observedIndex(input);
  const external = isExternal(placement);
  const undecided = external && whyUndecided(clusters, index, kindsOf(placement).updateRun);
  const states = undecided
    ? [undecided]
    : aggregateSteps(stepsOf(placement), clusters, input.bindings.some(hasOverrides));
  return {
    conditions: states.map(({ step, ...state }) => ({
      ...state,
      type: conditionType(placement, step),
      observedGeneration: placement.metadata.generation ?? 1,
    })),
    observedResourceIndex: index,
    selectedResources: external ? input.observed : input.selected,
  };
}

function hasOverrides({ spec }: ResourceBinding): boolean {
  const { resourceOverrideSnapshots = [], clusterResourceOverrideSnapshots = [] } = spec;
  return resourceOverrideSnapshots.length + clusterResourceOverrideSnapshots.length > 0;
}
