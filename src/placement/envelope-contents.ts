import type { EnvelopeIdentifier } from "../api/envelope.js";
import { type KubeObject, parseApiVersion } from "../api/meta.js";
import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../api/names.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { describeIdentifier, identifierOf, identityKey } from "../manifests/identifier.js";
import { type GroupKind, isEnvelope } from "./propagation.js";
import { pushedObject } from "./pushed-documents.js";
import { kindOf } from "./selectors.js";

export type EnvelopeContents =
  | { readonly ok: true; readonly manifests: readonly KubeObject[] }
  | { readonly ok: false; readonly causes: readonly StatusCause[] };

/** What has to be known of a kind to tell where its objects belong. */
type ScopedKind = GroupKind & { readonly namespaced: boolean };

/** The kinds of these groups mean something on a hub only. */
const HUB_GROUPS: readonly string[] = [PLACEMENT_GROUP, CLUSTER_GROUP];

export function isEnvelopeObject({ apiVersion, kind }: KubeObject): boolean {
  return isEnvelope({ group: parseApiVersion(apiVersion).group, kind });
}

/** Names an envelope as the status of a placement does. */
export function envelopeIdentifier({ kind, metadata }: KubeObject): EnvelopeIdentifier {
  const { name, namespace } = metadata;
  return { name, ...(namespace !== undefined && { namespace }), type: kind };
}

/**
 * The objects in an envelope, in the order of their keys; or everything that is wrong with them, each with its key.
 * A cluster envelope holds cluster-scoped objects, a namespaced one objects of its own namespace.
 * Source: KubeFleet `workgenerator/envelope.go`.
 *
 * @param kinds what is known of kinds; whether an object of another kind has a namespace is the members' to judge
 */
export function envelopeContents(
  envelope: KubeObject,
  kinds: readonly ScopedKind[] = [],
): EnvelopeContents {
  const { data } = envelope;
  const entries = typeof data === "object" && data !== null ? Object.entries(data) : [];
  const causes: StatusCause[] = [];
  const places = new Map<string, string>();
  const manifests: KubeObject[] = [];
  for (const [key, value] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const where = `data[${key}]`;
    const read = pushedObject({ where, value });
    if (!read.ok) {
      causes.push(...read.causes);
      continue;
    }
    const identifier = identifierOf(read.object);
    const identity = identityKey(identifier);
    const earlier = places.get(identity);
    if (earlier !== undefined) {
      const what = `${describeIdentifier(identifier)} is in ${earlier} already`;
      causes.push(fieldCause.duplicate(where, what));
    }
    places.set(identity, where);
    causes.push(...placeCauses(where, read.object, envelope, kinds));
    manifests.push(read.object);
  }
  return causes.length > 0 ? { ok: false, causes } : { ok: true, manifests };
}

/** What is wrong with where an object belongs. */
function placeCauses(
  where: string,
  { apiVersion, kind, metadata }: KubeObject,
  envelope: KubeObject,
  kinds: readonly ScopedKind[],
): readonly StatusCause[] {
  const { group } = parseApiVersion(apiVersion);
  if (HUB_GROUPS.includes(group)) {
    return [fieldCause.forbidden(`${where}: kind`, `${kind} is never placed on members`)];
  }
  const namespaced = kindOf(kinds, { group, kind })?.namespaced;
  const field = `${where}: metadata.namespace`;
  const own = envelope.metadata.namespace;
  if (own === undefined) {
    if (namespaced !== true && !metadata.namespace) return [];
    const why = `${kind} is namespaced: a ClusterResourceEnvelope holds cluster-scoped objects only`;
    return [fieldCause.forbidden(namespaced ? `${where}: kind` : field, why)];
  }
  if (namespaced === false) {
    const why = `${kind} is cluster-scoped: a ResourceEnvelope holds objects of its namespace only`;
    return [fieldCause.forbidden(`${where}: kind`, why)];
  }
  if (metadata.namespace === own) return [];
  const why = `must be the envelope's own namespace, ${own}`;
  return [fieldCause.invalid(field, metadata.namespace ?? "", why)];
}
