import type { MemberCluster } from "../api/member-cluster.js";
import type { Condition } from "../api/meta.js";
import { conditionOf } from "./conditions.js";
import { isReachedDirectly } from "./member-seen.js";

/** How long a cluster may be silent or unhealthy and still be picked. Source: KubeFleet, default of both timeouts. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Why a member cannot take any placement now; undefined when it can. No agent reports in, so a member counts as joined
 * and healthy until its status says otherwise. Where it has a member agent, that agent's word counts too.
 * Source: KubeFleet `clustereligibilitychecker`.
 */
export function ineligibility(member: MemberCluster, now: Date): string | undefined {
  if (member.metadata.deletionTimestamp) return "cluster has left the fleet";
  const { conditions } = member.status ?? {};
  return notJoined(conditions) ?? agentProblem(member, now) ?? unhealthy(conditions, now);
}

function notJoined(conditions: readonly Condition[] | undefined): string | undefined {
  const joined = conditionOf(conditions, "Joined");
  if (!joined || joined.status === "True") return undefined;
  return `cluster has not joined the fleet${joined.message ? `: ${joined.message}` : ""}`;
}

function agentProblem({ status }: MemberCluster, now: Date): string | undefined {
  const agent = status?.agentStatus?.find(({ type }) => type === "MemberAgent");
  if (!agent || isReachedDirectly(agent)) return undefined;
  if (conditionOf(agent.conditions, "Joined")?.status !== "True") {
    return "cluster is not connected to the fleet: member agent not joined yet";
  }
  const seen = agent.lastReceivedHeartbeat;
  if (seen && isLongAgo(seen, now)) {
    return `cluster is not connected to the fleet: no recent heartbeat signals (last received ${seen})`;
  }
  return unhealthy(agent.conditions, now);
}

function unhealthy(conditions: readonly Condition[] | undefined, now: Date): string | undefined {
  const healthy = conditionOf(conditions, "Healthy");
  if (!healthy || healthy.status === "True") return undefined;
  const since = healthy.lastTransitionTime;
  if (!isLongAgo(since, now)) return undefined;
  return `cluster is not connected to the fleet: unhealthy for a prolonged period of time (last transitioned ${since})`;
}

function isLongAgo(time: string, now: Date): boolean {
  return now.getTime() - Date.parse(time) > PATIENCE_MS;
}
