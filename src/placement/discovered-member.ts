import { z } from "zod";
import type { DiscoveredCluster } from "../api/discovered-cluster.js";
import type { MemberCluster, MemberClusterStatus } from "../api/member-cluster.js";
import { CLUSTER_GROUP, CLUSTER_VERSIONS, FINALIZER_MEMBER_CLUSTER } from "../api/names.js";
import { conditionOf, setCondition } from "./conditions.js";
import { discoveredLabels } from "./discovered-labels.js";
import type { PlacementEvent } from "./placement-events.js";

/** On a member: `Ignore` makes discovery leave it as it is, and not make another for its cluster. */
export const ANNOTATION_DISCOVERY = "stagecoach.dev/discovery";
/** On a member: the labels that discovery has set and may change, with the values it gave them, as JSON. */
export const ANNOTATION_DISCOVERED_LABELS = "stagecoach.dev/discovered-labels";
/** Whether Azure Resource Graph shows the member's cluster among those of the fleet. */
export const CONDITION_DISCOVERED = "Discovered";

const OwnedLabels = z.record(z.string(), z.string());

/** Why the cluster of a member is not among the clusters of the fleet any more. */
export type MissingCluster = "TagRemoved" | "NotVisible";

/** Whether discovery has to do with a member: it is told to, unless somebody said otherwise or the member leaves. */
export function isFollowed({ metadata }: MemberCluster): boolean {
  return (
    metadata.annotations?.[ANNOTATION_DISCOVERY] !== "Ignore" &&
    metadata.deletionTimestamp === undefined
  );
}

/** The member for a cluster that has none. It is not picked before its API server has answered. */
export function discoveredMember(
  name: string,
  cluster: DiscoveredCluster,
  fleet: string,
  now: string,
): MemberCluster {
  const member: MemberCluster = {
    apiVersion: `${CLUSTER_GROUP}/${CLUSTER_VERSIONS[0]}`,
    kind: "MemberCluster",
    metadata: { name, finalizers: [FINALIZER_MEMBER_CLUSTER] },
    spec: { aks: { resourceId: cluster.resourceId } },
  };
  const notJoined = {
    type: "Joined",
    status: "Unknown",
    observedGeneration: 1,
    reason: "MemberClusterNotReachedYet",
    message: `waiting since ${now} for the first answer of the cluster's API server`,
  } as const;
  const conditions = setCondition([], notJoined, now);
  return followCluster({ ...member, status: { conditions } }, cluster, fleet, now);
}

/**
 * A member with the labels that its cluster's tags ask for. A label that discovery has set follows; one with another
 * value was set by somebody, and stays.
 */
export function followCluster(
  member: MemberCluster,
  cluster: DiscoveredCluster,
  fleet: string,
  now: string,
): MemberCluster {
  const { metadata } = member;
  const { labels: wanted, leftOut } = discoveredLabels(cluster, metadata.name);
  const owned = ownedLabels(member);
  const theirs = Object.entries(metadata.labels ?? {}).filter(
    ([key, value]) => owned[key] !== value,
  );
  const kept = new Map(theirs);
  const ours = Object.entries(wanted).filter(([key]) => !kept.has(key));
  const overruled = Object.keys(wanted).filter(
    (key) => kept.has(key) && kept.get(key) !== wanted[key],
  );
  return withDiscovered(
    {
      ...member,
      metadata: {
        ...metadata,
        labels: Object.fromEntries([...theirs, ...ours]),
        annotations: {
          ...metadata.annotations,
          [ANNOTATION_DISCOVERED_LABELS]: JSON.stringify(Object.fromEntries(ours)),
        },
      },
    },
    found(cluster, fleet, leftOut, overruled),
    now,
  );
}

/** A member whose cluster is not among the fleet's any more: marked, and otherwise as it was. */
export function markMissing(
  member: MemberCluster,
  why: MissingCluster,
  fleet: string,
  now: string,
): MemberCluster {
  const before = conditionOf(member.status?.conditions, CONDITION_DISCOVERED);
  const since = before?.status === "False" ? before.lastTransitionTime : now;
  return withDiscovered(member, missing(member, why, fleet, since), now);
}

/** What is worth an event when discovery has looked at a member; `before` is absent for one that it has just made. */
export function discoveryEvent(
  before: MemberClusterStatus | undefined,
  after: MemberClusterStatus | undefined,
): PlacementEvent | undefined {
  const was = conditionOf(before?.conditions, CONDITION_DISCOVERED)?.reason;
  const is = conditionOf(after?.conditions, CONDITION_DISCOVERED);
  if (!is || is.reason === was || (was === undefined && is.reason === "ClusterDiscovered")) {
    return undefined;
  }
  const type = is.reason === "ClusterDiscovered" ? "Normal" : "Warning";
  return { type, reason: is.reason, message: is.message };
}

function ownedLabels({ metadata }: MemberCluster): Readonly<Record<string, string>> {
  const text = metadata.annotations?.[ANNOTATION_DISCOVERED_LABELS];
  if (text === undefined) return {};
  try {
    return OwnedLabels.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    // Somebody has edited it: then all labels are theirs.
    return {};
  }
}

interface Finding {
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

function withDiscovered(member: MemberCluster, finding: Finding, now: string): MemberCluster {
  const observedGeneration = member.metadata.generation ?? 1;
  const condition = { type: CONDITION_DISCOVERED, observedGeneration, ...finding };
  const conditions = setCondition(member.status?.conditions, condition, now);
  return { ...member, status: { ...member.status, conditions } };
}

function found(
  { resourceId }: DiscoveredCluster,
  fleet: string,
  leftOut: readonly string[],
  overruled: readonly string[],
): Finding {
  const shown = `Azure Resource Graph shows ${resourceId} with the tag fleet=${fleet}`;
  const problems = [
    ...leftOut.map((phrase) => `no label for ${phrase}`),
    ...overruled.map((key) => `label ${key} was set by somebody and does not follow the cluster`),
  ];
  return problems.length === 0
    ? { status: "True", reason: "ClusterDiscovered", message: shown }
    : { status: "True", reason: "LabelsIncomplete", message: [shown, ...problems].join("; ") };
}

function missing(
  { metadata, spec }: MemberCluster,
  why: MissingCluster,
  fleet: string,
  since: string,
): Finding {
  const resourceId = spec.aks?.resourceId;
  const stays = `The member stays until somebody deletes it: kubectl delete membercluster ${metadata.name}`;
  return why === "TagRemoved"
    ? {
        status: "False",
        reason: "TagRemoved",
        message: `since ${since} ${resourceId} has not had the tag fleet=${fleet}. ${stays}, or give the cluster the tag again`,
      }
    : {
        status: "False",
        reason: "ClusterNotVisible",
        message: `since ${since} Azure Resource Graph has not shown ${resourceId}: it was deleted or moved, or the app's identity has lost the role Reader on it. ${stays}, or mend that`,
      };
}
