import type { MemberCluster } from "../api/member-cluster.js";
import type { Condition } from "../api/meta.js";

/**
 * What scheduling looks at in a member's status, without the times of observation, which change all the time: while it
 * stays the same, no placement has to be scheduled anew. Source: KubeFleet `scheduler/watchers/membercluster`.
 */
export function memberFacts({ status }: MemberCluster): unknown {
  const { capacity, allocatable, available } = status?.resourceUsage ?? {};
  const agent = status?.agentStatus?.find(({ type }) => type === "MemberAgent");
  return {
    conditions: statusOf(status?.conditions),
    agent: agent && statusOf(agent.conditions),
    properties: Object.entries(status?.properties ?? {}).map(([name, { value }]) => [name, value]),
    amounts: [capacity, allocatable, available],
  };
}

/** Whether a member's agent has reported again after more silence than scheduling tolerates. */
export function reportsAgain(before: MemberCluster, after: MemberCluster): boolean {
  const seen = lastHeartbeat(after);
  if (seen === undefined) return false;
  const earlier = lastHeartbeat(before);
  return earlier === undefined || seen - earlier > SILENCE_MS;
}

const SILENCE_MS = 5 * 60_000;

function lastHeartbeat({ status }: MemberCluster): number | undefined {
  const agent = status?.agentStatus?.find(({ type }) => type === "MemberAgent");
  return agent?.lastReceivedHeartbeat ? Date.parse(agent.lastReceivedHeartbeat) : undefined;
}

function statusOf(conditions: readonly Condition[] = []): readonly string[] {
  return conditions
    .filter(({ type }) => type === "Joined" || type === "Healthy")
    .map(({ type, status }) => `${type}=${status}`)
    .sort();
}
