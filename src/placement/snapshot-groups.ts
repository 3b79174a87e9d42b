import type { ObjectMeta } from "../api/meta.js";
import { LABEL_IS_LATEST_SNAPSHOT } from "../api/names.js";

/** A snapshot object without its contents. */
export interface SnapshotObject {
  readonly metadata: ObjectMeta;
}

/** The objects of one index: a master and, when the content is large, its parts. */
export interface SnapshotGroup<T extends SnapshotObject> {
  readonly index: number;
  readonly objects: readonly T[];
}

/** Snapshots by the index in `indexLabel`, oldest first. What carries no index is nobody's snapshot. */
export function snapshotGroups<T extends SnapshotObject>(
  snapshots: readonly T[],
  indexLabel: string,
): readonly SnapshotGroup<T>[] {
  const groups = new Map<number, T[]>();
  for (const snapshot of snapshots) {
    const label = snapshot.metadata.labels?.[indexLabel];
    if (label === undefined || !/^\d+$/.test(label)) continue;
    const index = Number(label);
    groups.set(index, [...(groups.get(index) ?? []), snapshot]);
  }
  return [...groups]
    .map(([index, objects]) => ({ index, objects }))
    .sort((a, b) => a.index - b.index);
}

export function isLabelledLatest({ metadata }: SnapshotObject): boolean {
  return metadata.labels?.[LABEL_IS_LATEST_SNAPSHOT] === "true";
}

/**
 * The group that is the latest: labelled so or, when a crash left no label, the newest. Of several, the newest: the
 * others were about to lose the label.
 */
export function latestGroup<T extends SnapshotObject>(
  groups: readonly SnapshotGroup<T>[],
): SnapshotGroup<T> | undefined {
  return groups.findLast(({ objects }) => objects.some(isLabelledLatest)) ?? groups.at(-1);
}

/** Names of the objects of other groups that are still labelled as latest. */
export function wronglyLatest<T extends SnapshotObject>(
  groups: readonly SnapshotGroup<T>[],
  latest: number,
): readonly string[] {
  return groups
    .filter(({ index }) => index !== latest)
    .flatMap(({ objects }) => objects.filter(isLabelledLatest))
    .map(({ metadata }) => metadata.name);
}

/**
 * The objects to remove so that a further group stays within the limit: the oldest groups, except those in `keep`.
 */
export function surplusSnapshots<T extends SnapshotObject>(
  groups: readonly SnapshotGroup<T>[],
  limit: number,
  keep: ReadonlySet<number>,
): readonly string[] {
  const surplus = groups.slice(0, Math.max(0, groups.length - (limit - 1)));
  return surplus
    .filter(({ index }) => !keep.has(index))
    .flatMap(({ objects }) => objects.map(({ metadata }) => metadata.name));
}
