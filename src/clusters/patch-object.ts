import type { KubeObject } from "../api/meta.js";
import { hasCause } from "./answer.js";
import type { MemberConnection, MemberResponse } from "./member-connection.js";

/** Under this name the member's server keeps which fields are ours. */
export const FIELD_MANAGER = "stagecoach";

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
 * Whether the precondition did not hold. A server-side apply with a uid is refused with 409 when the object is gone,
 * with 422 on `metadata.uid` when it is another one, and with 409 when the resource version is another. Source: observed
 * with kube-apiserver 1.35.
 */
export function isStale(response: MemberResponse): boolean {
  if (response.status === 409) return !hasCause(response, { reason: "FieldManagerConflict" });
  return response.status === 422 && hasCause(response, { field: "metadata.uid" });
}
