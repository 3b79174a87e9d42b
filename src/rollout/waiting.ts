import type { StageView } from "./run-view.js";
import { shortened } from "./stage-failures.js";
import { attemptsSentence } from "./wait.js";

/** A started cluster that has not finished after this long makes its run stuck. Source: KubeFleet `updateRunStuckThreshold`. */
export const STUCK_AFTER_MS = 5 * 60_000;

/** How many clusters a sentence names before it only counts. */
const NAMED = 3;

/** "waiting for member2 since … (2 attempts, next …): connection refused; and 4 more", or "" when nothing waits. */
export function clustersSentence(waiting: StageView["waiting"]): string {
  if (waiting.length === 0) return "";
  const named = waiting
    .slice(0, NAMED)
    .map(
      (cluster) =>
        `${cluster.clusterName} ${attemptsSentence({ ...cluster, since: cluster.startedAt, message: shortened(cluster.message) })}`,
    );
  const more = waiting.length > NAMED ? [`${waiting.length - NAMED} more`] : [];
  return `waiting for ${[...named, ...more].join("; ")}`;
}

/**
 * Names of the clusters that are stuck: three at most, then "...". Undefined when none is.
 * Source: KubeFleet, `UpdateRunStuck` message.
 */
export function stuckClusters(waiting: StageView["waiting"], now: Date): string | undefined {
  const stuck = waiting
    .filter((cluster) => now.getTime() - new Date(cluster.startedAt).getTime() > STUCK_AFTER_MS)
    .map((cluster) => cluster.clusterName);
  if (stuck.length === 0) return undefined;
  return `${stuck.slice(0, NAMED).join(", ")}${stuck.length > NAMED ? "..." : ""}`;
}
