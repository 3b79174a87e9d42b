import { MemberCluster } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import { CLUSTER_GROUP, LABEL_PARENT_CRP } from "../api/names.js";
import { Placement } from "../api/placement.js";
import { PolicySnapshot } from "../api/policy-snapshot.js";
import { ResourceBinding } from "../api/resource-binding.js";
import {
  type CollectionToRead,
  collectionsInNamespaces,
  collectionsToRead,
  type Selection,
  selectResources,
} from "../placement/selection.js";
import { storedStatus } from "../rollout/run-status.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementCollection, placementRef, scopeOf } from "./scope.js";

/** Everything on the hub that belongs to one placement. */
export interface PlacementState {
  readonly placement: Placement;
  readonly object: KubeObject;
  readonly policySnapshots: readonly PolicySnapshot[];
  /** The same as they are stored. */
  readonly policyObjects: readonly KubeObject[];
  /** Without their contents. */
  readonly snapshots: readonly KubeObject[];
  readonly bindings: readonly ResourceBinding[];
  readonly members: readonly MemberCluster[];
}

/** Undefined when the placement is gone, being deleted, or a namesake has taken its place. */
export async function readPlacement(
  deps: Dependencies,
  target: TargetRef,
): Promise<PlacementState | undefined> {
  const resources = scopeOf(target);
  const object = await deps.store.get(placementRef(target, resources.placements, target.name));
  if (!object || object.metadata.uid !== target.uid || object.metadata.deletionTimestamp) {
    return undefined;
  }
  const [policyObjects, snapshots, bindings, members] = await Promise.all([
    listOwn(deps, target, resources.policySnapshots),
    listOwn(deps, target, resources.snapshots),
    listOwn(deps, target, resources.bindings),
    deps.store.list({ group: CLUSTER_GROUP, resource: "memberclusters" }),
  ]);
  return {
    placement: Placement.parse(object),
    object,
    policySnapshots: policyObjects.map((snapshot) => PolicySnapshot.parse(snapshot)),
    policyObjects,
    snapshots,
    bindings: bindings.map((binding) => ResourceBinding.parse(binding)),
    members: members.items.map((member) => MemberCluster.parse(member)),
  };
}

/** Objects of one resource that carry the placement's name; those that the app makes have names that begin with it. */
export async function listOwn(
  deps: Dependencies,
  target: Pick<TargetRef, "namespace" | "name">,
  resource: string,
): Promise<readonly KubeObject[]> {
  const collection = placementCollection(target, resource);
  const items = await deps.store.named(collection, `${target.name}-`);
  return items.filter((object) => object.metadata.labels?.[LABEL_PARENT_CRP] === target.name);
}

/** What the placement's selectors select on the hub now. */
export async function readSelection(deps: Dependencies, placement: Placement): Promise<Selection> {
  const { spec, metadata } = placement;
  const scope = { namespace: metadata.namespace };
  const kinds = await deps.kinds();
  const collections = collectionsToRead(spec, scope, kinds);
  const first = await readAll(deps, collections);
  const known = new Set(collections.map(collectionKey));
  const more = collectionsInNamespaces(spec, scope, kinds, first);
  const second = await readAll(
    deps,
    more.filter((collection) => !known.has(collectionKey(collection))),
  );
  return selectResources({
    placementName: metadata.name,
    ...scope,
    spec,
    kinds,
    objects: [...first, ...second],
  });
}

function collectionKey({ group, resource, namespace }: CollectionToRead): string {
  return `${group}/${resource}/${namespace ?? ""}`;
}

async function readAll(
  deps: Dependencies,
  collections: readonly CollectionToRead[],
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(collections.map((collection) => deps.store.list(collection)));
  return lists.flatMap((list) => list.items);
}

/** Indexes of the snapshots that unfinished runs of the placement roll out: those must not be removed. */
export async function indexesInUse(
  deps: Dependencies,
  target: TargetRef,
): Promise<readonly string[]> {
  const { items } = await deps.store.list(placementCollection(target, scopeOf(target).runs));
  return items.flatMap((run) => {
    const spec = run.spec as { readonly placementName?: string } | undefined;
    const index = storedStatus(run).resourceSnapshotIndexUsed;
    const unfinished = run.progress !== undefined && spec?.placementName === target.name;
    return unfinished && index !== undefined ? [index] : [];
  });
}
