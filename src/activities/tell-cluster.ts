import { recordEvent } from "./record-event.js";
import type { Maker } from "./server-objects.js";
import type { StoredRun } from "./stored-run.js";

/** Which cluster of which stage an event of a run is about. */
export interface ToldCluster {
  readonly run: StoredRun;
  readonly stage: number;
  readonly cluster: string;
}

/** For a cluster whose update failed for good. */
export function tellFailed(maker: Maker, told: ToldCluster, message: string): Promise<void> {
  return tell(maker, told, "Warning", "ClusterUpdateFailed", `failed: ${message}`);
}

/** For a cluster that refuses the update, and is tried again. */
export function tellFailing(maker: Maker, told: ToldCluster, message: string): Promise<void> {
  const what = `cannot be updated and is tried again: ${message}`;
  return tell(maker, told, "Warning", "ClusterUpdateFailing", what);
}

/** For a cluster that has taken the update after all. */
export function tellRecovered(maker: Maker, told: ToldCluster): Promise<void> {
  return tell(maker, told, "Normal", "ClusterUpdateRecovered", "is updated after all");
}

function tell(
  maker: Maker,
  { run, stage, cluster }: ToldCluster,
  type: "Normal" | "Warning",
  reason: string,
  what: string,
): Promise<void> {
  const name = run.status.stagesStatus?.[stage]?.stageName;
  const message = `Cluster ${cluster} in stage ${name} ${what}`;
  return recordEvent(maker, run.object, { type, reason, message });
}
