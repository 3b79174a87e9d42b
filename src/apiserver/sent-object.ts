import type { KubeObject } from "../api/meta.js";
import { badRequest, fieldCause, invalid, type StatusError } from "../api/status-error.js";
import type { Call } from "./call.js";
import { decodeObject, isRecord, readBody } from "./request-body.js";
import type { WriteOptions } from "./request-options.js";
import { conform } from "./validation/conform.js";

/** An object from a request, in the form of its kind. */
export interface SentObject {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Reads the body of a create or an update. @throws StatusError 400, 413, 415, 422 */
export async function readObject(call: Call, options: WriteOptions): Promise<SentObject> {
  return conformToKind(call, await readDocument(call), options);
}

/** The body of a request as it was sent. @throws StatusError 400, 413, 415 */
export async function readDocument(call: Call): Promise<Record<string, unknown>> {
  const bytes = await readBody(call.request, call.backend.maxBodyBytes);
  return decodeObject(bytes, call.request.headers.get("content-type"), call.kind.kind);
}

/**
 * Checks that an object is of the call's kind, in its namespace, and has the kind's form.
 *
 * @param before the object that it replaces
 * @param cannotDecode the refusal of what has the wrong types, given why; a 400 when absent
 * @throws StatusError 400, 422
 */
export async function conformToKind(
  call: Call,
  body: Record<string, unknown>,
  options: WriteOptions,
  before?: KubeObject,
  cannotDecode?: (why: string) => StatusError,
): Promise<SentObject> {
  requireKind(call, body);
  const { kind, apiVersion } = call;
  const { object, warnings } = conform({
    kind,
    object: { ...body, apiVersion, kind: kind.kind },
    apiVersion,
    fieldValidation: options.fieldValidation,
    before,
    cannotDecode,
  });
  requireNamespace(call, object);
  return { object, warnings: [...warnings, ...((await kind.warnings?.(object)) ?? [])] };
}

/** Absent kind and apiVersion are those of the path. */
function requireKind({ kind, apiVersion }: Call, body: Record<string, unknown>): void {
  const sentKind = stringIn(body, "kind") ?? kind.kind;
  const sentVersion = stringIn(body, "apiVersion") ?? apiVersion;
  if (sentKind !== kind.kind) throw wrongKind(kind, sentKind, sentVersion, nameIn(body));
  if (sentVersion === apiVersion) return;
  throw badRequest(
    `the API version in the data (${sentVersion}) does not match the expected API version (${apiVersion})`,
  );
}

function stringIn(body: Record<string, unknown>, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw badRequest(`couldn't get version/kind; json parse error: ${field} is not a string`);
}

function wrongKind(kind: Call["kind"], sentKind: string, sentVersion: string, name: string) {
  if (kind.builtin) {
    return badRequest(
      `${sentKind} in version "${sentVersion}" cannot be handled as a ${kind.kind}`,
    );
  }
  const label = { group: kind.group, kind: sentKind };
  return invalid(label, name, [fieldCause.invalid("kind", sentKind, `must be ${kind.kind}`)]);
}

function nameIn(body: Record<string, unknown>): string {
  const { metadata } = body;
  return isRecord(metadata) && typeof metadata.name === "string" ? metadata.name : "";
}

function requireNamespace({ kind, path }: Call, object: KubeObject): void {
  const { namespace } = object.metadata;
  if (!kind.namespaced || !namespace || namespace === path.namespace) return;
  throw badRequest(
    "the namespace of the provided object does not match the namespace sent on the request",
  );
}

/** A replacement says itself which object it is. @throws StatusError 400 */
export function requireOwnName({ path }: Call, sent: KubeObject): void {
  if (sent.metadata.name) return;
  throw badRequest(
    `the name of the object (${path.name ?? ""} based on URL) was undeterminable: name must be provided`,
  );
}

/** The name in an update must be the path's; an older spelling in both is fine. @throws StatusError 400 */
export function requireName({ path }: Call, sent: KubeObject, before: KubeObject): void {
  const { name } = sent.metadata;
  if (!name || name === before.metadata.name || name === path.name) return;
  throw badRequest(
    `the name of the object (${name}) does not match the name on the URL (${path.name ?? ""})`,
  );
}
