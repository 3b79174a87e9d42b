import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import type { Kind } from "../registry/kind.js";
import { isStoreError } from "../storage/object-store.js";
import { type Deletion, deleteStored } from "./delete-stored.js";
import { isTerminating } from "./namespaces.js";
import { isRecord } from "./request-body.js";
import { type Writer, writeRemoved, writeUpdated } from "./writer.js";

/** Objects of one kind: those of one namespace, or all of them. */
interface Contents {
  readonly kind: Kind;
  readonly namespace?: string | undefined;
}

/**
 * Deletes a namespace with everything in it, or a definition with its custom resources: at once when nothing in it has
 * finalizers. Otherwise it stays Terminating until `finishDeletion` finds it empty.
 *
 * @throws StoreError Conflict, NotFound
 */
export async function deleteWithContents(
  writer: Writer,
  kind: Kind,
  object: KubeObject,
): Promise<Deletion> {
  const terminating = isTerminating(object)
    ? object
    : await writeUpdated(writer, kind, object, asTerminating(kind, object, writer.backend.now()));
  const rest = await finishDeletion(writer, kind, terminating);
  return { gone: rest === undefined, object: rest ?? terminating };
}

/**
 * Goes on with the deletion of a Terminating object: deletes what is in it, and the object once it is empty. Whoever
 * looks at such an object calls it, so it is finished by any process, also after a crash.
 *
 * @returns the object while something holds it, undefined when it is gone
 */
export async function finishDeletion(
  writer: Writer,
  kind: Kind,
  object: KubeObject,
): Promise<KubeObject | undefined> {
  const left = await deleteAll(writer, contentsOf(writer, kind, object));
  const finalizers = object.metadata.finalizers ?? [];
  if (left > 0 || finalizers.some((finalizer) => finalizer !== kind.holds?.finalizer)) {
    return object;
  }
  try {
    await writeRemoved(writer, kind, object);
    return undefined;
  } catch (error) {
    if (isStoreError(error, "NotFound")) return undefined;
    if (isStoreError(error, "Conflict")) return object;
    throw error;
  }
}

/** Built-in kinds are nobody's: a definition that wanted their names was never served. */
function contentsOf({ backend }: Writer, kind: Kind, object: KubeObject): readonly Contents[] {
  const { kinds } = backend.catalog;
  if (!kind.holds) {
    const namespace = object.metadata.name;
    return kinds.filter((each) => each.namespaced).map((each) => ({ kind: each, namespace }));
  }
  const { group, resource } = kind.holds.collection(object);
  const held = kinds.filter((each) => each.group === group && each.plural === resource);
  return held.filter((each) => !each.builtin).map((each) => ({ kind: each }));
}

/** @returns how many objects finalizers hold */
async function deleteAll(writer: Writer, contents: readonly Contents[]): Promise<number> {
  const held = await Promise.all(contents.map((each) => deleteAllOf(writer, each)));
  return held.reduce((sum, count) => sum + count, 0);
}

async function deleteAllOf(writer: Writer, { kind, namespace }: Contents): Promise<number> {
  const collection = { group: kind.group, resource: kind.plural, namespace };
  const { items } = await writer.backend.store.list(collection);
  let held = 0;
  for (const item of items) {
    const deletion = await deleteStored(writer, kind, item);
    if (deletion?.gone === false) held += 1;
  }
  return held;
}

function asTerminating(kind: Kind, object: KubeObject, now: Date): KubeObject {
  const metadata = { ...object.metadata, deletionTimestamp: toTimestamp(now) };
  if (kind.holds) {
    const finalizers = [...(metadata.finalizers ?? []), kind.holds.finalizer];
    return { ...object, metadata: { ...metadata, finalizers: [...new Set(finalizers)] } };
  }
  const status = isRecord(object.status) ? object.status : {};
  return { ...object, metadata, status: { ...status, phase: "Terminating" } };
}
