import type { ObjectMeta } from "../api/meta.js";
import {
  ANNOTATION_SNAPSHOT_SOURCE,
  LABEL_RESOURCE_INDEX,
  SNAPSHOT_SOURCE_PUSHED,
} from "../api/names.js";
import { type SnapshotObject, snapshotGroups } from "./snapshot-groups.js";

/** Marks a placement, or a snapshot, as fed by requests. */
export function markPushed<T extends { readonly metadata: ObjectMeta }>(object: T): T {
  const annotations = {
    ...object.metadata.annotations,
    [ANNOTATION_SNAPSHOT_SOURCE]: SNAPSHOT_SOURCE_PUSHED,
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/**
 * Index of the snapshot whose content the placement keeps, because it was pushed last; undefined when its selectors
 * decide. They do without the annotation on the placement, and as long as nothing was pushed.
 */
export function pushedIndex(
  placement: SnapshotObject,
  snapshots: readonly SnapshotObject[],
): number | undefined {
  if (!isPushed(placement)) return undefined;
  return snapshotGroups(snapshots.filter(isPushed), LABEL_RESOURCE_INDEX).at(-1)?.index;
}

function isPushed({ metadata }: SnapshotObject): boolean {
  return metadata.annotations?.[ANNOTATION_SNAPSHOT_SOURCE] === SNAPSHOT_SOURCE_PUSHED;
}
