import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import { isStoreError, type ObjectRef, type ObjectStore } from "../storage/object-store.js";

/** Tries of a read-modify-write before it gives up: writers of one object are few and short. */
const TRIES = 40;

/** What making an object takes besides the object. */
export interface Maker {
  readonly store: ObjectStore;
  readonly now: () => Date;
  readonly newUid: () => string;
  /** Gets a line per event, for logs and alerts. */
  readonly announce?: (line: string) => void;
}

/** An object made by the app itself, or the one that is there already: making it twice is harmless. */
export async function createIfAbsent(
  maker: Maker,
  ref: ObjectRef,
  object: KubeObject,
): Promise<{ readonly object: KubeObject; readonly created: boolean }> {
  const metadata = {
    ...object.metadata,
    uid: maker.newUid(),
    creationTimestamp: toTimestamp(maker.now()),
    generation: 1,
  };
  try {
    return { object: await maker.store.create(ref, { ...object, metadata }), created: true };
  } catch (error) {
    if (!isStoreError(error, "AlreadyExists")) throw error;
    const existing = await maker.store.get(ref);
    if (existing) return { object: existing, created: false };
    return createIfAbsent(maker, ref, object);
  }
}

/**
 * Reads, changes and writes an object, again when somebody else wrote in between. `change` returns the new object, or
 * undefined to leave it. Writes nothing when nothing changed. `known` is what the caller read or wrote a moment ago: it
 * saves the first read, and when it is out of date, the write is refused.
 *
 * @returns the object as stored afterwards; undefined when there is none
 */
export async function changeObject(
  store: ObjectStore,
  ref: ObjectRef,
  change: (object: KubeObject) => KubeObject | undefined,
  known?: KubeObject,
): Promise<KubeObject | undefined> {
  let object = known ?? (await store.get(ref));
  for (let attempt = 1; object; attempt += 1) {
    const changed = change(object);
    if (!changed || isDeepStrictEqual(changed, object)) return object;
    try {
      return await store.update(ref, changed);
    } catch (error) {
      if (isStoreError(error, "NotFound")) return undefined;
      if (!isStoreError(error, "Conflict") || attempt === TRIES) throw error;
    }
    object = await store.get(ref);
  }
  return undefined;
}

/** Removes an object whatever its version, as long as it is `unwanted`; absent is fine. */
export async function removeObject(
  store: ObjectStore,
  ref: ObjectRef,
  unwanted: (object: KubeObject) => boolean = () => true,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const object = await store.get(ref);
    if (!object || !unwanted(object)) return;
    try {
      await store.remove(ref, object.metadata.resourceVersion ?? "");
      return;
    } catch (error) {
      if (isStoreError(error, "NotFound")) return;
      if (!isStoreError(error, "Conflict") || attempt === TRIES) throw error;
    }
  }
}

/** Takes one finalizer off; the object goes when it is being deleted and this was the last. */
export async function removeFinalizers(
  store: ObjectStore,
  ref: ObjectRef,
  finalizers: readonly string[],
): Promise<void> {
  const object = await changeObject(store, ref, (current) => ({
    ...current,
    metadata: {
      ...current.metadata,
      finalizers: (current.metadata.finalizers ?? []).filter((name) => !finalizers.includes(name)),
    },
  }));
  if (!object?.metadata.deletionTimestamp) return;
  if ((object.metadata.finalizers ?? []).length === 0) await removeObject(store, ref);
}
