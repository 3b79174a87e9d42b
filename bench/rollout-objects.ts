import { PLACEMENT_GROUP } from "../src/api/names.js";

const GROUP = `/apis/${PLACEMENT_GROUP}/v1`;

export const PATHS = {
  members: "/apis/cluster.kubernetes-fleet.io/v1beta1/memberclusters",
  placements: `${GROUP}/clusterresourceplacements`,
  strategies: `${GROUP}/clusterstagedupdatestrategies`,
  runs: `${GROUP}/clusterstagedupdateruns`,
  bindings: `${GROUP}/clusterresourcebindings`,
} as const;

/** The label by which the strategies here sort members into stages. */
export const STAGE_LABEL = "bench-stage";

export function namespaceObject(name: string) {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

export function configMapObject(name: string, value: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { key: value } };
}

/** A placement of one namespace on all members, or on those with the labels, rolled out by update runs. */
export function placementObject(namespace: string, labels?: Readonly<Record<string, string>>) {
  return {
    apiVersion: `${PLACEMENT_GROUP}/v1`,
    kind: "ClusterResourcePlacement",
    metadata: { name: namespace },
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: namespace }],
      policy: { placementType: "PickAll", ...(labels && { affinity: requiring(labels) }) },
      strategy: { type: "External" },
    },
  };
}

function requiring(matchLabels: Readonly<Record<string, string>>) {
  const clusterSelectorTerms = [{ labelSelector: { matchLabels } }];
  return {
    clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { clusterSelectorTerms } },
  };
}

export interface StageShape {
  readonly name: string;
  readonly maxConcurrency: number | string;
  readonly afterStageTasks?: readonly object[];
}

/** Stages by the label of the members; no stage waits for anything unless its tasks say so. */
export function strategyObject(name: string, stages: readonly StageShape[]) {
  return {
    apiVersion: `${PLACEMENT_GROUP}/v1`,
    kind: "ClusterStagedUpdateStrategy",
    metadata: { name },
    spec: {
      stages: stages.map((stage) => ({
        ...stage,
        labelSelector: { matchLabels: { [STAGE_LABEL]: stage.name } },
      })),
    },
  };
}

export function runObject(name: string, placementName: string, strategyName: string) {
  return {
    apiVersion: `${PLACEMENT_GROUP}/v1`,
    kind: "ClusterStagedUpdateRun",
    metadata: { name },
    spec: { placementName, stagedRolloutStrategyName: strategyName, state: "Run" },
  };
}
