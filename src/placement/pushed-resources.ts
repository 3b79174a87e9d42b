import { type KubeObject, parseApiVersion } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { describeIdentifier, identifierOf, identityKey } from "../manifests/identifier.js";
import { compareForSnapshot } from "../manifests/snapshot-order.js";
import { stripForSnapshot } from "../manifests/strip.js";
import { envelopeContents, isEnvelopeObject } from "./envelope-contents.js";
import {
  type GroupKind,
  isPropagatedKind,
  isPropagatedObject,
  isReservedNamespace,
} from "./propagation.js";
import { pushedDocuments, pushedObject } from "./pushed-documents.js";
import type { SelectionScope } from "./selection.js";
import { isNamespaceSelector, kindOf } from "./selectors.js";

/** What a rule about pushed objects has to know of a kind of the hub. */
export type PushableKind = GroupKind & { readonly namespaced: boolean };

export type PushedResources =
  | { readonly ok: true; readonly resources: readonly KubeObject[] }
  | { readonly ok: false; readonly causes: readonly StatusCause[] };

/**
 * The objects in a request's body, as a snapshot holds them: stripped and in order, as if they had been selected. Kinds
 * that the hub does not know are taken as they are; members say whether they know them.
 *
 * @param body parsed: one object or a list of them
 */
export function pushedResources(
  body: unknown,
  scope: SelectionScope,
  kinds: readonly PushableKind[],
): PushedResources {
  const causes: StatusCause[] = [];
  const places = new Map<string, string>();
  const resources: KubeObject[] = [];
  for (const document of pushedDocuments(body)) {
    const pushed = pushedObject(document);
    if (!pushed.ok) {
      causes.push(...pushed.causes);
      continue;
    }
    const object = inOwnNamespace(pushed.object, scope, kinds);
    const identifier = identifierOf(object);
    const key = identityKey(identifier);
    const earlier = places.get(key);
    if (earlier !== undefined) {
      const what = `${describeIdentifier(identifier)} is in ${earlier} already`;
      causes.push(fieldCause.duplicate(document.where, what));
    }
    places.set(key, document.where);
    causes.push(...objectCauses(document.where, object, scope, kinds));
    resources.push(object);
  }
  if (causes.length > 0) return { ok: false, causes };
  return { ok: true, resources: resources.sort(compareForSnapshot).map(stripForSnapshot) };
}

/** A ResourcePlacement places what is in its own namespace, whether the document says so or not. */
function inOwnNamespace(
  object: KubeObject,
  { namespace }: SelectionScope,
  kinds: readonly PushableKind[],
): KubeObject {
  const clusterScoped = kindOf(kinds, groupKindOf(object))?.namespaced === false;
  if (namespace === undefined || clusterScoped || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function objectCauses(
  where: string,
  object: KubeObject,
  scope: SelectionScope,
  kinds: readonly PushableKind[],
): readonly StatusCause[] {
  const groupKind = groupKindOf(object);
  if (!isPropagatedKind(groupKind)) {
    return [fieldCause.forbidden(`${where}: kind`, `${object.kind} is never placed on members`)];
  }
  if (!isPropagatedObject(object, () => false)) {
    const why = `every cluster makes its own ${describeIdentifier(identifierOf(object))}`;
    return [fieldCause.forbidden(`${where}: metadata.name`, why)];
  }
  return [
    ...contentCauses(where, object, kinds),
    ...namespaceCauses(where, object, scope, kindOf(kinds, groupKind)),
    ...(scope.namespace === undefined ? reservedCauses(where, object) : []),
  ];
}

/** What is wrong inside an envelope: on the hub its own validation would have said so. */
function contentCauses(
  where: string,
  object: KubeObject,
  kinds: readonly PushableKind[],
): readonly StatusCause[] {
  if (!isEnvelopeObject(object)) return [];
  const contents = envelopeContents(object, kinds);
  if (contents.ok) return [];
  return contents.causes.map((cause) => ({ ...cause, field: `${where}: ${cause.field}` }));
}

function namespaceCauses(
  where: string,
  { kind, metadata }: KubeObject,
  scope: SelectionScope,
  known: PushableKind | undefined,
): readonly StatusCause[] {
  const field = `${where}: metadata.namespace`;
  if (known?.namespaced === false) {
    if (scope.namespace !== undefined) {
      const why = `${kind} is cluster-scoped, and a ResourcePlacement places only what is in its namespace`;
      return [fieldCause.forbidden(`${where}: kind`, why)];
    }
    return metadata.namespace ? [fieldCause.forbidden(field, `${kind} is cluster-scoped`)] : [];
  }
  if (scope.namespace !== undefined && metadata.namespace !== scope.namespace) {
    const why = `must be the placement's own namespace, ${scope.namespace}`;
    return [fieldCause.invalid(field, metadata.namespace, why)];
  }
  return known && !metadata.namespace ? [fieldCause.required(field)] : [];
}

function reservedCauses(where: string, object: KubeObject): readonly StatusCause[] {
  const { name, namespace } = object.metadata;
  const isNamespace = isNamespaceSelector(groupKindOf(object));
  const into = isNamespace ? name : namespace;
  if (!into || !isReservedNamespace(into)) return [];
  const field = `${where}: metadata.${isNamespace ? "name" : "namespace"}`;
  return [fieldCause.forbidden(field, `namespace ${into} is not allowed to propagate`)];
}

function groupKindOf({ apiVersion, kind }: KubeObject): GroupKind {
  return { group: parseApiVersion(apiVersion).group, kind };
}
