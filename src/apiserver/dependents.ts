import type { KubeObject } from "../api/meta.js";
import type { Kind } from "../registry/kind.js";
import { deleteStored } from "./delete-stored.js";
import type { Writer } from "./writer.js";

/**
 * Deletes, after the answer, the objects whose only owners are gone. Losing it in a crash leaves objects behind, as a
 * cluster does whose garbage collector is down.
 */
export function collectDependents(writer: Writer, kind: Kind, owners: readonly KubeObject[]): void {
  collect(writer, kind, owners).catch(writer.backend.report);
}

async function collect(writer: Writer, kind: Kind, owners: readonly KubeObject[]): Promise<void> {
  const gone = new Set(owners.map((owner) => owner.metadata.uid ?? ""));
  for (const candidate of writer.backend.catalog.kinds) {
    if (kind.namespaced && !candidate.namespaced) continue;
    const { items } = await writer.backend.store.list({
      group: candidate.group,
      resource: candidate.plural,
      ...(kind.namespaced && { namespace: owners[0]?.metadata.namespace }),
    });
    const orphans = items.filter((item) => isLeftBehind(item, gone));
    for (const orphan of orphans) await deleteStored(writer, candidate, orphan);
    if (orphans.length > 0) await collect(writer, candidate, orphans);
  }
}

/** Another owner that may still be there keeps the object. */
function isLeftBehind({ metadata }: KubeObject, gone: ReadonlySet<string>): boolean {
  const owners = metadata.ownerReferences ?? [];
  return owners.length > 0 && owners.every((owner) => gone.has(owner.uid));
}
