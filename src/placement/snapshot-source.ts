import type { ObjectMeta } from "../api/meta.js";
import {
  ANNOTATION_SNAPSHOT_SOURCE,
  LABEL_RESOURCE_INDEX,
  SNAPSHOT_SOURCE_PUSHED,
} from "../api/names.js";
import { latestGroup, type SnapshotObject, snapshotGroups } from "./snapshot-groups.js";

/** Marks a placement, or a snapshot, as fed by requests. */
export function markPushed<T extends { readonly metadata: ObjectMeta }>(object: T): T {
  const annotations = {
    ...object.metadata.annotations,
    [ANNOTATION_SNAPSHOT_SOURCE]: SNAPSHOT_SOURCE_PUSHED,
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Whether requests decide about a placement's content, and not what its selectors select. */
export function isPushed({ metadata }: SnapshotObject): boolean {
  return metadata.annotations?.[ANNOTATION_SNAPSHOT_SOURCE] === SNAPSHOT_SOURCE_PUSHED;
}

/**
 * Index of the snapshot whose content a placement that is fed by requests keeps: what was pushed last or, as long as
 * nothing was, what it has. Undefined when it has nothing yet.
 */
export function keptIndex(snapshots: readonly SnapshotObject[]): number | undefined {
  const pushed = snapshotGroups(snapshots.filter(isPushed), LABEL_RESOURCE_INDEX).at(-1);
  return (pushed ?? latestGroup(snapshotGroups(snapshots, LABEL_RESOURCE_INDEX)))?.index;
}
