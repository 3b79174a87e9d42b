import type { KubeObject } from "../api/meta.js";
import { LAST_APPLIED_ANNOTATION } from "../manifests/last-applied.js";
import type { Owner, ResourceIdentifier } from "../manifests/outcome.js";
import { isOwnedBy, OWNED_BY_ANNOTATION, SPEC_HASH_ANNOTATION } from "../manifests/ownership.js";
import { restPath } from "../manifests/rest-path.js";
import { objectOf, succeeded, wordsOf } from "./answer.js";
import type { MemberConnection, MemberResponse } from "./member-connection.js";
import { findMapping } from "./rest-mappings.js";

/** What became of an object that a placement no longer wants. */
export type Removal =
  /** Gone, or going without anybody's help. */
  | { readonly kind: "Removed" }
  /** It is not, or no longer, this placement's and stays. */
  | { readonly kind: "Released" }
  /** Its deletion has been accepted, and its finalizers hold it. */
  | { readonly kind: "Held"; readonly message: string }
  | { readonly kind: "Remaining"; readonly message: string };

/** By this finalizer the API server itself removes a definition's objects first. */
const DEFINITION_CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

const REMOVED: Removal = { kind: "Removed" };
const RELEASED: Removal = { kind: "Released" };

/**
 * Deletes an object of a placement, in the background and only if its owner annotation says that it still is the
 * placement's. An object that others own as well only loses that annotation.
 */
export async function removeObject(
  connection: MemberConnection,
  owner: Owner,
  identifier: ResourceIdentifier,
  signal: AbortSignal,
): Promise<Removal> {
  const lookup = await findMapping(connection, identifier, signal);
  // A definition takes its objects along when it goes.
  if (lookup.kind === "NotServed") return REMOVED;
  if (lookup.kind === "Failed") return { kind: "Remaining", message: lookup.message };
  const path = restPath(lookup.mapping, identifier);
  const read = await connection.request({ method: "GET", path, signal });
  if (read.status === 404) return REMOVED;
  if (!succeeded(read)) return { kind: "Remaining", message: wordsOf(read) };

  const live = objectOf(read, path);
  if (!isOwnedBy(live, owner)) return RELEASED;
  if (live.metadata.deletionTimestamp) return goingOrHeld(live);
  if (live.metadata.ownerReferences?.length) {
    return await release(connection, path, live, signal);
  }
  return await deleteObject(connection, path, live, signal);
}

async function deleteObject(
  connection: MemberConnection,
  path: string,
  live: KubeObject,
  signal: AbortSignal,
): Promise<Removal> {
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Background",
    preconditions: { uid: live.metadata.uid },
  };
  const response = await connection.request({ method: "DELETE", path, body, signal });
  if (response.status === 404) return REMOVED;
  if (!succeeded(response)) return { kind: "Remaining", message: wordsOf(response) };
  return isSuccessStatus(response) ? REMOVED : goingOrHeld(objectOf(response, path));
}

async function release(
  connection: MemberConnection,
  path: string,
  live: KubeObject,
  signal: AbortSignal,
): Promise<Removal> {
  const { uid, resourceVersion } = live.metadata;
  const annotations = {
    [OWNED_BY_ANNOTATION]: null,
    [SPEC_HASH_ANNOTATION]: null,
    [LAST_APPLIED_ANNOTATION]: null,
  };
  const response = await connection.request({
    method: "PATCH",
    path,
    contentType: "application/merge-patch+json",
    body: { metadata: { uid, resourceVersion, annotations } },
    signal,
  });
  if (succeeded(response) || response.status === 404) return RELEASED;
  return { kind: "Remaining", message: wordsOf(response) };
}

/** What the servers' own controllers finish, or an object's grace period, needs nobody's attention. */
function goingOrHeld(live: KubeObject): Removal {
  const { deletionTimestamp, finalizers = [] } = live.metadata;
  const foreign = finalizers.filter((finalizer) => finalizer !== DEFINITION_CLEANUP);
  if (!deletionTimestamp || foreign.length === 0 || live.kind === "Namespace") return REMOVED;
  const message = `is being deleted and waits for its finalizers ${foreign.join(", ")}`;
  return { kind: "Held", message };
}

/** A server answers a deletion with a Status, or with the object when that is not gone yet. */
function isSuccessStatus({ body }: MemberResponse): boolean {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "Status";
}
