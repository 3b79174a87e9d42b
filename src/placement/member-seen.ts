import type { MemberClusterStatus } from "../api/member-cluster.js";
import type { Condition } from "../api/meta.js";
import { conditionOf } from "./conditions.js";

type AgentStatus = NonNullable<MemberClusterStatus["agentStatus"]>[number];

/** The agent that a KubeFleet member has; columns show when it was heard last. */
const MEMBER_AGENT = "MemberAgent";
/** Of an agent's Joined condition: there is no agent, the member's API server has answered us. */
const REACHED_DIRECTLY = "ReachedDirectly";

/** Whether the entry stands for our own requests. Nobody reports in then, and silence means nothing. */
export function isReachedDirectly(agent: AgentStatus): boolean {
  return conditionOf(agent.conditions, "Joined")?.reason === REACHED_DIRECTLY;
}

/** When the member answered us last; undefined when it never has, or has an agent that reports. */
export function lastSeenDirectly(status: MemberClusterStatus | undefined): string | undefined {
  const entry = status?.agentStatus?.find(({ type }) => type === MEMBER_AGENT);
  return entry && isReachedDirectly(entry) ? entry.lastReceivedHeartbeat : undefined;
}

/** The status with `now` as the time when the member was heard last; a real agent's entry is left alone. */
export function seenDirectly(status: MemberClusterStatus, now: string): MemberClusterStatus {
  const entries = status.agentStatus ?? [];
  const before = entries.find(({ type }) => type === MEMBER_AGENT);
  if (before && !isReachedDirectly(before)) return status;
  const others = entries.filter((entry) => entry !== before);
  const seen = { type: MEMBER_AGENT, conditions: before?.conditions ?? [direct(now)] };
  return { ...status, agentStatus: [...others, { ...seen, lastReceivedHeartbeat: now }] };
}

function direct(now: string): Condition {
  return {
    type: "Joined",
    status: "True",
    reason: REACHED_DIRECTLY,
    message: "Stagecoach asks the API server of the cluster itself; no agent reports",
    lastTransitionTime: now,
  };
}
