import type { TwinNames } from "./scope.js";

// The names of the kinds of `placement.kubernetes-fleet.io`, in both scopes. Source: KubeFleet `apis/placement`.

export const PLACEMENT: TwinNames = {
  Cluster: {
    kind: "ClusterResourcePlacement",
    plural: "clusterresourceplacements",
    singular: "clusterresourceplacement",
    shortNames: ["crp"],
  },
  Namespaced: {
    kind: "ResourcePlacement",
    plural: "resourceplacements",
    singular: "resourceplacement",
    shortNames: ["rp"],
  },
};

export const RESOURCE_SNAPSHOT: TwinNames = {
  Cluster: {
    kind: "ClusterResourceSnapshot",
    plural: "clusterresourcesnapshots",
    singular: "clusterresourcesnapshot",
    shortNames: ["crs"],
  },
  Namespaced: {
    kind: "ResourceSnapshot",
    plural: "resourcesnapshots",
    singular: "resourcesnapshot",
    shortNames: ["rs"],
  },
};

export const POLICY_SNAPSHOT: TwinNames = {
  Cluster: {
    kind: "ClusterSchedulingPolicySnapshot",
    plural: "clusterschedulingpolicysnapshots",
    singular: "clusterschedulingpolicysnapshot",
    shortNames: ["csps"],
  },
  Namespaced: {
    kind: "SchedulingPolicySnapshot",
    plural: "schedulingpolicysnapshots",
    singular: "schedulingpolicysnapshot",
    shortNames: ["sps"],
  },
};

export const RESOURCE_BINDING: TwinNames = {
  Cluster: {
    kind: "ClusterResourceBinding",
    plural: "clusterresourcebindings",
    singular: "clusterresourcebinding",
    shortNames: ["crb"],
  },
  Namespaced: {
    kind: "ResourceBinding",
    plural: "resourcebindings",
    singular: "resourcebinding",
    shortNames: ["rb"],
  },
};

export const UPDATE_STRATEGY: TwinNames = {
  Cluster: {
    kind: "ClusterStagedUpdateStrategy",
    plural: "clusterstagedupdatestrategies",
    singular: "clusterstagedupdatestrategy",
    shortNames: ["csus"],
  },
  Namespaced: {
    kind: "StagedUpdateStrategy",
    plural: "stagedupdatestrategies",
    singular: "stagedupdatestrategy",
    shortNames: ["sus"],
  },
};

export const UPDATE_RUN: TwinNames = {
  Cluster: {
    kind: "ClusterStagedUpdateRun",
    plural: "clusterstagedupdateruns",
    singular: "clusterstagedupdaterun",
    shortNames: ["csur"],
  },
  Namespaced: {
    kind: "StagedUpdateRun",
    plural: "stagedupdateruns",
    singular: "stagedupdaterun",
    shortNames: ["sur"],
  },
};

export const APPROVAL_REQUEST: TwinNames = {
  Cluster: {
    kind: "ClusterApprovalRequest",
    plural: "clusterapprovalrequests",
    singular: "clusterapprovalrequest",
    shortNames: ["careq"],
  },
  Namespaced: {
    kind: "ApprovalRequest",
    plural: "approvalrequests",
    singular: "approvalrequest",
    shortNames: ["areq"],
  },
};

export const RESOURCE_OVERRIDE: TwinNames = {
  Cluster: {
    kind: "ClusterResourceOverride",
    plural: "clusterresourceoverrides",
    singular: "clusterresourceoverride",
    shortNames: ["cro"],
  },
  Namespaced: {
    kind: "ResourceOverride",
    plural: "resourceoverrides",
    singular: "resourceoverride",
    shortNames: ["ro"],
  },
};

export const RESOURCE_OVERRIDE_SNAPSHOT: TwinNames = {
  Cluster: {
    kind: "ClusterResourceOverrideSnapshot",
    plural: "clusterresourceoverridesnapshots",
    singular: "clusterresourceoverridesnapshot",
    shortNames: [],
  },
  Namespaced: {
    kind: "ResourceOverrideSnapshot",
    plural: "resourceoverridesnapshots",
    singular: "resourceoverridesnapshot",
    shortNames: [],
  },
};

export const ENVELOPE: TwinNames = {
  Cluster: {
    kind: "ClusterResourceEnvelope",
    plural: "clusterresourceenvelopes",
    singular: "clusterresourceenvelope",
    shortNames: [],
  },
  Namespaced: {
    kind: "ResourceEnvelope",
    plural: "resourceenvelopes",
    singular: "resourceenvelope",
    shortNames: [],
  },
};
