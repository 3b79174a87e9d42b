import type { MemberDiscovery, MemberDiscoveryStatus } from "../api/member-discovery.js";
import { conditionOf, setCondition } from "./conditions.js";
import type { PlacementEvent } from "./placement-events.js";

/** Whether Azure Resource Graph shows any cluster of the fleet. */
export const CONDITION_CLUSTERS_VISIBLE = "ClustersVisible";

/** What a look for the clusters of the fleet has come to. */
export type DiscoveryFinding =
  | {
      readonly kind: "Looked";
      readonly clusters: number;
      /** Names of the members whose cluster was not among them. */
      readonly missing: readonly string[];
    }
  /** `until` is when the next query is allowed, RFC 3339. */
  | { readonly kind: "Throttled"; readonly until: string }
  /** In Azure's own words. */
  | { readonly kind: "Failed"; readonly message: string };

/** The status after a look. `now` is an RFC 3339 time. */
export function discoveryStatus(
  { spec, metadata, status = {} }: MemberDiscovery,
  finding: DiscoveryFinding,
  now: string,
): MemberDiscoveryStatus {
  const before = conditionOf(status.conditions, CONDITION_CLUSTERS_VISIBLE);
  const outcome = outcomeOf(finding, spec.fleet, (state) =>
    before?.status === state ? before.lastTransitionTime : now,
  );
  const condition = {
    type: CONDITION_CLUSTERS_VISIBLE,
    observedGeneration: metadata.generation ?? 1,
    ...outcome,
  };
  return {
    ...status,
    conditions: setCondition(status.conditions, condition, now),
    lookTime: now,
    ...(finding.kind === "Looked" && {
      clusters: finding.clusters,
      missing: finding.missing.length,
    }),
  };
}

/** What is worth an event when the status changes: a first look that finds clusters is not. */
export function discoveryStatusEvent(
  before: MemberDiscoveryStatus | undefined,
  after: MemberDiscoveryStatus,
): PlacementEvent | undefined {
  const was = conditionOf(before?.conditions, CONDITION_CLUSTERS_VISIBLE);
  const is = conditionOf(after.conditions, CONDITION_CLUSTERS_VISIBLE);
  if (!is || is.reason === was?.reason || (!was && is.status === "True")) return undefined;
  const type = is.status === "True" ? "Normal" : "Warning";
  return { type, reason: is.reason, message: is.message };
}

interface Outcome {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** Names in a message before it only counts. */
const NAMED = 10;

function outcomeOf(
  finding: DiscoveryFinding,
  fleet: string,
  since: (status: Outcome["status"]) => string,
): Outcome {
  switch (finding.kind) {
    case "Looked":
      return finding.clusters === 0
        ? nothingVisible(fleet, since("False"))
        : visible(finding, fleet);
    case "Throttled":
      return {
        status: "Unknown",
        reason: "Throttled",
        message: `since ${since("Unknown")} Azure Resource Graph has taken no more queries; asked again at ${finding.until}. Members stay as they are`,
      };
    case "Failed":
      return {
        status: "Unknown",
        reason: "QueryFailed",
        message: `since ${since("Unknown")} Azure Resource Graph has not answered: ${finding.message}. Members stay as they are; asked again every five minutes`,
      };
  }
}

function visible(
  { clusters, missing }: DiscoveryFinding & { readonly kind: "Looked" },
  fleet: string,
): Outcome {
  const counted = clusters === 1 ? "1 cluster" : `${clusters} clusters`;
  const seen = `Azure Resource Graph shows ${counted} with the tag fleet=${fleet}`;
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : "";
  const gone = `members whose cluster is not among them: ${missing.slice(0, NAMED).join(", ")}${more}`;
  return {
    status: "True",
    reason: "ClustersFound",
    message: missing.length === 0 ? seen : `${seen}; ${gone}`,
  };
}

function nothingVisible(fleet: string, since: string): Outcome {
  return {
    status: "False",
    reason: "NoClusterVisible",
    message: `since ${since} Azure Resource Graph has shown no cluster with the tag fleet=${fleet}. Most often the app's identity lacks the role Reader on the clusters, or on a group or subscription above them: node scripts/add-member.mjs --reader SCOPE gives it. Members stay as they are; asked again every five minutes`,
  };
}
