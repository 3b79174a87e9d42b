import type { KubeObject } from "../api/meta.js";
import type { Change, Kind } from "../registry/kind.js";
import type { ObjectRef } from "../storage/object-store.js";
import type { Backend, Motion } from "./backend.js";

/** Hears what a request has written, once it stands in storage. */
export interface WriteObserver {
  written(kind: Kind, change: Change): void;
  /** Nothing will be written: the request only asks what would be. */
  dryRun(): void;
}

/** Writes objects so that whoever depends on them hears of it. */
export interface Writer {
  readonly backend: Backend;
  readonly motion: Motion;
  readonly observer?: WriteObserver;
}

export function refOf(kind: Kind, name: string, namespace: string | undefined): ObjectRef {
  const ref = { group: kind.group, resource: kind.plural, name };
  return kind.namespaced && namespace !== undefined ? { ...ref, namespace } : ref;
}

export function labelOf(kind: Kind): { readonly group: string; readonly resource: string } {
  return { group: kind.group, resource: kind.plural };
}

/** @throws StoreError AlreadyExists, TooLarge */
export function writeCreated(writer: Writer, kind: Kind, object: KubeObject): Promise<KubeObject> {
  const ref = refOf(kind, object.metadata.name, object.metadata.namespace);
  return inMotion(writer, kind, { after: object }, async () => {
    const after = await writer.backend.store.create(ref, object);
    writer.observer?.written(kind, { after });
    return after;
  });
}

/** @throws StoreError NotFound, Conflict, TooLarge */
export function writeUpdated(
  writer: Writer,
  kind: Kind,
  before: KubeObject,
  after: KubeObject,
): Promise<KubeObject> {
  const ref = refOf(kind, before.metadata.name, before.metadata.namespace);
  return inMotion(writer, kind, { before, after }, async () => {
    const stored = await writer.backend.store.update(ref, after);
    writer.observer?.written(kind, { before, after: stored });
    return stored;
  });
}

/** @throws StoreError NotFound, Conflict */
export function writeRemoved(writer: Writer, kind: Kind, before: KubeObject): Promise<KubeObject> {
  const ref = refOf(kind, before.metadata.name, before.metadata.namespace);
  const version = before.metadata.resourceVersion ?? "";
  return inMotion(writer, kind, { before }, async () => {
    const removed = await writer.backend.store.remove(ref, version);
    writer.observer?.written(kind, { before });
    return removed;
  });
}

/** Does `write` so that whoever depends on an object of that kind hears of the change, also when the process dies. */
export async function inMotion<T>(
  { backend, motion }: Writer,
  kind: Kind,
  change: Change,
  write: () => Promise<T>,
): Promise<T> {
  const wakes = (await kind.setsInMotion?.(change, backend.store)) ?? [];
  if (wakes.length === 0) return write();
  await motion.mark(wakes);
  const written = await write();
  // The write stands and its note is left: a failed delivery is late, not lost.
  await motion.wake(wakes).catch(backend.report);
  return written;
}
