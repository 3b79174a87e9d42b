import {
  ANNOTATION_CRP_GENERATION,
  ANNOTATION_NUMBER_OF_CLUSTERS,
  LABEL_IS_LATEST_SNAPSHOT,
  LABEL_PARENT_CRP,
  LABEL_POLICY_INDEX,
  policySnapshotName,
} from "../api/names.js";
import type { Placement, PlacementPolicy } from "../api/placement.js";
import type { PolicySnapshot, PolicySnapshotStatus } from "../api/policy-snapshot.js";
import type { Schedule } from "./cluster-decisions.js";
import { conditionOf, transition } from "./conditions.js";
import { goJson } from "./go-json.js";
import { kindsOf, ownerReference, PLACEMENT_API_VERSION } from "./placement-owner.js";
import type { Sha256 } from "./snapshot-content.js";
import { latestGroup, snapshotGroups, surplusSnapshots, wronglyLatest } from "./snapshot-groups.js";

/** Decisions kept in one policy snapshot. Source: KubeFleet, `targetClusters` has at most 1000 items. */
export const DECISION_LIMIT = 1000;

const DEFAULT_HISTORY_LIMIT = 10;

/** To be done in the order demote, latest, remove; when that is cut short, the next plan finishes it. */
export interface PolicySnapshotPlan {
  /** The latest policy snapshot as it should be, apart from `status`; new ones lack uid and times. */
  readonly latest: PolicySnapshot;
  /** Whether `latest` has to be made; else it may have to be updated. */
  readonly create: boolean;
  /** Names whose label is-latest-snapshot becomes "false". */
  readonly demote: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Finds or makes the policy snapshot of a placement. The number of clusters is no part of what tells policies apart:
 * it stands in an annotation. Source: KubeFleet `controller/policy_snapshot_resolver.go`.
 */
export function planPolicySnapshot(input: {
  readonly placement: Placement;
  /** Every policy snapshot of the placement. */
  readonly existing: readonly PolicySnapshot[];
  readonly sha256: Sha256;
}): PolicySnapshotPlan {
  const { placement, existing, sha256 } = input;
  const groups = snapshotGroups(existing, LABEL_POLICY_INDEX);
  const latest = latestGroup(groups);
  const current = latest?.objects[0];
  const policyHash = hashOf(placement.spec.policy, sha256);
  if (latest && current?.spec.policyHash === policyHash) {
    return {
      latest: withAnnotations(current, placement),
      create: false,
      demote: wronglyLatest(groups, latest.index),
      remove: [],
    };
  }
  const index = (groups.at(-1)?.index ?? -1) + 1;
  const limit = placement.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT;
  return {
    latest: withAnnotations(newSnapshot(placement, index, policyHash), placement),
    create: true,
    demote: wronglyLatest(groups, index),
    remove: surplusSnapshots(groups, limit, new Set()),
  };
}

/** Base64 of the hash's hex digits: in the Go type the field is a byte slice. */
function hashOf(policy: PlacementPolicy | undefined, sha256: Sha256): string {
  if (!policy) return btoa(sha256(goJson(null)));
  const { numberOfClusters: _, ...rest } = policy;
  return btoa(sha256(goJson(rest)));
}

function newSnapshot(placement: Placement, index: number, policyHash: string): PolicySnapshot {
  const { name, namespace } = placement.metadata;
  const { policy } = placement.spec;
  return {
    apiVersion: PLACEMENT_API_VERSION,
    kind: kindsOf(placement).policySnapshot,
    metadata: {
      name: policySnapshotName(name, index),
      ...(namespace !== undefined && { namespace }),
      labels: { [LABEL_PARENT_CRP]: name, [LABEL_POLICY_INDEX]: String(index) },
      ownerReferences: [ownerReference(placement)],
    },
    spec: { ...(policy && { policy }), policyHash },
  };
}

/** What changes on a snapshot while its policy stays: the placement's generation and the number of clusters. */
function withAnnotations(snapshot: PolicySnapshot, placement: Placement): PolicySnapshot {
  const { policy } = placement.spec;
  const { metadata } = snapshot;
  return {
    ...snapshot,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, [LABEL_IS_LATEST_SNAPSHOT]: "true" },
      annotations: {
        ...metadata.annotations,
        [ANNOTATION_CRP_GENERATION]: String(placement.metadata.generation ?? 1),
        ...(policy?.placementType === "PickN" && {
          [ANNOTATION_NUMBER_OF_CLUSTERS]: String(policy.numberOfClusters ?? 0),
        }),
      },
    },
  };
}

/** The status of a policy snapshot once its clusters are decided. `now` is an RFC 3339 time. */
export function policySnapshotStatus(input: {
  readonly snapshot: PolicySnapshot;
  readonly schedule: Schedule;
  readonly placementGeneration: number;
  readonly now: string;
}): PolicySnapshotStatus {
  const { snapshot, schedule, placementGeneration, now } = input;
  const before = conditionOf(snapshot.status?.conditions, "Scheduled");
  const observedGeneration = snapshot.metadata.generation ?? 1;
  const { condition } = schedule;
  return {
    observedCRPGeneration: placementGeneration,
    ...(condition && {
      conditions: [
        transition(before, { ...condition, type: "Scheduled", observedGeneration }, now),
      ],
    }),
    targetClusters: schedule.decisions.slice(0, DECISION_LIMIT),
  };
}
