import type { MemberCluster, MemberClusterStatus } from "../api/member-cluster.js";
import type { Condition } from "../api/meta.js";
import { conditionOf, setCondition } from "./conditions.js";
import type { PlacementEvent } from "./placement-events.js";

/** Property that holds the version of a member's API server. Source: KubeFleet `propertyprovider`. */
const VERSION_PROPERTY = "k8s.io/k8s-version";

/** What a look at a member has found. */
export type MemberFinding =
  | { readonly kind: "Reached"; readonly version: string | undefined }
  | { readonly kind: "Unreachable"; readonly message: string }
  /** It is being deleted, and these placements still pick it. */
  | { readonly kind: "Held"; readonly placements: readonly string[] };

/** The status of a member after a look at it. `now` is an RFC 3339 time. */
export function memberStatus(
  member: MemberCluster,
  finding: MemberFinding,
  now: string,
): MemberClusterStatus {
  const { status = {}, metadata } = member;
  const observedGeneration = metadata.generation ?? 1;
  const conditions = setCondition(
    status.conditions,
    { type: "Joined", observedGeneration, ...joined(finding, metadata.deletionTimestamp) },
    now,
  );
  if (finding.kind !== "Reached" || finding.version === undefined) return { ...status, conditions };
  const { version: value } = finding;
  const known = status.properties?.[VERSION_PROPERTY];
  const property = known?.value === value ? known : { value, observationTime: now };
  return {
    ...status,
    conditions,
    properties: { ...status.properties, [VERSION_PROPERTY]: property },
  };
}

/** Source of the reasons: KubeFleet `membercluster/v1beta1`; being unreachable is ours, because no agent joins here. */
function joined(
  finding: MemberFinding,
  leavingSince: string | undefined,
): Pick<Condition, "status" | "reason" | "message"> {
  switch (finding.kind) {
    case "Reached":
      return {
        status: "True",
        reason: "MemberClusterJoined",
        message: "The API server of the cluster answers",
      };
    case "Unreachable":
      return {
        status: "False",
        reason: "MemberClusterUnreachable",
        message: `${finding.message}; tried again until the cluster answers`,
      };
    case "Held":
      return {
        status: "False",
        reason: "MemberClusterLeaving",
        message: `waiting since ${leavingSince} for ${finding.placements.join(", ")} to let go of the cluster, which each does when it is scheduled next`,
      };
  }
}

/** What is worth an event when a member's status changes. */
export function memberEvent(
  before: MemberClusterStatus | undefined,
  after: MemberClusterStatus,
): PlacementEvent | undefined {
  const condition = conditionOf(after.conditions, "Joined");
  if (!condition || conditionOf(before?.conditions, "Joined")?.reason === condition.reason) {
    return undefined;
  }
  const { status, reason, message } = condition;
  return status === "True"
    ? { type: "Normal", reason, message: "member cluster joined" }
    : { type: "Warning", reason, message };
}

/** For the end of a member's stay. */
export const MEMBER_LEFT: PlacementEvent = {
  type: "Normal",
  reason: "MemberClusterLeft",
  message: "member cluster left; what was placed on it stays there",
};
