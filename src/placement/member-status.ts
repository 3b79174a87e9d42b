import type { MemberCluster, MemberClusterStatus } from "../api/member-cluster.js";
import type { Condition } from "../api/meta.js";
import { conditionOf, setCondition } from "./conditions.js";
import { seenDirectly } from "./member-seen.js";
import type { PlacementEvent } from "./placement-events.js";

/** Property that holds the version of a member's API server. Source: KubeFleet `propertyprovider`. */
const VERSION_PROPERTY = "k8s.io/k8s-version";

/** Ours: where an AKS cluster's API server is; the time is when Azure Resource Manager was asked last. */
const SERVER_PROPERTY = "stagecoach.dev/api-server";

/** Waiting for a turn at Azure Resource Manager is nothing that is wrong. */
const WAITING = "WaitingForTurn";

/** What a look at a member has found. */
export type MemberFinding =
  | {
      readonly kind: "Reached";
      readonly version: string | undefined;
      readonly found?: { readonly server: string; readonly refreshedAt: string } | undefined;
    }
  | { readonly kind: "Unreachable"; readonly reason: string; readonly message: string }
  /** It is being deleted, and these placements still pick it. */
  | { readonly kind: "Held"; readonly placements: readonly string[] };

type State = Pick<Condition, "status" | "reason" | "message">;

/** The status of a member after a look at it. `now` is an RFC 3339 time. */
export function memberStatus(
  member: MemberCluster,
  finding: MemberFinding,
  now: string,
): MemberClusterStatus {
  const { status = {}, metadata } = member;
  const observedGeneration = metadata.generation ?? 1;
  const states = { Joined: joined(member, finding), Healthy: healthy(status, finding) };
  let { conditions } = status;
  for (const [type, state] of Object.entries(states)) {
    if (state) conditions = setCondition(conditions, { type, observedGeneration, ...state }, now);
  }
  const found = { ...status, ...(conditions && { conditions }) };
  return finding.kind === "Reached" ? reached(found, finding, now) : found;
}

function reached(
  status: MemberClusterStatus,
  { version, found }: Extract<MemberFinding, { kind: "Reached" }>,
  now: string,
): MemberClusterStatus {
  const known = status.properties?.[VERSION_PROPERTY];
  const properties = {
    ...status.properties,
    ...(version !== undefined && {
      [VERSION_PROPERTY]:
        known?.value === version ? known : { value: version, observationTime: now },
    }),
    ...(found && {
      [SERVER_PROPERTY]: { value: found.server, observationTime: found.refreshedAt },
    }),
  };
  const seen = seenDirectly(status, now);
  return Object.keys(properties).length === 0 ? seen : { ...seen, properties };
}

/**
 * Whether the member belongs to the fleet: once it has answered it does, until it leaves. A cluster that is down for a
 * while keeps its placements. Source of the reasons: KubeFleet `membercluster/v1beta1`; those of being unreachable are ours, because no agent
 * joins here. Undefined leaves the condition as it is.
 */
function joined({ status, metadata }: MemberCluster, finding: MemberFinding): State | undefined {
  switch (finding.kind) {
    case "Reached":
      return {
        status: "True",
        reason: "MemberClusterJoined",
        message: "The API server of the cluster answers",
      };
    case "Unreachable": {
      const hasJoined = conditionOf(status?.conditions, "Joined")?.status === "True";
      return hasJoined ? undefined : unreachable(finding);
    }
    case "Held":
      return {
        status: "False",
        reason: "MemberClusterLeaving",
        message: `waiting since ${metadata.deletionTimestamp} for ${finding.placements.join(", ")} to let go of the cluster, which each does when it is scheduled next`,
      };
  }
}

/** Whether it answered when it was looked at last. */
function healthy({ conditions }: MemberClusterStatus, finding: MemberFinding): State | undefined {
  switch (finding.kind) {
    case "Reached":
      return {
        status: "True",
        reason: "MemberClusterHealthy",
        message: "The API server of the cluster answers",
      };
    case "Unreachable": {
      const { status = "Unknown" } = conditionOf(conditions, "Healthy") ?? {};
      return finding.reason === WAITING
        ? { ...unreachable(finding), status }
        : unreachable(finding);
    }
    case "Held":
      return undefined;
  }
}

function unreachable({ reason, message }: Extract<MemberFinding, { kind: "Unreachable" }>): State {
  if (reason === WAITING) return { status: "False", reason, message };
  return {
    status: "False",
    reason: reason === "Unreachable" ? UNREACHABLE : reason,
    message: `${message}; tried again until the cluster answers`,
  };
}

const UNREACHABLE = "MemberClusterUnreachable";

/** What is worth an event when a member's status changes. Alerts look for one reason, whatever keeps it away. */
export function memberEvent(
  before: MemberClusterStatus | undefined,
  after: MemberClusterStatus,
): PlacementEvent | undefined {
  const changed = ["Joined", "Healthy"].flatMap((type) => {
    const is = conditionOf(after.conditions, type);
    return is && conditionOf(before?.conditions, type)?.reason !== is.reason ? [is] : [];
  });
  const [condition] = changed;
  if (!condition) return undefined;
  const { type, status, reason, message } = condition;
  if (reason === WAITING) return { type: "Normal", reason, message };
  if (status !== "True") {
    const isLeaving = reason === "MemberClusterLeaving";
    return { type: "Warning", reason: isLeaving ? reason : UNREACHABLE, message };
  }
  return type === "Joined"
    ? { type: "Normal", reason, message: "member cluster joined" }
    : { type: "Normal", reason, message: "member cluster answers again" };
}

/** For the end of a member's stay. */
export const MEMBER_LEFT: PlacementEvent = {
  type: "Normal",
  reason: "MemberClusterLeft",
  message: "member cluster left; what was placed on it stays there",
};
