import type { MemberCluster } from "../api/member-cluster.js";
import type { PlacementPolicy } from "../api/placement.js";
import type { ClusterDecision } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { affinityScorer } from "./cluster-affinity.js";
import {
  notEligible,
  notFound,
  pickedByName,
  pickedByScore,
  type Schedule,
  scheduleOf,
} from "./cluster-decisions.js";
import { ineligibility } from "./cluster-eligibility.js";
import { mismatch } from "./cluster-filters.js";
import { type Newcomer, type Pick, pickBest } from "./pick-best.js";

export interface SchedulingInput {
  /** Absent means PickAll. */
  readonly policy: PlacementPolicy | undefined;
  /** The policy snapshot that the decisions are for. */
  readonly policySnapshotName: string;
  readonly members: readonly MemberCluster[];
  /** All bindings of the placement: clusters already picked under this policy snapshot stay picked. */
  readonly bindings: readonly ResourceBinding[];
  readonly now: Date;
}

/**
 * Decides which clusters a placement goes to. What a cluster must be like is asked when it is picked, not later: it
 * stays picked until it leaves or the policy changes. Source: KubeFleet `pkg/scheduler/framework`.
 */
export function schedule(input: SchedulingInput): Schedule {
  const policy = input.policy ?? {};
  switch (policy.placementType ?? "PickAll") {
    case "PickAll":
      return pickAll(input, policy);
    case "PickN":
      return pickN(input, policy);
    case "PickFixed":
      return pickFixed(input, policy.clusterNames ?? []);
  }
}

function pickAll(input: SchedulingInput, policy: PlacementPolicy): Schedule {
  const { picked, newcomers, passedOver } = sort(input, policy);
  const decisions = [
    ...picked.map(({ decision }) => decision),
    ...newcomers.map(({ member, affinity }) =>
      pickedByScore(member.metadata.name, { affinity, topologySpread: 0 }),
    ),
  ].sort(byClusterName);
  return scheduleOf([...decisions, ...passedOver], true);
}

function pickN(input: SchedulingInput, policy: PlacementPolicy): Schedule {
  const wanted = policy.numberOfClusters ?? 0;
  const { picked, newcomers, passedOver } = sort(input, policy);
  const best = pickBest({
    wanted,
    picked,
    newcomers,
    members: input.members,
    constraints: policy.topologySpreadConstraints ?? [],
  });
  const decisions = [...best.picked, ...best.others, ...passedOver];
  return scheduleOf(decisions, best.picked.length === wanted);
}

function pickFixed(input: SchedulingInput, clusterNames: readonly string[]): Schedule {
  if (clusterNames.length === 0) return { decisions: [] };
  const byName = new Map(input.members.map((member) => [member.metadata.name, member]));
  const keptOf = keptBindings(input);
  const decisions = [...new Set(clusterNames)].map((name) => {
    const member = byName.get(name);
    if (!member) return notFound(name);
    const kept = keptOf(member);
    if (kept) return kept.spec.clusterDecision;
    const problem = ineligibility(member, input.now);
    return problem ? notEligible(name, problem) : pickedByName(name);
  });
  const picked = decisions.filter(({ selected }) => selected);
  const others = decisions.filter(({ selected }) => !selected);
  return scheduleOf([...picked, ...others], others.length === 0);
}

interface SortedMembers {
  /** Those that are picked under this policy already. */
  readonly picked: readonly Pick[];
  /** Those that may be picked. */
  readonly newcomers: readonly Newcomer[];
  /** Those that may not, and why. */
  readonly passedOver: readonly ClusterDecision[];
}

/** Members by name, divided by what may become of them. */
function sort(input: SchedulingInput, policy: PlacementPolicy): SortedMembers {
  const keptOf = keptBindings(input);
  const placed = new Set(input.bindings.filter(isActive).map(({ spec }) => spec.targetCluster));
  const affinityOf = affinityScorer(policy, input.members);
  const picked: Pick[] = [];
  const newcomers: Newcomer[] = [];
  const passedOver: ClusterDecision[] = [];
  for (const member of input.members.toSorted(byName)) {
    const { name } = member.metadata;
    const kept = keptOf(member);
    if (kept) {
      const { clusterDecision: decision, state } = kept.spec;
      picked.push({ member, decision, bound: state === "Bound" });
      continue;
    }
    const problem = ineligibility(member, input.now) ?? mismatch(policy, member);
    if (problem) passedOver.push(notEligible(name, problem));
    else newcomers.push({ member, affinity: affinityOf(member), hasPlacement: placed.has(name) });
  }
  return { picked, newcomers, passedOver };
}

/** Finds the binding with which a member was picked under this very policy; one that leaves is kept nowhere. */
function keptBindings({ bindings, policySnapshotName }: SchedulingInput) {
  const kept = bindings.filter(
    (binding) =>
      isActive(binding) && binding.spec.schedulingPolicySnapshotName === policySnapshotName,
  );
  const byCluster = new Map(kept.map((binding) => [binding.spec.targetCluster, binding]));
  return ({ metadata }: MemberCluster): ResourceBinding | undefined =>
    metadata.deletionTimestamp ? undefined : byCluster.get(metadata.name);
}

function byName(a: MemberCluster, b: MemberCluster): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function byClusterName(a: ClusterDecision, b: ClusterDecision): number {
  return a.clusterName < b.clusterName ? -1 : 1;
}

function isActive({ metadata, spec }: ResourceBinding): boolean {
  return spec.state !== "Unscheduled" && !metadata.deletionTimestamp;
}
