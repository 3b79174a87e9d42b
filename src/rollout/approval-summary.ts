import type { ApprovalSummary, Names, SnapshotChange } from "../api/approval-summary.js";
import { indexInSnapshotName } from "../api/names.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import type { SnapshotDifference } from "../manifests/compare-snapshots.js";
import { conditionOf } from "../placement/conditions.js";
import { type ClusterProgress, isFinished } from "./cluster-progress.js";

/** How many names a list has before it only counts. */
const NAMED = 20;
/** How many snapshots are compared: clusters normally have one of two. */
const COMPARED = 3;

/** What a summary is made of. */
export interface SummaryInput {
  /** Names of the stages in their order; the delete stage comes after them. */
  readonly stages: readonly string[];
  readonly clusters: readonly ClusterProgress[];
  /** The placement's bindings by cluster. */
  readonly bindings: ReadonlyMap<string, ResourceBinding>;
  readonly changes: readonly SnapshotChange[];
}

/** Sums up for whoever approves: how far the run is, what comes, and how the clusters are that have it. */
export function summarizeForApproval(input: SummaryInput): ApprovalSummary {
  const { stages, clusters, changes } = input;
  const toUpdate = clusters.filter(({ stage }) => stage < stages.length);
  const done = toUpdate.filter(isFinished);
  const toRemove = clusters.filter((row) => row.stage === stages.length && !isFinished(row));
  const reached = stages.flatMap((name, index) => stageHealth(input, name, index));
  return {
    progress: `${done.length}/${toUpdate.length}`,
    clustersDone: namesOf(done.map(clusterName)),
    clustersToCome: namesOf(clustersToCome(input).map(clusterName)),
    ...(toRemove.length > 0 && { clustersToRemove: namesOf(toRemove.map(clusterName)) }),
    ...(changes.length > 0 && { changes: [...changes] }),
    ...(reached.length > 0 && { stages: reached }),
  };
}

/** Indexes of the snapshots that the clusters to come have now, with how many have each; the most frequent first. */
export function snapshotsToReplace(
  input: Pick<SummaryInput, "stages" | "clusters" | "bindings">,
): readonly { readonly from: string | undefined; readonly clusters: number }[] {
  const counts = new Map<string | undefined, number>();
  for (const { clusterName } of clustersToCome(input)) {
    const name = input.bindings.get(clusterName)?.spec.resourceSnapshotName;
    const from = name ? indexInSnapshotName(name) : undefined;
    counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  return [...counts]
    .map(([from, clusters]) => ({ from, clusters }))
    .sort((a, b) => b.clusters - a.clusters)
    .slice(0, COMPARED);
}

/** A difference between two snapshots, bounded; undefined when one of them is gone. */
export function snapshotChange(
  step: { readonly from: string | undefined; readonly to: string; readonly clusters: number },
  difference: SnapshotDifference | undefined,
): SnapshotChange {
  const { from, to, clusters } = step;
  const indexes = { ...(from !== undefined && { from }), to, clusters };
  if (!difference) return { ...indexes, unknown: "one of the snapshots is gone" };
  const { added, changed, removed, unchanged } = difference;
  return {
    ...indexes,
    ...(added.length > 0 && { added: namesOf(added) }),
    ...(changed.length > 0 && { changed: namesOf(changed) }),
    ...(removed.length > 0 && { removed: namesOf(removed) }),
    unchanged,
  };
}

function clustersToCome({ stages, clusters }: Pick<SummaryInput, "stages" | "clusters">) {
  return clusters.filter((row) => row.stage < stages.length && !isFinished(row));
}

/** Nothing for a stage without clusters that are done. */
function stageHealth({ clusters, bindings }: SummaryInput, name: string, index: number) {
  const done = clusters
    .filter((row) => row.stage === index && isFinished(row) && row.phase !== "Skipped")
    .map(clusterName);
  if (done.length === 0) return [];
  const not = done.filter((cluster) => !isAvailable(bindings.get(cluster)));
  const available = `${done.length - not.length}/${done.length}`;
  return [{ name, available, ...(not.length > 0 && { notAvailable: namesOf(not) }) }];
}

/** Where differences are only reported, nothing is placed: a report is all there can be. */
function isAvailable(binding: ResourceBinding | undefined): boolean {
  const { conditions } = binding?.status ?? {};
  return ["Available", "DiffReported"].some(
    (type) => conditionOf(conditions, type)?.status === "True",
  );
}

function clusterName(row: ClusterProgress): string {
  return row.clusterName;
}

function namesOf(names: readonly string[]): Names {
  return { count: names.length, ...(names.length > 0 && { names: names.slice(0, NAMED) }) };
}
