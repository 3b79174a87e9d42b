import type { KubeObject } from "../api/meta.js";
import type { Kind } from "../registry/kind.js";
import { isStoreError } from "../storage/object-store.js";
import { prepareDeletion } from "./prepare-object.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { refOf, type Writer, writeRemoved, writeUpdated } from "./writer.js";

/** What deleting made of an object. */
export interface Deletion {
  /** False when finalizers hold it; it then carries a deletionTimestamp. */
  readonly gone: boolean;
  readonly object: KubeObject;
}

/**
 * Removes an object at the version given, or begins its deletion when it has finalizers.
 *
 * @throws StoreError Conflict, NotFound
 */
export async function deleteAtVersion(
  writer: Writer,
  kind: Kind,
  before: KubeObject,
): Promise<Deletion> {
  if ((before.metadata.finalizers ?? []).length === 0) {
    return { gone: true, object: await writeRemoved(writer, kind, before) };
  }
  if (before.metadata.deletionTimestamp) return { gone: false, object: before };
  const after = prepareDeletion(kind, before, writer.backend.now());
  return { gone: false, object: await writeUpdated(writer, kind, before, after) };
}

/** As `deleteAtVersion`, whatever the version is by now; undefined when the object was gone already or made anew. */
export async function deleteStored(
  writer: Writer,
  kind: Kind,
  object: KubeObject,
): Promise<Deletion | undefined> {
  const { name, namespace, uid } = object.metadata;
  let current: KubeObject | undefined = object;
  return retryOnConflict(async () => {
    const before = current ?? (await writer.backend.store.get(refOf(kind, name, namespace)));
    current = undefined;
    if (!before || before.metadata.uid !== uid) return undefined;
    try {
      return await deleteAtVersion(writer, kind, before);
    } catch (error) {
      if (isStoreError(error, "NotFound")) return undefined;
      throw error;
    }
  });
}
