import { PLACEMENT_GROUP } from "../api/names.js";
import type { CollectionRef, ObjectRef } from "../storage/object-store.js";
import type { TargetRef } from "./contracts.js";

/** The resources of one scope: cluster-scoped kinds and their namespaced twins have the same rules. */
export interface ScopeResources {
  readonly scope: "Cluster" | "Namespaced";
  readonly runs: string;
  readonly runKind: string;
  readonly placements: string;
  readonly placementKind: "ClusterResourcePlacement" | "ResourcePlacement";
  readonly strategies: string;
  readonly approvals: string;
  readonly approvalKind: string;
  readonly snapshots: string;
  readonly policySnapshots: string;
  readonly bindings: string;
  readonly overrides: string;
  readonly overrideSnapshots: string;
}

const CLUSTER: ScopeResources = {
  scope: "Cluster",
  runs: "clusterstagedupdateruns",
  runKind: "ClusterStagedUpdateRun",
  placements: "clusterresourceplacements",
  placementKind: "ClusterResourcePlacement",
  strategies: "clusterstagedupdatestrategies",
  approvals: "clusterapprovalrequests",
  approvalKind: "ClusterApprovalRequest",
  snapshots: "clusterresourcesnapshots",
  policySnapshots: "clusterschedulingpolicysnapshots",
  bindings: "clusterresourcebindings",
  overrides: "clusterresourceoverrides",
  overrideSnapshots: "clusterresourceoverridesnapshots",
};

const NAMESPACED: ScopeResources = {
  scope: "Namespaced",
  runs: "stagedupdateruns",
  runKind: "StagedUpdateRun",
  placements: "resourceplacements",
  placementKind: "ResourcePlacement",
  strategies: "stagedupdatestrategies",
  approvals: "approvalrequests",
  approvalKind: "ApprovalRequest",
  snapshots: "resourcesnapshots",
  policySnapshots: "schedulingpolicysnapshots",
  bindings: "resourcebindings",
  overrides: "resourceoverrides",
  overrideSnapshots: "resourceoverridesnapshots",
};

/** The resources that go with a run or placement: a namespaced one only ever refers to its own namespace. */
export function scopeOf(target: Pick<TargetRef, "namespace">): ScopeResources {
  return target.namespace === undefined ? CLUSTER : NAMESPACED;
}

/** One object of the placement group, in the target's namespace if it has one. */
export function placementRef(
  target: Pick<TargetRef, "namespace">,
  resource: string,
  name: string,
): ObjectRef {
  return { ...placementCollection(target, resource), name };
}

/** The objects of one resource that may belong to the target. */
export function placementCollection(
  target: Pick<TargetRef, "namespace">,
  resource: string,
): CollectionRef {
  return {
    group: PLACEMENT_GROUP,
    resource,
    ...(target.namespace !== undefined && { namespace: target.namespace }),
  };
}
