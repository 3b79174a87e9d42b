import type { Condition } from "../api/meta.js";
import type { Placement } from "../api/placement.js";
import type {
  PerClusterPlacementStatus,
  PlacementStatus,
  ResourceIdentifier,
} from "../api/placement-status.js";
import type { ConditionUpdate } from "./conditions.js";
import { isNamespaceSelector } from "./selectors.js";

/** Whether the copy of a placement's status is up to date. */
export const STATUS_SYNCED = "ClusterResourcePlacementStatusSynced";

/** Where a placement's status is copied to, or why that cannot be told; undefined when no copy is asked for. */
export function sharingOf({
  metadata,
  spec,
}: Pick<Placement, "metadata" | "spec">):
  | { readonly namespace: string }
  | { readonly problem: string }
  | undefined {
  if (metadata.namespace !== undefined || spec.statusReportingScope !== "NamespaceAccessible") {
    return undefined;
  }
  const name = spec.resourceSelectors.find(isNamespaceSelector)?.name;
  if (name) return { namespace: name };
  return { problem: "the placement's selector of the namespace has to give its name" };
}

/** The condition on the placement that tells how copying went. Source: KubeFleet `placement_status_sync.go`. */
export function statusSynced(
  outcome: { readonly namespace: string } | { readonly problem: string },
  observedGeneration: number,
): ConditionUpdate {
  const common = { type: STATUS_SYNCED, observedGeneration };
  return "namespace" in outcome
    ? {
        ...common,
        status: "True",
        reason: "StatusSyncSucceeded",
        message: `Successfully created or updated ClusterResourcePlacementStatus in namespace '${outcome.namespace}'`,
      }
    : {
        ...common,
        status: "False",
        reason: "StatusSyncFailed",
        message: `Failed to create or update ClusterResourcePlacementStatus: ${outcome.problem}`,
      };
}

/**
 * The part of a status that people of one namespace may read: nothing about objects elsewhere, no values from members,
 * and no messages, which may quote either. Source: KubeFleet `buildNamespaceAccessiblePlacementStatus`.
 */
export function sharedStatus(status: PlacementStatus, namespace: string): PlacementStatus {
  const { selectedResources, placementStatuses, conditions, ...rest } = status;
  return {
    ...rest,
    ...(selectedResources && { selectedResources: within(selectedResources, namespace) }),
    ...(placementStatuses && {
      placementStatuses: placementStatuses.map((cluster) => sharedCluster(cluster, namespace)),
    }),
    ...(conditions && {
      conditions: conditions.filter(({ type }) => type !== STATUS_SYNCED).map(withoutMessage),
    }),
  };
}

function sharedCluster(
  cluster: PerClusterPlacementStatus,
  namespace: string,
): PerClusterPlacementStatus {
  const { clusterName, observedResourceIndex, conditions } = cluster;
  const { failedPlacements, driftedPlacements, diffedPlacements } = cluster;
  const overrides = cluster.applicableResourceOverrides?.filter(
    (override) => override.namespace === namespace,
  );
  return {
    ...(clusterName !== undefined && { clusterName }),
    ...(observedResourceIndex !== undefined && { observedResourceIndex }),
    ...(overrides && { applicableResourceOverrides: overrides }),
    ...(failedPlacements && {
      failedPlacements: within(failedPlacements, namespace).map((failed) => ({
        ...failed,
        condition: withoutMessage(failed.condition),
      })),
    }),
    ...(driftedPlacements && {
      driftedPlacements: within(driftedPlacements, namespace).map((drifted) => ({
        ...drifted,
        observedDrifts: withoutValues(drifted.observedDrifts),
      })),
    }),
    ...(diffedPlacements && {
      diffedPlacements: within(diffedPlacements, namespace).map((diffed) => ({
        ...diffed,
        observedDiffs: withoutValues(diffed.observedDiffs),
      })),
    }),
    ...(conditions && { conditions: conditions.map(withoutMessage) }),
  };
}

/** What is in the namespace, and the namespace itself. */
function within<T extends ResourceIdentifier>(entries: readonly T[], namespace: string): T[] {
  return entries.filter((entry) =>
    entry.namespace === undefined
      ? isNamespaceSelector({ ...entry, group: entry.group ?? "" }) && entry.name === namespace
      : entry.namespace === namespace,
  );
}

function withoutMessage(condition: Condition): Condition {
  return { ...condition, message: "" };
}

function withoutValues(
  details: readonly { readonly path: string }[] | undefined,
): { path: string }[] {
  return (details ?? []).map(({ path }) => ({ path }));
}
