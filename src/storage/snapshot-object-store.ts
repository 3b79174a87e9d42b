import { createHash } from "node:crypto";
import { z } from "zod";
import type { KubeObject } from "../api/meta.js";
import { mapInParallel } from "./map-in-parallel.js";
import type { CollectionRef, ObjectStore, StoreEvent } from "./object-store.js";
import type { SnapshotContents } from "./snapshot-contents.js";

const RESOURCES = new Set(["clusterresourcesnapshots", "resourcesnapshots"]);
const CONTENTS_AT_A_TIME = 8;

/** The part of a snapshot that is kept apart. */
const WithResources = z.looseObject({
  spec: z.looseObject({ selectedResources: z.array(z.custom<KubeObject>(isObject)).min(1) }),
});
/** What stands in its place. */
const WithPointer = z.looseObject({
  contents: z.object({ hash: z.string() }),
  spec: z.looseObject({}),
});

/**
 * Keeps the resources of resource snapshots apart from their rows, once per content, and lets snapshots be read and
 * written as if they were whole.
 *
 * The contents' address is computed here, from what is stored: the hash in a snapshot's annotation covers all its
 * parts, and whoever may write a snapshot may write any annotation.
 */
export function withSnapshotContents(store: ObjectStore, contents: SnapshotContents): ObjectStore {
  const whole = (ref: CollectionRef, object: KubeObject) =>
    RESOURCES.has(ref.resource) ? foldIn(object, contents) : Promise.resolve(object);
  const lean = (ref: CollectionRef, object: KubeObject) =>
    RESOURCES.has(ref.resource) ? foldOut(object, contents) : Promise.resolve(object);

  return {
    async get(ref) {
      const object = await store.get(ref);
      return object && whole(ref, object);
    },
    async list(collection) {
      const list = await store.list(collection);
      if (!RESOURCES.has(collection.resource)) return list;
      const items = await mapInParallel(list.items, CONTENTS_AT_A_TIME, (object) =>
        foldIn(object, contents),
      );
      return { ...list, items };
    },
    async create(ref, object) {
      return whole(ref, await store.create(ref, await lean(ref, object)));
    },
    async update(ref, object) {
      return whole(ref, await store.update(ref, await lean(ref, object)));
    },
    async remove(ref, resourceVersion) {
      return whole(ref, await store.remove(ref, resourceVersion));
    },
    async *watch(collection, from, signal): AsyncIterable<StoreEvent> {
      for await (const event of store.watch(collection, from, signal)) {
        const object = await whole(collection, event.object);
        if (event.type !== "Modified" || !event.previous) yield { ...event, object };
        else yield { ...event, object, previous: await whole(collection, event.previous) };
      }
    },
  };
}

/** The object as its row holds it; its resources are stored first. */
async function foldOut(object: KubeObject, contents: SnapshotContents): Promise<KubeObject> {
  const parsed = WithResources.safeParse(object);
  if (!parsed.success) return object;
  const { selectedResources, ...spec } = parsed.data.spec;
  const hash = await storeContents(contents, selectedResources);
  return { ...object, spec, contents: { hash } };
}

/** Stores what a snapshot holds and returns its address. Also mends a snapshot whose contents storage has lost. */
export async function storeContents(
  contents: SnapshotContents,
  resources: readonly KubeObject[],
): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(resources)).digest("hex");
  await contents.put(hash, resources);
  return hash;
}

async function foldIn(object: KubeObject, contents: SnapshotContents): Promise<KubeObject> {
  const parsed = WithPointer.safeParse(object);
  if (!parsed.success) return object;
  const { hash } = parsed.data.contents;
  const selectedResources = await contents.get(hash);
  if (!selectedResources) {
    const { kind, metadata } = object;
    throw new Error(`${kind} ${metadata.name}: its contents ${hash} are not in storage`);
  }
  const { contents: _pointer, ...rest } = object;
  return { ...rest, spec: { ...parsed.data.spec, selectedResources } };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
