import { isDeepStrictEqual } from "node:util";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { PLACEMENT_GROUP } from "../api/names.js";
import { Placement } from "../api/placement.js";
import { setCondition } from "../placement/conditions.js";
import { ownerReference, PLACEMENT_API_VERSION } from "../placement/placement-owner.js";
import { sharedStatus, sharingOf, statusSynced } from "../placement/shared-status.js";
import type { ObjectRef } from "../storage/object-store.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject, createIfAbsent, removeObject } from "./server-objects.js";

const COPIES = { group: PLACEMENT_GROUP, resource: "clusterresourceplacementstatuses" };

/**
 * Copies a placement's status into the namespace it places, when the placement asks for that, and says on the placement
 * how it went. `object` is the placement with the status to copy.
 */
export async function shareStatus(
  deps: Dependencies,
  target: TargetRef,
  object: KubeObject,
): Promise<void> {
  const placement = Placement.parse(object);
  const sharing = sharingOf(placement);
  if (!sharing) return;
  const namespace = "namespace" in sharing ? sharing.namespace : undefined;
  const problem = namespace === undefined ? undefined : await refusal(deps, namespace);
  if (namespace !== undefined && !problem) await writeCopy(deps, placement, namespace);
  await removeCopies(deps, target, namespace);
  const { placements } = scopeOf(target);
  await changeObject(deps.store, placementRef(target, placements, target.name), (current) => {
    if (current.metadata.uid !== target.uid) return undefined;
    const { status, metadata } = Placement.parse(current);
    const update = statusSynced(problem ? { problem } : sharing, metadata.generation ?? 1);
    const conditions = setCondition(status?.conditions, update, toTimestamp(deps.now()));
    return { ...current, status: { ...status, conditions } };
  });
}

/** Removes a placement's copies, but for the one in the namespace that is to keep it. */
export async function removeCopies(
  deps: Dependencies,
  placement: TargetRef,
  keep?: string,
): Promise<void> {
  const { items } = await deps.store.list(COPIES);
  for (const { metadata } of items) {
    const { name, namespace } = metadata;
    const owned = metadata.ownerReferences?.some(({ uid }) => uid === placement.uid);
    if (owned && namespace !== keep) await removeObject(deps.store, { ...COPIES, name, namespace });
  }
}

/** Why nothing can be written into a namespace. */
async function refusal(deps: Dependencies, name: string): Promise<string | undefined> {
  const namespace = await deps.store.get({ group: "", resource: "namespaces", name });
  if (!namespace) return `namespaces "${name}" not found`;
  return namespace.metadata.deletionTimestamp && `namespace ${name} is being terminated`;
}

async function writeCopy(
  deps: Dependencies,
  placement: Placement,
  namespace: string,
): Promise<void> {
  const { name } = placement.metadata;
  const ref: ObjectRef = { ...COPIES, namespace, name };
  const content = {
    sourceStatus: sharedStatus(placement.status ?? {}, namespace),
    lastUpdatedTime: toTimestamp(deps.now()),
  };
  const ownerReferences = [ownerReference(placement)];
  const { created } = await createIfAbsent(deps, ref, {
    apiVersion: PLACEMENT_API_VERSION,
    kind: "ClusterResourcePlacementStatus",
    metadata: { name, namespace, ownerReferences },
    ...content,
  });
  if (created) return;
  await changeObject(deps.store, ref, (current) => {
    const { metadata } = current;
    const same =
      isDeepStrictEqual(current.sourceStatus, content.sourceStatus) &&
      isDeepStrictEqual(metadata.ownerReferences, ownerReferences);
    if (same) return undefined;
    const generation = (metadata.generation ?? 1) + 1;
    return { ...current, metadata: { ...metadata, generation, ownerReferences }, ...content };
  });
}
