import type { DiscoveredCluster } from "../api/discovered-cluster.js";
import { MemberCluster } from "../api/member-cluster.js";
import { MemberDiscovery } from "../api/member-discovery.js";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { CLUSTER_GROUP } from "../api/names.js";
import type { ClusterGraph, GraphAnswer } from "../clusters/resource-graph.js";
import { clusterOf, missingMembers, planDiscovery } from "../placement/discovery-plan.js";
import {
  type DiscoveryFinding,
  discoveryStatus,
  discoveryStatusEvent,
} from "../placement/discovery-status.js";
import { carryOutDiscovery, wakeMembers } from "./carry-out-discovery.js";
import type { DiscoverMembersResult, TargetRef } from "./contracts.js";
import type { Dependencies, Waker } from "./dependencies.js";
import { discoveryRef } from "./member-discovery.js";
import { recordEvent } from "./record-event.js";
import { changeObject } from "./server-objects.js";
import { sha256 } from "./sha256.js";

/**
 * One look at the clusters of the fleet: their members are made, follow them, or are marked. Cut short it is done again:
 * what is done already is not planned once more.
 */
export const makeDiscoverMembers =
  (deps: Dependencies, graph: ClusterGraph) =>
  async (target: TargetRef, waker: Waker): Promise<DiscoverMembersResult> => {
    await deps.wakeups.clear(target.uid);
    const stored = await deps.snapshots.get(discoveryRef);
    if (stored?.metadata.uid !== target.uid) return { kind: "Settled" };
    const { fleet } = MemberDiscovery.parse(stored).spec;
    const { finding, unseen } = await look(deps, graph, fleet, waker);
    await recordFinding(deps, finding);
    await wakeMembers(waker, unseen);
    return finding.kind === "Throttled"
      ? { kind: "Wait", until: finding.until }
      : { kind: "Settled" };
  };

interface Look {
  readonly finding: DiscoveryFinding;
  /** Members that are to be reached for the first time. */
  readonly unseen: readonly KubeObject[];
}

async function look(
  deps: Dependencies,
  graph: ClusterGraph,
  fleet: string,
  waker: Waker,
): Promise<Look> {
  const tagged = await graph.tagged(fleet);
  if (tagged.kind !== "Found") return notFound(deps, tagged);
  const clusters = tagged.rows;
  const stored = await readMembers(deps);
  const members = stored.map((object) => MemberCluster.parse(object));
  const missing = missingMembers({ clusters, members });
  const untagged = await visibleWithoutTag(graph, clusters, missing);
  if (untagged.kind !== "Found") return notFound(deps, untagged);
  const now = toTimestamp(deps.now());
  const view = { fleet, clusters, members, untagged: new Set(untagged.rows), now };
  const unseen = await carryOutDiscovery(deps, waker, planDiscovery(view, sha256), stored);
  const names = missing.map(({ metadata }) => metadata.name);
  return { finding: { kind: "Looked", clusters: clusters.length, missing: names }, unseen };
}

/** As they are at this moment: a member that was just made by hand is not to be doubled. */
async function readMembers(deps: Dependencies): Promise<readonly KubeObject[]> {
  const members = { group: CLUSTER_GROUP, resource: "memberclusters" };
  return (await deps.snapshots.list(members)).items;
}

async function visibleWithoutTag(
  graph: ClusterGraph,
  clusters: readonly DiscoveredCluster[],
  missing: readonly MemberCluster[],
): Promise<GraphAnswer<string>> {
  // An empty answer says nothing about anybody.
  if (clusters.length === 0 || missing.length === 0) return { kind: "Found", rows: [] };
  return graph.visible(missing.map(clusterOf));
}

function notFound(
  deps: Dependencies,
  answer: Exclude<GraphAnswer<unknown>, { readonly kind: "Found" }>,
): Look {
  if (answer.kind === "Failed") return { finding: answer, unseen: [] };
  const until = new Date(deps.now().getTime() + answer.retryAfterMs).toISOString();
  return { finding: { kind: "Throttled", until }, unseen: [] };
}

async function recordFinding(deps: Dependencies, finding: DiscoveryFinding): Promise<void> {
  const now = toTimestamp(deps.now());
  let before: MemberDiscovery | undefined;
  const object = await changeObject(deps.store, discoveryRef, (current) => {
    before = MemberDiscovery.parse(current);
    return { ...current, status: discoveryStatus(before, finding, now) };
  });
  const after = object && MemberDiscovery.parse(object).status;
  const event = after && discoveryStatusEvent(before?.status, after);
  if (object && event) await recordEvent(deps, object, event);
}
