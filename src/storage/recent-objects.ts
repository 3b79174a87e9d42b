import type { KubeObject } from "../api/meta.js";
import type { CollectionRef, ObjectRef, ObjectStore } from "./object-store.js";
import { SharedCalls } from "./shared-calls.js";

const REMEMBERED = 2000;

/**
 * A store that gives objects of some kinds as they were some seconds ago: those that many look up and few change. A write
 * through it makes the next look see it.
 *
 * @param recentMs how old they may be
 */
export function withRecentObjects<S extends ObjectStore>(
  store: S,
  isRemembered: (collection: CollectionRef) => boolean,
  recentMs: number,
  now: () => number,
): S {
  const known = new Map<string, { readonly readAt: number; readonly object?: KubeObject }>();
  const reads = new SharedCalls<KubeObject | undefined>();

  function keyOf({ group, resource, namespace = "", name }: ObjectRef): string {
    return `${group}/${resource}/${namespace}/${name}`;
  }

  async function read(ref: ObjectRef): Promise<KubeObject | undefined> {
    const readAt = now();
    const object = await store.get(ref);
    if (known.size >= REMEMBERED) known.clear();
    known.set(keyOf(ref), { readAt, ...(object && { object }) });
    return object;
  }

  async function write<R>(ref: ObjectRef, send: () => Promise<R>): Promise<R> {
    try {
      return await send();
    } finally {
      known.delete(keyOf(ref));
    }
  }

  return {
    ...store,
    get(ref) {
      if (!isRemembered(ref)) return store.get(ref);
      const key = keyOf(ref);
      const entry = known.get(key);
      if (entry && now() - entry.readAt <= recentMs) return Promise.resolve(entry.object);
      return reads.call(key, () => read(ref));
    },
    create: (ref, object) => write(ref, () => store.create(ref, object)),
    update: (ref, object) => write(ref, () => store.update(ref, object)),
    remove: (ref, version) => write(ref, () => store.remove(ref, version)),
  };
}
