import type { KubeObject } from "../api/meta.js";
import { forbidden, notFound } from "../api/status-error.js";
import type { Kind } from "../registry/kind.js";
import { isStoreError } from "../storage/object-store.js";
import type { Backend } from "./backend.js";
import { isNamespaceKind, storedApiVersion } from "./catalog.js";
import { prepareCreated } from "./prepare-object.js";
import { labelOf, refOf } from "./writer.js";

/** Namespaces that every cluster has. */
const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public"];

/** What looking after namespaces takes. */
type Backing = Pick<Backend, "catalog" | "store" | "now" | "newUid">;

export function namespaceKind(backend: Backing): Kind | undefined {
  return backend.catalog.kinds.find(isNamespaceKind);
}

/** Makes the system namespaces that are missing. Idempotent; two servers over one store may do it at once. */
export async function ensureNamespaces(backend: Backing): Promise<void> {
  const kind = namespaceKind(backend);
  if (!kind) return;
  await Promise.all(SYSTEM_NAMESPACES.map((name) => ensureNamespace(backend, kind, name)));
}

async function ensureNamespace(backend: Backing, kind: Kind, name: string): Promise<void> {
  const ref = refOf(kind, name, undefined);
  if (await backend.store.get(ref)) return;
  const sent = { apiVersion: storedApiVersion(kind), kind: kind.kind, metadata: { name } };
  const given = { name, namespace: undefined, uid: backend.newUid() };
  const namespace = await prepareCreated(kind, sent, given, {
    user: { username: "system:apiserver", groups: ["system:masters"] },
    now: backend.now(),
    fieldManager: "system:apiserver",
    tracked: true,
  });
  try {
    await backend.store.create(ref, namespace);
  } catch (error) {
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
}

/**
 * Refuses to create something in a namespace that is missing or going.
 *
 * @throws StatusError 404 with the namespace's own message, 403 while it is being deleted
 */
export async function requireNamespace(
  backend: Backing,
  kind: Kind,
  name: string,
  namespace: string,
): Promise<void> {
  const ofNamespaces = namespaceKind(backend);
  if (!ofNamespaces) return;
  const found = await backend.store.get(refOf(ofNamespaces, namespace, undefined));
  if (!found) throw notFound(labelOf(ofNamespaces), namespace);
  if (!isTerminating(found)) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(labelOf(kind), name, why);
}

/** Whether the deletion of the object has begun. */
export function isTerminating({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
