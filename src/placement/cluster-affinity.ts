import type { MemberCluster } from "../api/member-cluster.js";
import type { PlacementPolicy } from "../api/placement.js";
import { parseQuantity } from "../api/quantity.js";
import type {
  ClusterSelectorTerm,
  PreferredClusterSelector,
  PropertyRequirement,
} from "../api/scheduling-constraints.js";
import { clusterProperty } from "./cluster-properties.js";
import { matchesSelector } from "./label-selector.js";

/**
 * Whether a member meets at least one of the required terms; a policy without terms takes every member.
 * Source: KubeFleet scheduler, cluster affinity plugin.
 */
export function matchesRequiredAffinity(policy: PlacementPolicy, member: MemberCluster): boolean {
  const terms =
    policy.affinity?.clusterAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.clusterSelectorTerms ?? [];
  return terms.length === 0 || terms.some((term) => matchesTerm(term, member));
}

function matchesTerm(term: ClusterSelectorTerm, member: MemberCluster): boolean {
  const rules = term.propertySelector?.matchExpressions ?? [];
  return matchesLabels(term, member) && rules.every((rule) => meets(rule, member));
}

function matchesLabels({ labelSelector }: ClusterSelectorTerm, { metadata }: MemberCluster) {
  return labelSelector === undefined || matchesSelector(labelSelector, metadata.labels);
}

/** A cluster that does not tell the property, or tells it in words, meets no requirement on it. */
function meets({ name, operator, values }: PropertyRequirement, member: MemberCluster): boolean {
  const observed = clusterProperty(member, name);
  const wanted = parseQuantity(values[0] ?? "");
  if (observed.kind !== "Known" || !wanted.ok) return false;
  const { nano } = wanted.quantity;
  switch (operator) {
    case "Eq":
      return observed.nano === nano;
    case "Ne":
      return observed.nano !== nano;
    case "Gt":
      return observed.nano > nano;
    case "Ge":
      return observed.nano >= nano;
    case "Lt":
      return observed.nano < nano;
    case "Le":
      return observed.nano <= nano;
  }
}

/**
 * Scores members by what the policy prefers: the sum of the weights of the preferences that a member meets, where a
 * sorted preference gives each its share between the smallest and the largest value among `members`.
 */
export function affinityScorer(
  policy: PlacementPolicy,
  members: readonly MemberCluster[],
): (member: MemberCluster) => number {
  const preferred =
    policy.affinity?.clusterAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const scorers = preferred.map((preference) => preferenceScorer(preference, members));
  return (member) => scorers.reduce((sum, score) => sum + score(member), 0);
}

function preferenceScorer(
  { preference, weight }: PreferredClusterSelector,
  members: readonly MemberCluster[],
): (member: MemberCluster) => number {
  const { propertySorter } = preference;
  const share = propertySorter ? shareOf(propertySorter, members) : () => 1;
  return (member) => (matchesLabels(preference, member) ? awayFromZero(share(member) * weight) : 0);
}

type PropertySorter = NonNullable<ClusterSelectorTerm["propertySorter"]>;

/** From 0 for the worst value to 1 for the best; 0 where all have the same, and for those that do not tell. */
function shareOf(
  { name, sortOrder }: PropertySorter,
  members: readonly MemberCluster[],
): (member: MemberCluster) => number {
  const valueAt = (member: MemberCluster) => {
    const property = clusterProperty(member, name);
    return property.kind === "Known" ? Number(property.nano) : undefined;
  };
  const values = members.map(valueAt).filter((value) => value !== undefined);
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return (member) => {
    const value = valueAt(member);
    if (value === undefined || least >= most) return 0;
    const share = (value - least) / (most - least);
    return sortOrder === "Descending" ? share : 1 - share;
  };
}

/** Source: Go `math.Round`, which rounds halves away from zero; JavaScript's rounds them up. Never -0. */
function awayFromZero(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value)) || 0;
}
