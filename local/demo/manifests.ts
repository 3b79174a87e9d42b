import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../../src/api/names.js";

/** The tutorial's manifests, as the document prints them; only the wait is shorter. */
const apiVersion = `${PLACEMENT_GROUP}/v1beta1`;

export const PLACEMENT = {
  apiVersion,
  kind: "ClusterResourcePlacement",
  metadata: { name: "example-placement" },
  spec: {
    resourceSelectors: [{ group: "", kind: "Namespace", name: "test-namespace", version: "v1" }],
    policy: { placementType: "PickAll" },
    strategy: { type: "External" },
  },
};

export const WAIT_SECONDS = 10;

export const STRATEGY = {
  apiVersion,
  kind: "ClusterStagedUpdateStrategy",
  metadata: { name: "example-strategy" },
  spec: {
    stages: [
      {
        name: "staging",
        labelSelector: { matchLabels: { environment: "staging" } },
        afterStageTasks: [{ type: "TimedWait", waitTime: `${WAIT_SECONDS}s` }],
      },
      {
        name: "canary",
        labelSelector: { matchLabels: { environment: "canary" } },
        sortingLabelKey: "order",
        afterStageTasks: [{ type: "Approval" }],
      },
    ],
  },
};

export function updateRun(name: string, resourceSnapshotIndex: string) {
  return {
    apiVersion,
    kind: "ClusterStagedUpdateRun",
    metadata: { name },
    spec: {
      placementName: PLACEMENT.metadata.name,
      resourceSnapshotIndex,
      stagedRolloutStrategyName: STRATEGY.metadata.name,
    },
  };
}

/** The status patch with which a person approves. */
export function approval(now: Date) {
  return {
    status: {
      conditions: [
        {
          lastTransitionTime: `${now.toISOString().slice(0, 19)}Z`,
          message: "lgtm",
          observedGeneration: 1,
          reason: "testPassed",
          status: "True",
          type: "Approved",
        },
      ],
    },
  };
}

/** Where the kinds of the tutorial are served, each in the version that kubectl reads. */
export const PATHS = {
  namespaces: "/api/v1/namespaces",
  configMaps: "/api/v1/namespaces/test-namespace/configmaps",
  placements: `/apis/${PLACEMENT_GROUP}/v1/clusterresourceplacements`,
  snapshots: `/apis/${PLACEMENT_GROUP}/v1/clusterresourcesnapshots`,
  strategies: `/apis/${PLACEMENT_GROUP}/v1/clusterstagedupdatestrategies`,
  runs: `/apis/${PLACEMENT_GROUP}/v1/clusterstagedupdateruns`,
  approvals: `/apis/${PLACEMENT_GROUP}/v1/clusterapprovalrequests`,
  memberClusters: `/apis/${CLUSTER_GROUP}/v1beta1/memberclusters`,
} as const;
