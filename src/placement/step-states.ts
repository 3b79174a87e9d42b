import type { Condition } from "../api/meta.js";
import type { PerClusterPlacementStatus } from "../api/placement-status.js";
import { conditionOf } from "./conditions.js";
import { AGGREGATE, NO_OVERRIDE, type Step } from "./status-texts.js";

/** Where all clusters of a placement are with one step. */
export interface StepState {
  readonly step: Step;
  readonly status: Condition["status"];
  readonly reason: string;
  readonly message: string;
}

/** What decides about all of them: one that nothing is known of, then one that is not done. */
const DECISIVE = ["Unknown", "False"] as const;

/**
 * The steps of all clusters together; those after the first that is not done everywhere are left out.
 * Source: KubeFleet `pkg/controllers/placement/placement_status.go`.
 */
export function aggregateSteps(
  steps: readonly Step[],
  clusters: readonly PerClusterPlacementStatus[],
  anyOverride: boolean,
): readonly StepState[] {
  const states: StepState[] = [];
  for (const step of steps) {
    const statuses = clusters.map(({ conditions }) => conditionOf(conditions, step)?.status);
    const status = DECISIVE.find((each) => statuses.includes(each)) ?? "True";
    const count = statuses.filter((each) => each === status).length;
    const nothingToOverride = step === "Overridden" && status === "True" && !anyOverride;
    const text = nothingToOverride ? NO_OVERRIDE : AGGREGATE[step][status](count);
    states.push({ step, status, ...text });
    if (status !== "True") break;
  }
  return states;
}

/**
 * Why nothing can be said of all clusters together while update runs of the kind `runKind` move them one by one;
 * undefined when all are at the snapshot of `index`. Source: as `aggregateSteps`.
 */
export function whyUndecided(
  clusters: readonly PerClusterPlacementStatus[],
  index: string | undefined,
  runKind: string,
): StepState | undefined {
  const problem = index === undefined ? noCommonIndex(clusters, runKind) : unconfirmed(clusters);
  if (!problem) return undefined;
  return {
    step: "RolloutStarted",
    status: "Unknown",
    reason: "RolloutControlledByExternalController",
    message: `Rollout is controlled by an external controller and ${problem}`,
  };
}

function noCommonIndex(clusters: readonly PerClusterPlacementStatus[], runKind: string): string {
  if (clusters.some(({ observedResourceIndex }) => observedResourceIndex !== undefined)) {
    return "different resource snapshot versions are observed across clusters";
  }
  return `no resource snapshot name is observed across clusters. To determine rollout status, check the ${runKind} resources with spec.placementName matching this placement`;
}

function unconfirmed(clusters: readonly PerClusterPlacementStatus[]): string | undefined {
  const cluster = clusters.find(
    ({ conditions }) => conditionOf(conditions, "RolloutStarted")?.status === "Unknown",
  );
  return cluster && `cluster ${cluster.clusterName} is in RolloutStarted Unknown state`;
}
