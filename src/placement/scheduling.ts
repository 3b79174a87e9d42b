import type { MemberCluster } from "../api/member-cluster.js";
import type { PlacementPolicy } from "../api/placement.js";
import type { ClusterDecision } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { affinityScore, ineligibility, mismatch, unsupportedPart } from "./cluster-filters.js";
import type { ConditionUpdate } from "./conditions.js";

export interface SchedulingInput {
  /** Absent means PickAll. */
  readonly policy: PlacementPolicy | undefined;
  /** The policy snapshot that the decisions are for. */
  readonly policySnapshotName: string;
  readonly members: readonly MemberCluster[];
  /** All bindings of the placement: clusters already picked under this policy snapshot stay picked. */
  readonly bindings: readonly ResourceBinding[];
}

export interface Schedule {
  /** Who is picked, and who is not and why; the picked ones first. */
  readonly decisions: readonly ClusterDecision[];
  /** Absent when there is nothing to decide. */
  readonly condition?: Pick<ConditionUpdate, "status" | "reason" | "message">;
}

/**
 * Decides which clusters a placement goes to. What a cluster must be like is asked when it is picked, not later: it
 * stays picked until it leaves or the policy changes. Source: KubeFleet `pkg/scheduler/framework`.
 */
export function schedule(input: SchedulingInput): Schedule {
  const policy = input.policy ?? {};
  const unsupported = unsupportedPart(policy);
  if (unsupported) return keepAsIs(input, unsupported);
  switch (policy.placementType ?? "PickAll") {
    case "PickAll":
      return pickAll(input, policy);
    case "PickN":
      return pickN(input, policy);
    case "PickFixed":
      return pickFixed(input, policy.clusterNames ?? []);
  }
}

/** Nobody loses what it has because of a policy that cannot be followed. */
function keepAsIs({ bindings, members }: SchedulingInput, message: string): Schedule {
  const staying = members.filter(({ metadata }) => !metadata.deletionTimestamp);
  const names = new Set(staying.map(({ metadata }) => metadata.name));
  const kept = bindings.filter(
    (binding) => isActive(binding) && names.has(binding.spec.targetCluster),
  );
  return {
    decisions: kept.map(({ spec }) => spec.clusterDecision),
    condition: { status: "False", reason: "SchedulingPolicyUnsupported", message },
  };
}

function pickAll(input: SchedulingInput, policy: PlacementPolicy): Schedule {
  const { candidates, passedOver } = sort(input, policy);
  const picked = candidates.map(({ decision }) => decision);
  return fulfilled([...picked, ...passedOver], true);
}

/** The best ones; what is in place counts most, so that a larger number moves nothing. */
function pickN(input: SchedulingInput, policy: PlacementPolicy): Schedule {
  const wanted = policy.numberOfClusters ?? 0;
  const { candidates, passedOver } = sort(input, policy);
  const ranked = candidates.toSorted(compareRank);
  const picked = ranked.slice(0, wanted).map(({ decision }) => decision);
  const others = ranked.slice(wanted).map(({ decision }) => tooLow(decision));
  return fulfilled([...picked, ...others, ...passedOver], picked.length === wanted);
}

function pickFixed({ members }: SchedulingInput, clusterNames: readonly string[]): Schedule {
  if (clusterNames.length === 0) return { decisions: [] };
  const byName = new Map(members.map((member) => [member.metadata.name, member]));
  const decisions = [...new Set(clusterNames)].map((name) => decideFixed(name, byName.get(name)));
  const picked = decisions.filter(({ selected }) => selected);
  const others = decisions.filter(({ selected }) => !selected);
  return fulfilled([...picked, ...others], others.length === 0);
}

function decideFixed(clusterName: string, member: MemberCluster | undefined): ClusterDecision {
  if (!member) {
    return {
      clusterName,
      selected: false,
      reason: `Specified cluster "${clusterName}" is not found`,
    };
  }
  const problem = ineligibility(member);
  if (problem) return notEligible(clusterName, problem);
  return {
    clusterName,
    selected: true,
    reason: `Successfully scheduled resources for placement in "${clusterName}": picked by scheduling policy`,
  };
}

interface Candidate {
  readonly decision: ClusterDecision;
  readonly score: number;
  /** Bound, then scheduled under this policy snapshot, then picked by an earlier one, then new. */
  readonly standing: number;
}

/** Members by name, divided into those that may be picked and those that may not. */
function sort(input: SchedulingInput, policy: PlacementPolicy) {
  const bindings = new Map(
    input.bindings.filter(isActive).map((binding) => [binding.spec.targetCluster, binding]),
  );
  const candidates: Candidate[] = [];
  const passedOver: ClusterDecision[] = [];
  for (const member of input.members.toSorted(compareName)) {
    const { name } = member.metadata;
    const binding = bindings.get(name);
    const kept = binding?.spec.schedulingPolicySnapshotName === input.policySnapshotName;
    const problem = kept
      ? member.metadata.deletionTimestamp && ineligibility(member)
      : (ineligibility(member) ?? mismatch(policy, member));
    if (problem) {
      passedOver.push(notEligible(name, problem));
      continue;
    }
    const decision = kept ? binding.spec.clusterDecision : pickedByScore(policy, member);
    candidates.push({
      decision,
      score: decision.clusterScore?.affinityScore ?? 0,
      standing: standing(binding, kept),
    });
  }
  return { candidates, passedOver };
}

function standing(binding: ResourceBinding | undefined, kept: boolean): number {
  if (!binding) return 0;
  if (!kept) return 1;
  return binding.spec.state === "Bound" ? 3 : 2;
}

/** Best first. Equals go by name, last first, as in KubeFleet. */
function compareRank(a: Candidate, b: Candidate): number {
  const inPlace = (candidate: Candidate) => Math.max(candidate.standing, 1);
  return (
    inPlace(b) - inPlace(a) ||
    b.score - a.score ||
    b.standing - a.standing ||
    (a.decision.clusterName < b.decision.clusterName ? 1 : -1)
  );
}

function compareName(a: MemberCluster, b: MemberCluster): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function isActive({ metadata, spec }: ResourceBinding): boolean {
  return spec.state !== "Unscheduled" && !metadata.deletionTimestamp;
}

function pickedByScore(policy: PlacementPolicy, member: MemberCluster): ClusterDecision {
  const clusterName = member.metadata.name;
  const score = affinityScore(policy, member);
  return {
    clusterName,
    selected: true,
    clusterScore: { affinityScore: score, priorityScore: 0 },
    reason: `Successfully scheduled resources for placement in "${clusterName}" (affinity score: ${score}, topology spread score: 0): picked by scheduling policy`,
  };
}

function tooLow({ clusterName, clusterScore }: ClusterDecision): ClusterDecision {
  return {
    clusterName,
    selected: false,
    ...(clusterScore && { clusterScore }),
    reason: `Cluster "${clusterName}" does not score high enough (affinity score: ${clusterScore?.affinityScore ?? 0}, topology spread score: 0)`,
  };
}

function notEligible(clusterName: string, problem: string): ClusterDecision {
  return {
    clusterName,
    selected: false,
    reason: `Cluster "${clusterName}" is not eligible for resource placement yet: ${problem}`,
  };
}

function fulfilled(decisions: readonly ClusterDecision[], complete: boolean): Schedule {
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
