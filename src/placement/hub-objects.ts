import { type KubeObject, parseApiVersion } from "../api/meta.js";
import type { ResourceSelector } from "../api/placement.js";
import { matchesSelector } from "./label-selector.js";
import { type GroupKind, isPropagatedObject } from "./propagation.js";

/** The hub's objects that can be selected at all, by group and kind. */
export type HubObjects = ReadonlyMap<string, readonly KubeObject[]>;

/** Leaves out what is being deleted and what is never propagated. */
export function indexHubObjects(objects: readonly KubeObject[]): HubObjects {
  const services = new Set(
    objects
      .filter((object) => object.apiVersion === "v1" && object.kind === "Service")
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  );
  const hasService = (namespace: string, name: string) => services.has(`${namespace}/${name}`);
  const hub = new Map<string, KubeObject[]>();
  for (const object of objects) {
    if (object.metadata.deletionTimestamp || !isPropagatedObject(object, hasService)) continue;
    const key = keyOf({ group: parseApiVersion(object.apiVersion).group, kind: object.kind });
    const sameKind = hub.get(key);
    if (sameKind) sameKind.push(object);
    else hub.set(key, [object]);
  }
  return hub;
}

/** The objects a selector matches, in the version they are stored. Without `namespace` only cluster-scoped ones. */
export function selectFrom(
  hub: HubObjects,
  selector: ResourceSelector,
  namespace?: string,
): readonly KubeObject[] {
  return (hub.get(keyOf(selector)) ?? []).filter(
    ({ metadata }) => metadata.namespace === namespace && matchesName(selector, metadata),
  );
}

/** The objects of one kind inside any of the namespaces. */
export function insideNamespaces(
  hub: HubObjects,
  kind: GroupKind,
  namespaces: ReadonlySet<string>,
): readonly KubeObject[] {
  return (hub.get(keyOf(kind)) ?? []).filter(({ metadata }) =>
    namespaces.has(metadata.namespace ?? ""),
  );
}

/** Whether an object of the right kind is the one that is named, or has the labels that are asked for. */
export function matchesName(
  { name, labelSelector }: ResourceSelector,
  metadata: KubeObject["metadata"],
): boolean {
  if (name) return metadata.name === name;
  return labelSelector === undefined || matchesSelector(labelSelector, metadata.labels);
}

function keyOf({ group, kind }: GroupKind): string {
  return `${group}/${kind}`;
}
