import type { ResourceBinding } from "../api/resource-binding.js";
import { MAX_LEFT_OUT } from "../api/update-run.js";
import type { ClusterProgress } from "./cluster-progress.js";

/** How many clusters a sentence names before it only counts. */
const NAMED = 3;

/**
 * Clusters that the placement picks now and that a run may not know: their bindings are not older than the run, which
 * is there before its clusters are computed. Tells cheaply whether a closer look is worth it.
 *
 * @param runCreatedAt creation of the run, RFC 3339
 */
export function pickedSince(
  bindings: readonly ResourceBinding[],
  runCreatedAt: string,
): readonly string[] {
  return bindings
    .filter(
      ({ metadata, spec }) =>
        spec.state !== "Unscheduled" &&
        !metadata.deletionTimestamp &&
        (metadata.creationTimestamp ?? "") >= runCreatedAt,
    )
    .map(({ spec }) => spec.targetCluster);
}

/** Those of the clusters that are no targets of the run, sorted, as many as a run records. */
export function leftOut(
  clusters: readonly string[],
  targets: readonly ClusterProgress[],
): readonly string[] {
  const known = new Set(targets.map(({ clusterName }) => clusterName));
  return clusters
    .filter((name) => !known.has(name))
    .sort()
    .slice(0, MAX_LEFT_OUT);
}

/** What a run that has succeeded says of the clusters it left out; "" when there are none. */
export function leftOutSentence(clusters: readonly string[] = []): string {
  if (clusters.length === 0) return "";
  const more = clusters.length > NAMED ? [`and ${clusters.length - NAMED} more`] : [];
  const names = [...clusters.slice(0, NAMED), ...more].join(", ");
  return `; left out until the next run, because they joined after this one was initialized: ${names}`;
}
