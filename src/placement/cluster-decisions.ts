import type { ClusterDecision } from "../api/policy-snapshot.js";
import type { ConditionUpdate } from "./conditions.js";

/** The outcome of scheduling one placement. */
export interface Schedule {
  /** Who is picked, and who is not and why; the picked ones first. */
  readonly decisions: readonly ClusterDecision[];
  /** Absent when there is nothing to decide. */
  readonly condition?: Pick<ConditionUpdate, "status" | "reason" | "message">;
}

/** How well a cluster fits a policy; larger is better. */
export interface ClusterScores {
  readonly affinity: number;
  readonly topologySpread: number;
}

/** For a cluster that the policy names. Source of all texts here: KubeFleet `pkg/scheduler/framework`. */
export function pickedByName(clusterName: string): ClusterDecision {
  return {
    clusterName,
    selected: true,
    reason: `Successfully scheduled resources for placement in "${clusterName}": picked by scheduling policy`,
  };
}

export function pickedByScore(clusterName: string, scores: ClusterScores): ClusterDecision {
  return {
    clusterName,
    selected: true,
    clusterScore: clusterScore(scores),
    reason: `Successfully scheduled resources for placement in "${clusterName}" (${scoreText(scores)}): picked by scheduling policy`,
  };
}

export function scoresTooLow(clusterName: string, scores: ClusterScores): ClusterDecision {
  return {
    clusterName,
    selected: false,
    clusterScore: clusterScore(scores),
    reason: `Cluster "${clusterName}" does not score high enough (${scoreText(scores)})`,
  };
}

export function notFound(clusterName: string): ClusterDecision {
  return {
    clusterName,
    selected: false,
    reason: `Specified cluster "${clusterName}" is not found`,
  };
}

export function notEligible(clusterName: string, problem: string): ClusterDecision {
  return {
    clusterName,
    selected: false,
    reason: `Cluster "${clusterName}" is not eligible for resource placement yet: ${problem}`,
  };
}

/** The scores that a cluster was picked with; none count as zero. */
export function scoresOf({ clusterScore }: ClusterDecision): ClusterScores {
  return {
    affinity: clusterScore?.affinityScore ?? 0,
    topologySpread: clusterScore?.priorityScore ?? 0,
  };
}

/** The decisions with what they amount to. */
export function scheduleOf(decisions: readonly ClusterDecision[], complete: boolean): Schedule {
  const count = decisions.filter(({ selected }) => selected).length;
  return {
    decisions,
    condition: complete
      ? {
          status: "True",
          reason: "SchedulingPolicyFulfilled",
          message: `found all cluster needed as specified by the scheduling policy, found ${count} cluster(s)`,
        }
      : {
          status: "False",
          reason: "SchedulingPolicyUnfulfilled",
          message: `could not find all clusters needed as specified by the scheduling policy, found ${count} cluster(s) instead`,
        },
  };
}

/** In the API the points for topology spread are called priority. */
function clusterScore({ affinity, topologySpread }: ClusterScores) {
  return { affinityScore: affinity, priorityScore: topologySpread };
}

function scoreText({ affinity, topologySpread }: ClusterScores): string {
  return `affinity score: ${affinity}, topology spread score: ${topologySpread}`;
}
