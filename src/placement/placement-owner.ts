import type { OwnerReference } from "../api/meta.js";
import { PLACEMENT_GROUP } from "../api/names.js";
import type { Placement } from "../api/placement.js";

/** What the objects that belong to a placement need to know of it. */
export type PlacementIdentity = Pick<Placement, "metadata">;

/** The kinds that go with a placement, by whether it is namespaced. */
export interface PlacementKinds {
  readonly placement: "ClusterResourcePlacement" | "ResourcePlacement";
  readonly resourceSnapshot: string;
  readonly policySnapshot: string;
  readonly binding: string;
  readonly updateRun: string;
}

const CLUSTER_SCOPED: PlacementKinds = {
  placement: "ClusterResourcePlacement",
  resourceSnapshot: "ClusterResourceSnapshot",
  policySnapshot: "ClusterSchedulingPolicySnapshot",
  binding: "ClusterResourceBinding",
  updateRun: "ClusterStagedUpdateRun",
};

const NAMESPACED: PlacementKinds = {
  placement: "ResourcePlacement",
  resourceSnapshot: "ResourceSnapshot",
  policySnapshot: "SchedulingPolicySnapshot",
  binding: "ResourceBinding",
  updateRun: "StagedUpdateRun",
};

/** `apiVersion` of the objects made for a placement. */
export const PLACEMENT_API_VERSION = `${PLACEMENT_GROUP}/v1`;

export function kindsOf({ metadata }: PlacementIdentity): PlacementKinds {
  return metadata.namespace === undefined ? CLUSTER_SCOPED : NAMESPACED;
}

/** The reference of a snapshot to its placement. It says `v1beta1`, as KubeFleet prints it: both versions resolve. */
export function ownerReference(placement: PlacementIdentity): OwnerReference {
  return {
    apiVersion: `${PLACEMENT_GROUP}/v1beta1`,
    blockOwnerDeletion: true,
    controller: true,
    kind: kindsOf(placement).placement,
    name: placement.metadata.name,
    uid: placement.metadata.uid ?? "",
  };
}
