import { announceMilestone, type Milestone } from "./event-line.js";
import { recordEvent } from "./record-event.js";
import type { Maker } from "./server-objects.js";
import type { StoredRun } from "./stored-run.js";

/** Which cluster of which stage an event of a run is about. */
export interface ToldCluster {
  readonly run: StoredRun;
  readonly stage: number;
  readonly cluster: string;
  /** Since its update began, as far as it has. */
  readonly seconds?: number | undefined;
}

/** For a cluster that is done, one way or the other. */
export async function tellFinished(
  maker: Maker,
  told: ToldCluster,
  { phase, message, wasFailing }: FinishedUpdate,
): Promise<void> {
  switch (phase) {
    case "Failed":
      return tell(
        maker,
        told,
        "Warning",
        "ClusterUpdateFailed",
        `failed: ${message ?? "not updated"}`,
      );
    case "Skipped":
      return announceDone(maker, told, "ClusterSkipped", `was skipped: ${message}`);
    case "Succeeded":
      announceDone(maker, told, "ClusterUpdated", "is updated");
      if (wasFailing) {
        await tell(maker, told, "Normal", "ClusterUpdateRecovered", "is updated after all");
      }
  }
}

interface FinishedUpdate {
  readonly phase: "Succeeded" | "Failed" | "Skipped";
  readonly message?: string | undefined;
  /** The member has refused the update meanwhile. */
  readonly wasFailing: boolean;
}

/** For a cluster that refuses the update, and is tried again. */
export function tellFailing(maker: Maker, told: ToldCluster, message: string): Promise<void> {
  const what = `cannot be updated and is tried again: ${message}`;
  return tell(maker, told, "Warning", "ClusterUpdateFailing", what);
}

/** For a cluster that is done: one line of the log, and no event, because there may be thousands. */
export function announceDone(
  maker: Maker,
  told: ToldCluster,
  reason: "ClusterUpdated" | "ClusterRemoved" | "ClusterSkipped",
  what: string,
): void {
  announceMilestone(maker, told.run.object, milestone(told, "Normal", reason, what));
}

function tell(
  maker: Maker,
  told: ToldCluster,
  type: "Normal" | "Warning",
  reason: string,
  what: string,
): Promise<void> {
  return recordEvent(maker, told.run.object, milestone(told, type, reason, what));
}

function milestone(
  { run, stage, cluster, seconds }: ToldCluster,
  type: "Normal" | "Warning",
  reason: string,
  what: string,
): Milestone {
  const { stagesStatus = [], deletionStageStatus } = run.status;
  const { stageName = "" } = stagesStatus[stage] ?? deletionStageStatus ?? {};
  const message = `Cluster ${cluster} in stage ${stageName} ${what}`;
  return { type, reason, message, facts: { stage: stageName, cluster, seconds } };
}
