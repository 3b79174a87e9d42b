import type { KubeObject } from "../api/meta.js";
import type { Kind } from "../registry/kind.js";
import { isStoreError } from "../storage/object-store.js";
import { deleteStored } from "./delete-stored.js";
import { retryOnConflict } from "./retry-on-conflict.js";
import { refOf, type Writer, writeUpdated } from "./writer.js";

/**
 * Deletes, after the answer, the objects whose only owners are gone. Losing it in a crash leaves objects behind, as a
 * cluster does whose garbage collector is down.
 */
export function collectDependents(writer: Writer, kind: Kind, owners: readonly KubeObject[]): void {
  collect(writer, kind, owners).catch(writer.backend.report);
}

/** Takes the references to owners that are gone out of the objects that shall outlive them, after the answer. */
export function releaseDependents(writer: Writer, kind: Kind, owners: readonly KubeObject[]): void {
  release(writer, kind, owners).catch(writer.backend.report);
}

async function collect(writer: Writer, kind: Kind, owners: readonly KubeObject[]): Promise<void> {
  const gone = uidsOf(owners);
  for await (const { candidate, items } of possibleDependents(writer, kind, owners)) {
    const orphans = items.filter((item) => isLeftBehind(item, gone));
    for (const orphan of orphans) await deleteStored(writer, candidate, orphan);
    if (orphans.length > 0) await collect(writer, candidate, orphans);
  }
}

async function release(writer: Writer, kind: Kind, owners: readonly KubeObject[]): Promise<void> {
  const gone = uidsOf(owners);
  for await (const { candidate, items } of possibleDependents(writer, kind, owners)) {
    for (const item of items) {
      if (isOwned(item, gone)) await releaseStored(writer, candidate, item, gone);
    }
  }
}

/** Whatever the version is by now; nothing is left to do when the object is gone. */
async function releaseStored(
  writer: Writer,
  kind: Kind,
  { metadata: { name, namespace } }: KubeObject,
  gone: ReadonlySet<string>,
): Promise<void> {
  await retryOnConflict(async () => {
    const before = await writer.backend.store.get(refOf(kind, name, namespace));
    if (!before || !isOwned(before, gone)) return;
    const { ownerReferences = [], ...metadata } = before.metadata;
    const kept = ownerReferences.filter(({ uid }) => !gone.has(uid));
    const after = {
      ...before,
      metadata: { ...metadata, ...(kept.length > 0 && { ownerReferences: kept }) },
    };
    try {
      await writeUpdated(writer, kind, before, after);
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
    }
  });
}

async function* possibleDependents(writer: Writer, kind: Kind, owners: readonly KubeObject[]) {
  for (const candidate of writer.backend.catalog.kinds) {
    if (kind.namespaced && !candidate.namespaced) continue;
    const { items } = await writer.backend.store.list({
      group: candidate.group,
      resource: candidate.plural,
      ...(kind.namespaced && { namespace: owners[0]?.metadata.namespace }),
    });
    yield { candidate, items };
  }
}

const uidsOf = (owners: readonly KubeObject[]): ReadonlySet<string> =>
  new Set(owners.map((owner) => owner.metadata.uid ?? ""));

const isOwned = ({ metadata }: KubeObject, gone: ReadonlySet<string>): boolean =>
  (metadata.ownerReferences ?? []).some((owner) => gone.has(owner.uid));

/** Another owner that may still be there keeps the object. */
function isLeftBehind({ metadata }: KubeObject, gone: ReadonlySet<string>): boolean {
  const owners = metadata.ownerReferences ?? [];
  return owners.length > 0 && owners.every((owner) => gone.has(owner.uid));
}
