import { type KubeObject, parseApiVersion } from "../api/meta.js";
import type { PlacementSpec, ResourceSelector } from "../api/placement.js";
import { identifierOf, identityKey } from "../manifests/identifier.js";
import { compareForSnapshot } from "../manifests/snapshot-order.js";
import { stripForSnapshot } from "../manifests/strip.js";
import {
  type HubObjects,
  indexHubObjects,
  insideNamespaces,
  matchesName,
  selectFrom,
} from "./hub-objects.js";
import { isPropagatedKind, isReservedNamespace } from "./propagation.js";
import { type Selecting, selectionProblem } from "./selection-problems.js";
import {
  isNamespaceSelector,
  kindOf,
  namespaceToRestrictTo,
  selectionScope,
  selectsContents,
} from "./selectors.js";

/** What selection has to know of a kind of the hub. `group` is "" for core. */
export interface KindFacts {
  readonly group: string;
  /** The first is the one stored. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** The object as another version writes it; absent: all versions have one shape. */
  convert?(object: KubeObject, apiVersion: string): KubeObject;
}

/** `namespace` is set for a ResourcePlacement: it selects only in its own. */
export interface SelectionScope {
  readonly namespace?: string | undefined;
}

/** One collection of the hub. Without `namespace` it is one of a cluster-scoped kind. */
export interface CollectionToRead {
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly kind: string;
}

/**
 * Which collections have to be read to evaluate the selectors. What is inside namespaces that are selected by label
 * is known only once the Namespaces are there: see `collectionsInNamespaces`.
 */
export function collectionsToRead(
  spec: PlacementSpec,
  scope: SelectionScope,
  kinds: readonly KindFacts[],
): readonly CollectionToRead[] {
  const namespace = scope.namespace ?? namespaceToRestrictTo(spec);
  const collections = spec.resourceSelectors.flatMap((selector) => {
    const kind = kindOf(kinds, selector);
    if (!kind || !isPropagatedKind(kind)) return [];
    if (!kind.namespaced) {
      const contents = scope.namespace === undefined && selectsContents(selector) && selector.name;
      return [
        ...(scope.namespace === undefined ? [collection(kind)] : []),
        ...(contents ? collectionsIn(contents, kinds) : []),
      ];
    }
    if (namespace === undefined) return [];
    return [kind, ...servicesFor(kind, kinds)].map((each) => collection(each, namespace));
  });
  return withoutDuplicates(collections);
}

/**
 * Which collections come on top for namespaces that are selected by label, or all of them. `objects` is what
 * `collectionsToRead` brought.
 */
export function collectionsInNamespaces(
  spec: PlacementSpec,
  scope: SelectionScope,
  kinds: readonly KindFacts[],
  objects: readonly KubeObject[],
): readonly CollectionToRead[] {
  if (scope.namespace !== undefined) return [];
  const hub = indexHubObjects(objects);
  const names = spec.resourceSelectors
    .filter((selector) => selectsContents(selector) && !selector.name)
    .flatMap((selector) => selectFrom(hub, selector))
    .map((namespace) => namespace.metadata.name);
  return withoutDuplicates(names.flatMap((name) => collectionsIn(name, kinds)));
}

function collectionsIn(namespace: string, kinds: readonly KindFacts[]): CollectionToRead[] {
  if (isReservedNamespace(namespace)) return [];
  return kinds
    .filter((kind) => kind.namespaced && isPropagatedKind(kind))
    .map((kind) => collection(kind, namespace));
}

/** Whether Endpoints are somebody's own shows in the Services of their namespace. */
function servicesFor(kind: KindFacts, kinds: readonly KindFacts[]): KindFacts[] {
  if (kind.group !== "" || kind.kind !== "Endpoints") return [];
  const services = kindOf(kinds, { group: "", kind: "Service" });
  return services ? [services] : [];
}

function collection(kind: KindFacts, namespace?: string): CollectionToRead {
  const { group, plural: resource } = kind;
  return { group, resource, kind: kind.kind, ...(namespace !== undefined && { namespace }) };
}

function withoutDuplicates(collections: readonly CollectionToRead[]): readonly CollectionToRead[] {
  const byKey = new Map(
    collections.map((each) => [`${each.group}/${each.resource}/${each.namespace ?? ""}`, each]),
  );
  return [...byKey.values()];
}

export interface SelectionInput extends Selecting {
  readonly spec: PlacementSpec;
  readonly kinds: readonly KindFacts[];
  /** Everything that was read of the collections to read; more does no harm. */
  readonly objects: readonly KubeObject[];
}

export type Selection =
  | { readonly ok: true; readonly resources: readonly KubeObject[] }
  | { readonly ok: false; readonly message: string };

/**
 * The objects that a placement selects, in snapshot order and stripped; or why its selectors are wrong, which a
 * person has to mend. A selector that finds nothing selects nothing.
 * Source: KubeFleet `controller/resource_selector_resolver.go`.
 */
export function selectResources(input: SelectionInput): Selection {
  const hub = indexHubObjects(input.objects);
  const selected: KubeObject[] = [];
  for (const selector of input.spec.resourceSelectors) {
    const picked = evaluate(input, hub, selector);
    if (!picked.ok) return picked;
    selected.push(...picked.resources);
  }
  const seen = new Set<string>();
  for (const identifier of selected.map(identifierOf)) {
    const key = identityKey(identifier);
    if (seen.has(key)) return refuse(selectionProblem.duplicate(identifier));
    seen.add(key);
  }
  return select(selected.sort(compareForSnapshot).map(stripForSnapshot));
}

function evaluate(input: SelectionInput, hub: HubObjects, selector: ResourceSelector): Selection {
  if (!isPropagatedKind(selector)) return select([]);
  const kind = kindOf(input.kinds, selector);
  if (!kind?.versions.includes(selector.version)) {
    return refuse(selectionProblem.unknownKind(input, selector));
  }
  if (kind.namespaced) {
    const namespace = input.namespace ?? namespaceToRestrictTo(input.spec);
    if (namespace !== undefined) {
      return select(asAskedFor(kind, selector, selectFrom(hub, selector, namespace)));
    }
    return refuse(selectionProblem.namespaceScoped(input, selector, kind.plural));
  }
  if (input.namespace !== undefined) {
    return refuse(selectionProblem.clusterScoped(input, selector, kind.plural));
  }
  if (isNamespaceSelector(selector)) return evaluateNamespaces(input, hub, selector);
  return select(asAskedFor(kind, selector, selectFrom(hub, selector)));
}

/** The objects in the version that the selector names. */
function asAskedFor(
  kind: KindFacts,
  { group, version }: ResourceSelector,
  objects: readonly KubeObject[],
): readonly KubeObject[] {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return objects.map((object) => {
    if (object.apiVersion === apiVersion) return object;
    return kind.convert?.(object, apiVersion) ?? { ...object, apiVersion };
  });
}

/** Unlike KubeFleet, a reserved namespace is refused in every scope. */
function evaluateNamespaces(
  input: SelectionInput,
  hub: HubObjects,
  selector: ResourceSelector,
): Selection {
  const found = selectFrom(hub, selector);
  const names = found.map((namespace) => namespace.metadata.name);
  const reserved = [...(selector.name ? [selector.name] : []), ...names].find(isReservedNamespace);
  if (selectionScope(selector) === "NamespaceWithResourceSelectors") {
    if (reserved !== undefined || found.length === 0) {
      return refuse(selectionProblem.noNamespaceToRestrictTo(input));
    }
  }
  if (reserved !== undefined) return refuse(selectionProblem.reservedNamespace(input, reserved));
  if (!selectsContents(selector)) return select(found);
  const inside = input.kinds
    .filter((kind) => kind.namespaced && isPropagatedKind(kind))
    .flatMap((kind) => insideNamespaces(hub, kind, new Set(names)));
  return select([...found, ...inside]);
}

function select(resources: readonly KubeObject[]): Selection {
  return { ok: true, resources };
}

function refuse(message: string): Selection {
  return { ok: false, message };
}

/**
 * Cheap test for an object that changed: could this placement select it, before or after? Says yes too often rather
 * than once too rarely. `namespaceLabels` are those of the object's namespace; absent when they are not known.
 */
export function couldSelect(
  spec: PlacementSpec,
  scope: SelectionScope,
  object: KubeObject,
  namespaceLabels?: Readonly<Record<string, string>>,
): boolean {
  const { metadata, kind } = object;
  const { group } = parseApiVersion(object.apiVersion);
  if (!isPropagatedKind({ group, kind })) return false;
  const own = scope.namespace ?? namespaceToRestrictTo(spec);
  const inScope =
    metadata.namespace === undefined ? scope.namespace === undefined : metadata.namespace === own;
  return spec.resourceSelectors.some((selector) => {
    if (inScope && selector.group === group) {
      if (selector.kind === kind && matchesName(selector, metadata)) return true;
      // A Service decides whether the Endpoints of its name are somebody's own.
      if (kind === "Service" && selector.kind === "Endpoints") return true;
    }
    return scope.namespace === undefined && couldContain(selector, metadata, namespaceLabels);
  });
}

/** Whether an object is, or may be, inside a namespace that the selector selects with its contents. */
function couldContain(
  selector: ResourceSelector,
  { namespace }: KubeObject["metadata"],
  namespaceLabels: Readonly<Record<string, string>> | undefined,
): boolean {
  if (namespace === undefined || !selectsContents(selector)) return false;
  if (!selector.name && !namespaceLabels) return true;
  return matchesName(selector, { name: namespace, labels: { ...namespaceLabels } });
}
