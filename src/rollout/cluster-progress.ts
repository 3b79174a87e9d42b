import { z } from "zod";
import { type Condition, toTimestamp } from "../api/meta.js";
import { OverrideSnapshotNames } from "../api/override.js";
import type { ClusterUpdatingStatus } from "../api/update-run.js";
import { attemptsSentence } from "./wait.js";

/** Where one cluster of a run stands. A row of its own, so that 10,000 clusters do not share one document. */
export const ClusterProgress = z.object({
  clusterName: z.string(),
  /** Index of the stage in the strategy; the delete stage comes after the last. */
  stage: z.number().int(),
  /** Position in the stage. */
  index: z.number().int(),
  phase: z.enum(["Pending", "Started", "Succeeded", "Failed", "Skipped"]),
  /** The lane that works on it: only this one finishes it, until a later round of lanes takes over. */
  claim: z.object({ lane: z.string(), round: z.number().int() }).optional(),
  /** ISO 8601 with milliseconds: a wait counted from it is never shorter than asked for. */
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  /** Why it failed or was skipped. */
  message: z.string().optional(),
  /** What a started cluster waits for, in the words of its API server; with the time of the first such look. */
  waiting: z
    .object({
      message: z.string(),
      since: z.string(),
      attempts: z.number().int(),
      nextTry: z.string(),
      /** The member has refused the update meanwhile: worth a word when it takes it after all. */
      failing: z.boolean().optional(),
      /** The last try did not get far enough to wait for: a run that stops lets go of the cluster without another. */
      releasable: z.boolean().optional(),
      /** Durable instance of the lane that sleeps until the next try, for whoever has a reason to wake it. */
      lane: z.string().optional(),
    })
    .optional(),
  /** An updated cluster on which something is not available any more: what, and since when it has been seen. */
  unhealthy: z.object({ message: z.string(), since: z.string() }).optional(),
  /** A pending cluster that was begun before: what its last try came to, and when it was let go. */
  lastTry: z.object({ at: z.string(), message: z.string() }).optional(),
  /** The override snapshots that are applied on it, chosen when the run was initialized; absent without any. */
  overrides: OverrideSnapshotNames.optional(),
});
export type ClusterProgress = z.infer<typeof ClusterProgress>;

/** Row key of a cluster inside its run's partition: sorts by stage, then position. */
export function clusterRow(stage: number, index: number): string {
  return `${stageRowPrefix(stage)}${String(index).padStart(5, "0")}`;
}

/** Common beginning of the row keys of a stage's clusters. */
export function stageRowPrefix(stage: number): string {
  return `c-${String(stage).padStart(2, "0")}-`;
}

/** A cluster that needs no further work in this run. */
export function isFinished(cluster: ClusterProgress): boolean {
  return cluster.phase !== "Pending" && cluster.phase !== "Started";
}

/** The lanes that sleep until a next try, by instance. */
export function sleepingLanes(clusters: readonly ClusterProgress[]): readonly string[] {
  const lanes = clusters.flatMap(({ phase, waiting }) =>
    phase === "Started" && waiting?.lane !== undefined ? [waiting.lane] : [],
  );
  return [...new Set(lanes)];
}

/** The cluster as it is when it has to begin anew, with the words of the try that is over. */
export function released(
  cluster: ClusterProgress,
  lastTry: NonNullable<ClusterProgress["lastTry"]>,
): ClusterProgress {
  const { startedAt: _s, finishedAt: _f, waiting: _w, claim: _c, message: _m, ...kept } = cluster;
  return { ...kept, phase: "Pending", lastTry };
}

/** The entry of `status.stagesStatus[].clusters` that kubectl prints. */
export function clusterStatus(
  cluster: ClusterProgress,
  observedGeneration: number,
): ClusterUpdatingStatus {
  const conditions: Condition[] = [];
  if (cluster.startedAt) {
    conditions.push({
      type: "Started",
      status: "True",
      observedGeneration,
      lastTransitionTime: seconds(cluster.startedAt),
      reason: "ClusterUpdatingStarted",
      message: cluster.waiting
        ? `Cluster update started; waiting ${attemptsSentence(cluster.waiting)}`
        : "Cluster update started",
    });
  }
  if (cluster.phase === "Pending" && cluster.lastTry) {
    conditions.push({
      type: "Started",
      status: "False",
      observedGeneration,
      lastTransitionTime: seconds(cluster.lastTry.at),
      reason: "ClusterUpdatingReleased",
      message: `Cluster is to be updated anew; the last try ended with: ${cluster.lastTry.message}`,
    });
  }
  const outcome = outcomeCondition(cluster, observedGeneration);
  if (outcome) conditions.push(outcome);
  if (cluster.unhealthy) {
    conditions.push({
      type: "Healthy",
      status: "False",
      observedGeneration,
      lastTransitionTime: seconds(cluster.unhealthy.since),
      reason: "ClusterUnhealthy",
      message: cluster.unhealthy.message,
    });
  }
  return {
    clusterName: cluster.clusterName,
    ...cluster.overrides,
    ...(conditions.length > 0 && { conditions }),
  };
}

function outcomeCondition(
  cluster: ClusterProgress,
  observedGeneration: number,
): Condition | undefined {
  if (!isFinished(cluster)) return undefined;
  const lastTransitionTime = seconds(cluster.finishedAt ?? cluster.startedAt);
  switch (cluster.phase) {
    case "Succeeded":
      return {
        type: "Succeeded",
        status: "True",
        observedGeneration,
        lastTransitionTime,
        reason: "ClusterUpdatingSucceeded",
        message: "Cluster update completed successfully",
      };
    case "Skipped":
      return {
        type: "Succeeded",
        status: "True",
        observedGeneration,
        lastTransitionTime,
        reason: "ClusterUpdatingSkipped",
        message: cluster.message ?? "Cluster is no longer selected",
      };
    default:
      return {
        type: "Succeeded",
        status: "False",
        observedGeneration,
        lastTransitionTime,
        reason: "ClusterUpdatingFailed",
        message: cluster.message ?? "Cluster update failed",
      };
  }
}

function seconds(time: string | undefined): string {
  return time ? toTimestamp(new Date(time)) : "";
}
