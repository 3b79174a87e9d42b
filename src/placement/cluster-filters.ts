import type { MemberCluster } from "../api/member-cluster.js";
import type { PlacementPolicy } from "../api/placement.js";
import type { ClusterSelectorTerm, Toleration } from "../api/scheduling-constraints.js";
import { conditionOf } from "./conditions.js";
import { matchesSelector } from "./label-selector.js";

type Taint = NonNullable<MemberCluster["spec"]["taints"]>[number];

/**
 * Why a member cannot take any placement now; undefined when it can. No agent reports in, so a member counts as
 * joined until a condition says otherwise.
 */
export function ineligibility(member: MemberCluster): string | undefined {
  if (member.metadata.deletionTimestamp) return "cluster has left the fleet";
  const joined = conditionOf(member.status?.conditions, "Joined");
  if (!joined || joined.status === "True") return undefined;
  return `cluster has not joined the fleet${joined.message ? `: ${joined.message}` : ""}`;
}

/** Why a policy passes over a member that could take placements; undefined when it does not. */
export function mismatch(policy: PlacementPolicy, member: MemberCluster): string | undefined {
  if (!matchesRequiredAffinity(policy, member)) {
    return "cluster does not match with any of the required cluster affinity terms";
  }
  const taint = (member.spec.taints ?? []).find((each) => !isTolerated(each, policy.tolerations));
  if (!taint) return undefined;
  const { key, value = "", effect } = taint;
  return `taint {Key:${key} Value:${value} Effect:${effect}} cannot be tolerated`;
}

/** Sum of the weights of the preferences that a member meets. */
export function affinityScore(policy: PlacementPolicy, member: MemberCluster): number {
  const preferred =
    policy.affinity?.clusterAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferred
    .filter(({ preference }) => matchesTerm(preference, member))
    .reduce((score, { weight }) => score + weight, 0);
}

/** Terms are alternatives. Source: KubeFleet scheduler, cluster affinity plugin. */
function matchesRequiredAffinity(policy: PlacementPolicy, member: MemberCluster): boolean {
  const terms =
    policy.affinity?.clusterAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.clusterSelectorTerms ?? [];
  return terms.length === 0 || terms.some((term) => matchesTerm(term, member));
}

function matchesTerm({ labelSelector }: ClusterSelectorTerm, { metadata }: MemberCluster): boolean {
  return labelSelector === undefined || matchesSelector(labelSelector, metadata.labels);
}

function isTolerated(taint: Taint, tolerations: readonly Toleration[] = []): boolean {
  return tolerations.some(({ key, operator, value, effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (key && key !== taint.key) return false;
    return operator === "Exists" || (value ?? "") === (taint.value ?? "");
  });
}

/** What a policy asks for that is not implemented, as a sentence; undefined when all of it is. */
export function unsupportedPart(policy: PlacementPolicy): string | undefined {
  if ((policy.topologySpreadConstraints ?? []).length > 0) {
    return "policy.topologySpreadConstraints is not supported; remove it, or pick clusters by label";
  }
  const affinity = policy.affinity?.clusterAffinity;
  const terms = [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution?.clusterSelectorTerms ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ preference }) => preference,
    ),
  ];
  if (!terms.some((term) => term.propertySelector || term.propertySorter)) return undefined;
  return "policy.affinity uses propertySelector or propertySorter, which are not supported because no properties of member clusters are collected; use labelSelector";
}
