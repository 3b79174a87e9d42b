import { LABEL_RESOURCE_INDEX } from "../api/names.js";
import type { ClusterDecision, PolicySnapshot } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { DECISION_LIMIT } from "./policy-snapshot-plan.js";
import type { SnapshotObject } from "./snapshot-groups.js";

export interface PickedClustersInput {
  /** The latest one. */
  readonly policySnapshot: PolicySnapshot | undefined;
  readonly bindings: readonly ResourceBinding[];
  /** Every resource snapshot of the placement. */
  readonly snapshots: readonly SnapshotObject[];
}

/** A cluster that the policy picks, with what is known of it. */
export interface PickedCluster {
  readonly decision: ClusterDecision;
  readonly binding: ResourceBinding | undefined;
  readonly resourceIndex: string | undefined;
}

/** The clusters that the policy picks at the moment. */
export function pickedClusters(input: PickedClustersInput): readonly PickedCluster[] {
  const inUse = input.bindings.filter(
    ({ spec, metadata }) => spec.state !== "Unscheduled" && !metadata.deletionTimestamp,
  );
  const bindings = new Map(inUse.map((binding) => [binding.spec.targetCluster, binding]));
  const indexes = new Map(
    input.snapshots.map(({ metadata }) => [metadata.name, metadata.labels?.[LABEL_RESOURCE_INDEX]]),
  );
  return pickedDecisions(input, [...bindings.values()]).map((decision) => {
    const binding = bindings.get(decision.clusterName);
    const resourceIndex = indexes.get(binding?.spec.resourceSnapshotName ?? "");
    return { decision, binding, resourceIndex };
  });
}

/** A policy snapshot does not name all clusters of a large fleet; each has its decision on its binding as well. */
function pickedDecisions(
  { policySnapshot }: PickedClustersInput,
  bindings: readonly ResourceBinding[],
): readonly ClusterDecision[] {
  const told = (policySnapshot?.status?.targetClusters ?? []).filter(({ selected }) => selected);
  const names = new Set(told.map(({ clusterName }) => clusterName));
  const others = bindings.filter(
    ({ spec }) =>
      !names.has(spec.targetCluster) &&
      spec.state !== "Unscheduled" &&
      spec.schedulingPolicySnapshotName === policySnapshot?.metadata.name,
  );
  return told.length < DECISION_LIMIT
    ? told
    : [...told, ...others.map(({ spec }) => spec.clusterDecision)];
}
