/**
 * Keys, groups and object names of the KubeFleet API.
 * Source: KubeFleet `apis/placement/v1beta1/commons.go` and `stageupdate_types.go`.
 */

/** Kinds that KubeFleet has nothing like. */
export const STAGECOACH_GROUP = "stagecoach.dev";
export const STAGECOACH_VERSIONS: readonly string[] = ["v1"];
export const PLACEMENT_GROUP = "placement.kubernetes-fleet.io";
export const CLUSTER_GROUP = "cluster.kubernetes-fleet.io";
/** Newest first: what `kubectl get` asks for and what is stored. */
export const PLACEMENT_VERSIONS: readonly string[] = ["v1", "v1beta1"];
/** Overrides have long been documented as `v1alpha1`. Source: KubeFleet `apis/placement`. */
export const OVERRIDE_VERSIONS: readonly string[] = ["v1", "v1beta1", "v1alpha1"];
export const CLUSTER_VERSIONS: readonly string[] = ["v1", "v1beta1"];

/** Name of the placement that something belongs to; used for namespaced placements too. */
export const LABEL_PARENT_CRP = "kubernetes-fleet.io/parent-CRP";
export const LABEL_IS_LATEST_SNAPSHOT = "kubernetes-fleet.io/is-latest-snapshot";
export const LABEL_RESOURCE_INDEX = "kubernetes-fleet.io/resource-index";
export const LABEL_POLICY_INDEX = "kubernetes-fleet.io/policy-index";
export const LABEL_OVERRIDE_INDEX = "kubernetes-fleet.io/override-index";
/** Name of the override that a snapshot is of. */
export const LABEL_PARENT_RESOURCE_OVERRIDE = "kubernetes-fleet.io/parent-resource-override";
export const LABEL_PARENT_RESOURCE_BINDING = "kubernetes-fleet.io/parent-resource-binding";
export const LABEL_PARENT_PLACEMENT_NAMESPACE = "kubernetes-fleet.io/parent-placement-namespace";
export const LABEL_PARENT_RESOURCE_SNAPSHOT_INDEX =
  "kubernetes-fleet.io/parent-resource-snapshot-index";
export const LABEL_ENVELOPE_WORK = "kubernetes-fleet.io/envelope-work";
export const LABEL_ENVELOPE_NAMESPACE = "kubernetes-fleet.io/envelope-namespace";
export const LABEL_ENVELOPE_NAME = "kubernetes-fleet.io/envelope-name";
export const LABEL_TARGET_UPDATE_RUN = "kubernetes-fleet.io/targetUpdateRun";
export const LABEL_TARGET_UPDATING_STAGE = "kubernetes-fleet.io/targetUpdatingStage";
/** `beforeStage` or `afterStage`. */
export const LABEL_TASK_TYPE = "kubernetes-fleet.io/taskType";
export const LABEL_IS_LATEST_UPDATE_RUN_APPROVAL = "kubernetes-fleet.io/isLatestUpdateRunApproval";
export const LABEL_IS_FLEET_RESOURCE = "kubernetes-fleet.io/is-fleet-resource";

/** Only the first object of a snapshot group carries it, which makes that one the master. */
export const ANNOTATION_RESOURCE_HASH = "kubernetes-fleet.io/resource-hash";
export const ANNOTATION_NUMBER_OF_RESOURCE_SNAPSHOTS =
  "kubernetes-fleet.io/number-of-resource-snapshots";
export const ANNOTATION_NUMBER_OF_ENVELOPED_OBJECT =
  "kubernetes-fleet.io/number-of-enveloped-object";
export const ANNOTATION_SUBINDEX_OF_RESOURCE_SNAPSHOT =
  "kubernetes-fleet.io/subindex-of-resource-snapshot";
export const ANNOTATION_NEXT_RESOURCE_SNAPSHOT_CANDIDATE_DETECTION_TIME =
  "kubernetes-fleet.io/next-resource-snapshot-candidate-detection-time";
export const ANNOTATION_NUMBER_OF_CLUSTERS = "kubernetes-fleet.io/number-of-clusters";
export const ANNOTATION_CRP_GENERATION = "kubernetes-fleet.io/CRP-generation";
export const ANNOTATION_PREVIOUS_BINDING_STATE = "kubernetes-fleet.io/previous-binding-state";
export const ANNOTATION_PARENT_RESOURCE_SNAPSHOT_NAME =
  "kubernetes-fleet.io/parent-resource-snapshot-name";
export const ANNOTATION_PARENT_RESOURCE_OVERRIDE_SNAPSHOT_HASH =
  "kubernetes-fleet.io/parent-resource-override-snapshot-hash";
export const ANNOTATION_PARENT_CLUSTER_RESOURCE_OVERRIDE_SNAPSHOT_HASH =
  "kubernetes-fleet.io/parent-cluster-resource-override-snapshot-hash";
export const ANNOTATION_SPEC_HASH = "kubernetes-fleet.io/spec-hash";

/** What `kubectl apply` last sent, whole: it belongs to the cluster it was sent to, and holds Secrets' values too. */
export const ANNOTATION_KUBECTL_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Stagecoach's own: on a member, when somebody asked for a new look at it. */
export const ANNOTATION_REFRESH_REQUESTED = "stagecoach.dev/refresh-requested";
/** Stagecoach's own: on a placement, and on the resource snapshots that were pushed to it. */
export const ANNOTATION_SNAPSHOT_SOURCE = "stagecoach.dev/snapshot-source";
/** The content came in a request, and not from objects of the hub. */
export const SNAPSHOT_SOURCE_PUSHED = "Pushed";

export const FINALIZER_UPDATE_RUN = "kubernetes-fleet.io/stagedupdaterun-finalizer";
/** On cluster-scoped and namespaced placements alike. */
export const FINALIZER_PLACEMENT_CLEANUP = "kubernetes-fleet.io/crp-cleanup";
export const FINALIZER_SCHEDULER_CLEANUP = "kubernetes-fleet.io/scheduler-cleanup";
export const FINALIZER_SCHEDULER_BINDING_CLEANUP = "kubernetes-fleet.io/scheduler-crb-cleanup";
export const FINALIZER_WORK_CLEANUP = "kubernetes-fleet.io/work-cleanup";
export const FINALIZER_OVERRIDE_CLEANUP = "kubernetes-fleet.io/override-cleanup";
export const FINALIZER_MEMBER_CLUSTER = "kubernetes-fleet.io/membercluster-finalizer";

/** Stage in which clusters that are no longer selected are cleaned up; no stage of a strategy can be called so. */
export const DELETE_STAGE_NAME = "kubernetes-fleet.io/deleteStage";

/** `before` and `after` say which of a stage's tasks an approval belongs to. */
export type TaskPosition = "before" | "after";

/** Name of the master resource snapshot of an index. */
export function snapshotName(placement: string, index: number | string): string {
  return `${placement}-${index}-snapshot`;
}

/** Index in the name of a master resource snapshot; undefined for any other name. */
export function indexInSnapshotName(name: string): string | undefined {
  return /-(\d+)-snapshot$/.exec(name)?.[1];
}

/** Name of a further resource snapshot of an index, when the content is too large for one object. */
export function subSnapshotName(
  placement: string,
  index: number | string,
  subindex: number,
): string {
  return `${placement}-${index}-${subindex}`;
}

export function policySnapshotName(placement: string, index: number | string): string {
  return `${placement}-${index}`;
}

export function overrideSnapshotName(override: string, index: number | string): string {
  return `${override}-${index}`;
}

export function approvalRequestName(run: string, position: TaskPosition, stage: string): string {
  return `${run}-${position}-${stage}`;
}
