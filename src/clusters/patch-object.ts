import type { KubeObject, ManagedFieldsEntry } from "../api/meta.js";
import { FIELD_MANAGER } from "../manifests/field-managers.js";
import { hasCause } from "./answer.js";
import type { MemberConnection, MemberResponse } from "./member-connection.js";

/** The live object a patch is meant for. The server refuses it when the object has been replaced or changed since. */
export interface Precondition {
  readonly uid: string;
  /** Only where a decision rests on the object's contents. */
  readonly resourceVersion?: string | undefined;
}

export interface ServerSideApply {
  /** Of the object. */
  readonly path: string;
  readonly object: KubeObject;
  readonly force: boolean;
  readonly precondition?: Precondition | undefined;
  /** Answers what would happen and changes nothing. */
  readonly dryRun?: boolean;
}

/**
 * What creating and patching have in common: a field that the server does not know is an error, as it is with
 * server-side apply, and not something that gets lost.
 */
const STRICTLY = new URLSearchParams({ fieldManager: FIELD_MANAGER, fieldValidation: "Strict" });

/** Creates an object; `collection` is the path of its kind in its namespace. */
export async function createObject(
  connection: MemberConnection,
  collection: string,
  object: KubeObject,
  signal: AbortSignal,
): Promise<MemberResponse> {
  const path = `${collection}?${STRICTLY}`;
  return await connection.request({ method: "POST", path, body: object, signal });
}

export interface ObjectPatch {
  /** Of the object. */
  readonly path: string;
  readonly patch: Readonly<Record<string, unknown>>;
  /** Otherwise it is a JSON merge patch. */
  readonly strategic: boolean;
  readonly precondition?: Precondition | undefined;
}

export async function patchObject(
  connection: MemberConnection,
  { path, patch, strategic, precondition }: ObjectPatch,
  signal: AbortSignal,
): Promise<MemberResponse> {
  const metadata = patch.metadata as object | undefined;
  return await connection.request({
    method: "PATCH",
    path: `${path}?${STRICTLY}`,
    contentType: `application/${strategic ? "strategic-merge-patch" : "merge-patch"}+json`,
    body: { ...patch, metadata: { ...metadata, ...precondition } },
    signal,
  });
}

/** Rewrites who manages which fields of an object that nobody has changed since `resourceVersion`. */
export async function replaceManagedFields(
  connection: MemberConnection,
  upgrade: {
    readonly path: string;
    readonly managers: readonly ManagedFieldsEntry[];
    readonly resourceVersion: string | undefined;
  },
  signal: AbortSignal,
): Promise<MemberResponse> {
  const replace = (path: string, value: unknown) => ({ op: "replace", path, value });
  return await connection.request({
    method: "PATCH",
    path: upgrade.path,
    contentType: "application/json-patch+json",
    body: [
      replace("/metadata/managedFields", upgrade.managers),
      replace("/metadata/resourceVersion", upgrade.resourceVersion),
    ],
    signal,
  });
}

/** Server-side applies an object; 201 when that created it. */
export async function serverSideApply(
  connection: MemberConnection,
  { path, object, force, precondition, dryRun }: ServerSideApply,
  signal: AbortSignal,
): Promise<MemberResponse> {
  const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, force: String(force) });
  if (dryRun) query.set("dryRun", "All");
  return await connection.request({
    method: "PATCH",
    path: `${path}?${query}`,
    contentType: "application/apply-patch+yaml",
    body: { ...object, metadata: { ...object.metadata, ...precondition } },
    signal,
  });
}

/**
 * Whether the precondition did not hold, or an object to be created was there. A server-side apply with a uid is refused with 409 when the object is gone,
 * with 422 on `metadata.uid` when it is another one, and with 409 when the resource version is another. Source: observed
 * with kube-apiserver 1.35.
 */
export function isStale(response: MemberResponse): boolean {
  if (response.status === 409) return !isConflict(response);
  return response.status === 422 && hasCause(response, { field: "metadata.uid" });
}

/** Whether fields belong to other managers, and were not taken from them by force. */
export function isConflict(response: MemberResponse): boolean {
  return response.status === 409 && hasCause(response, { reason: "FieldManagerConflict" });
}
