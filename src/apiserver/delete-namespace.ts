import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import type { Kind } from "../registry/kind.js";
import { isStoreError } from "../storage/object-store.js";
import { type Deletion, deleteStored } from "./delete-stored.js";
import { isTerminating } from "./namespaces.js";
import { isRecord } from "./request-body.js";
import { type Writer, writeRemoved, writeUpdated } from "./writer.js";

/**
 * Deletes a namespace with everything in it: at once when nothing in it has finalizers. Otherwise it stays Terminating
 * until `finishNamespace` finds it empty.
 *
 * @throws StoreError Conflict, NotFound
 */
export async function deleteNamespace(
  writer: Writer,
  kind: Kind,
  namespace: KubeObject,
): Promise<Deletion> {
  const terminating = isTerminating(namespace)
    ? namespace
    : await writeUpdated(writer, kind, namespace, asTerminating(namespace, writer.backend.now()));
  const rest = await finishNamespace(writer, kind, terminating);
  return { gone: rest === undefined, object: rest ?? terminating };
}

/**
 * Goes on with the deletion of a Terminating namespace: deletes what is in it, and the namespace once it is empty.
 * Whoever looks at such a namespace calls it, so it is finished by any process, also after a crash.
 *
 * @returns the namespace while something holds it, undefined when it is gone
 */
export async function finishNamespace(
  writer: Writer,
  kind: Kind,
  namespace: KubeObject,
): Promise<KubeObject | undefined> {
  const left = await deleteContents(writer, namespace.metadata.name);
  if (left > 0 || (namespace.metadata.finalizers ?? []).length > 0) return namespace;
  try {
    await writeRemoved(writer, kind, namespace);
    return undefined;
  } catch (error) {
    if (isStoreError(error, "NotFound")) return undefined;
    if (isStoreError(error, "Conflict")) return namespace;
    throw error;
  }
}

/** @returns how many objects finalizers hold */
async function deleteContents(writer: Writer, namespace: string): Promise<number> {
  const kinds = writer.backend.catalog.kinds.filter((kind) => kind.namespaced);
  const held = await Promise.all(kinds.map((kind) => deleteAllOf(writer, kind, namespace)));
  return held.reduce((sum, count) => sum + count, 0);
}

async function deleteAllOf(writer: Writer, kind: Kind, namespace: string): Promise<number> {
  const collection = { group: kind.group, resource: kind.plural, namespace };
  const { items } = await writer.backend.store.list(collection);
  let held = 0;
  for (const item of items) {
    const deletion = await deleteStored(writer, kind, item);
    if (deletion?.gone === false) held += 1;
  }
  return held;
}

function asTerminating(namespace: KubeObject, now: Date): KubeObject {
  const status = isRecord(namespace.status) ? namespace.status : {};
  return {
    ...namespace,
    metadata: { ...namespace.metadata, deletionTimestamp: toTimestamp(now) },
    status: { ...status, phase: "Terminating" },
  };
}
