import type { DiscoveredCluster } from "../api/discovered-cluster.js";
import { jsonEqual } from "../api/json.js";
import type { MemberCluster } from "../api/member-cluster.js";
import { conditionOf } from "./conditions.js";
import {
  CONDITION_DISCOVERED,
  discoveredMember,
  followCluster,
  isFollowed,
  type MissingCluster,
  markMissing,
} from "./discovered-member.js";
import { discoveredName } from "./discovered-name.js";
import type { Sha256 } from "./snapshot-content.js";

/** What discovery has in front of it. */
export interface DiscoveryView {
  readonly fleet: string;
  /** Every cluster that has the fleet's tag, as far as the app's identity may see. */
  readonly clusters: readonly DiscoveredCluster[];
  /** Every member of the hub. */
  readonly members: readonly MemberCluster[];
  /** Of the missing members' resource ids those that are visible without the tag, in lower case. */
  readonly untagged: ReadonlySet<string>;
  /** RFC 3339. */
  readonly now: string;
}

/** What becomes of a member that exists. Applied to what is stored by then; twice is as good as once. */
export interface MemberChange {
  readonly name: string;
  readonly uid: string | undefined;
  readonly change: (member: MemberCluster) => MemberCluster;
}

export interface DiscoveryPlan {
  readonly create: readonly MemberCluster[];
  readonly follow: readonly MemberChange[];
  readonly mark: readonly MemberChange[];
}

/**
 * Makes members of the clusters that have none, lets the others follow their clusters, and marks those whose cluster is
 * missing. An answer without any cluster plans nothing: it says more about the identity's rights than about the fleet.
 */
export function planDiscovery(view: DiscoveryView, sha256: Sha256): DiscoveryPlan {
  if (view.clusters.length === 0) return { create: [], follow: [], mark: [] };
  const clusters = new Map(
    view.clusters.map((cluster) => [cluster.resourceId.toLowerCase(), cluster]),
  );
  return {
    create: newMembers(view, clusters, sha256),
    follow: view.members.flatMap((member) => {
      const cluster = clusters.get(clusterOf(member));
      return cluster ? changed(member, follows(view, cluster)) : [];
    }),
    mark: missingMembers(view).flatMap((member) =>
      changed(
        member,
        marks(view, view.untagged.has(clusterOf(member)) ? "TagRemoved" : "NotVisible"),
      ),
    ),
  };
}

/** Resource id of a member's cluster in lower case, because its case means nothing; empty for other members. */
export function clusterOf({ spec }: MemberCluster): string {
  return spec.aks?.resourceId.toLowerCase() ?? "";
}

/** The members that came from discovery, or were adopted by it, and whose cluster has no such tag any more. */
export function missingMembers({
  clusters,
  members,
}: Pick<DiscoveryView, "clusters" | "members">): readonly MemberCluster[] {
  const tagged = new Set(clusters.map(({ resourceId }) => resourceId.toLowerCase()));
  return members.filter(
    (member) =>
      isFollowed(member) &&
      conditionOf(member.status?.conditions, CONDITION_DISCOVERED) !== undefined &&
      !tagged.has(clusterOf(member)),
  );
}

function newMembers(
  { fleet, members, now }: DiscoveryView,
  clusters: ReadonlyMap<string, DiscoveredCluster>,
  sha256: Sha256,
): readonly MemberCluster[] {
  const known = new Set(members.map(clusterOf));
  const taken = new Set(members.map(({ metadata }) => metadata.name));
  // In an order of their own: of two namesakes it is always the same that gets the plain name.
  const added = [...clusters].filter(([id]) => !known.has(id)).sort(([a], [b]) => (a < b ? -1 : 1));
  return added.map(([, cluster]) => {
    const name = discoveredName(cluster, (candidate) => taken.has(candidate), sha256);
    taken.add(name);
    return discoveredMember(name, cluster, fleet, now);
  });
}

function follows({ fleet, now }: DiscoveryView, cluster: DiscoveredCluster) {
  return (member: MemberCluster) =>
    isFollowed(member) ? followCluster(member, cluster, fleet, now) : member;
}

function marks({ fleet, now }: DiscoveryView, why: MissingCluster) {
  return (member: MemberCluster) =>
    isFollowed(member) ? markMissing(member, why, fleet, now) : member;
}

function changed(
  member: MemberCluster,
  change: (member: MemberCluster) => MemberCluster,
): readonly MemberChange[] {
  const { name, uid } = member.metadata;
  return jsonEqual(member, change(member)) ? [] : [{ name, uid, change }];
}
