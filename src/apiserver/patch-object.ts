import type { KubeObject } from "../api/meta.js";
import { badRequest, conflict, fieldCause, type StatusError } from "../api/status-error.js";
import { serverSideApply } from "./apply/server-side-apply.js";
import { type Answer, type Call, findObject, lookUp, requireVersion } from "./call.js";
import { createSent } from "./create-object.js";
import { parseMediaType } from "./media-type.js";
import { applyPatch, unfitPatch } from "./patch/apply-patch.js";
import { inVersion } from "./prepare-object.js";
import { decodePatch, isRecord, readBody } from "./request-body.js";
import { parseWriteOptions, rejectOptions, type WriteOptions } from "./request-options.js";
import { retryInTurn } from "./retry-on-conflict.js";
import { conformToKind, requireName } from "./sent-object.js";
import { answerUpdate, type Half } from "./update-object.js";
import { labelOf } from "./writer.js";

const APPLY_PATCH = "application/apply-patch+yaml";

/** `PATCH` of an object: a JSON, merge or strategic patch, or server-side apply. */
export function patchObject(call: Call): Promise<Answer> {
  return patch(call, "main");
}

/** `PATCH` of an object's status. */
export function patchStatus(call: Call): Promise<Answer> {
  return patch(call, "status");
}

async function patch(call: Call, half: Half): Promise<Answer> {
  const { request, query, backend } = call;
  const options = parseWriteOptions(query, request.headers.get("user-agent"), "PatchOptions");
  const contentType = parseMediaType(request.headers.get("content-type") ?? "").type;
  const body = await readBody(request, backend.maxBodyBytes);
  if (contentType === APPLY_PATCH) {
    requireManager(call);
    const applied = decodePatch(body, contentType);
    return retryInTurn(call, () => serverSide(call, applied, half, options));
  }
  refuseForce(call);
  return retryInTurn(call, async () => {
    const before = await findObject(call);
    const sent = decodePatch(body, contentType);
    const patched = applyPatch({ contentType, patch: sent, object: before, kind: call.kind });
    const unfit = (why: string) => unfitPatch(contentType, sent, why);
    return update(call, before, patched, half, options, false, unfit);
  });
}

async function update(
  call: Call,
  before: KubeObject,
  changed: Record<string, unknown>,
  half: Half,
  options: WriteOptions,
  tracked: boolean,
  cannotDecode?: (why: string) => StatusError,
): Promise<Answer> {
  const { object, warnings } = await conformToKind(call, changed, options, before, cannotDecode);
  requireName(call, object, before);
  requireVersion(call, object, before);
  return answerUpdate(call, { before, sent: object, half, options, tracked }, warnings);
}

async function serverSide(
  call: Call,
  body: unknown,
  half: Half,
  options: WriteOptions,
): Promise<Answer> {
  const applied = identified(call, body);
  const stored = await lookUp(call);
  if (!stored && half === "status") await findObject(call);
  const live = stored && inVersion(call.kind, stored, call.apiVersion);
  if (live) {
    requireName(call, applied, live);
    requireVersion(call, applied, live);
  }
  const merged = serverSideApply({
    live,
    applied: live ? withName(applied, live.metadata.name) : applied,
    schema: call.kind.schema,
    manager: options.fieldManager,
    force: options.force,
    now: call.now,
    ...(half === "status" && { subresource: "status" }),
  });
  if (live) return update(call, live, merged, half, options, true);
  requireNoUid(call, applied);
  const { object, warnings } = await conformToKind(call, merged, options);
  const created = await createSent(call, object, options, true);
  return { type: "Object", code: 201, object: created, warnings };
}

/** An object that is named with its uid was there and is meant again; a new one would be another. @throws StatusError 409 */
function requireNoUid({ kind }: Call, { metadata }: KubeObject): void {
  if (!metadata.uid) return;
  const why = `uid mismatch: the provided object specified uid ${metadata.uid}, and no existing object was found`;
  throw conflict(labelOf(kind), metadata.name, why);
}

/** An applied object may leave out its name, kind and apiVersion, but not contradict the path. @throws StatusError 400 */
function identified({ kind, apiVersion, path }: Call, body: unknown): KubeObject {
  if (!isRecord(body)) throw badRequest(`error decoding patch: the body is not a ${kind.kind}`);
  const { metadata = {} } = body;
  if (!isRecord(metadata)) throw badRequest("metadata must be an object");
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const name = metadata.name ?? path.name ?? "";
  if (typeof name !== "string") throw badRequest("metadata.name must be a string");
  return {
    ...body,
    apiVersion: typeof body.apiVersion === "string" ? body.apiVersion : apiVersion,
    kind: typeof body.kind === "string" ? body.kind : kind.kind,
    metadata: { ...metadata, name },
  };
}

function withName(object: KubeObject, name: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, name } };
}

function requireManager({ query }: Call): void {
  if (query.get("fieldManager")) return;
  rejectOptions("PatchOptions", [
    fieldCause.required("fieldManager", "is required for apply patch"),
  ]);
}

function refuseForce({ query }: Call): void {
  if (!query.get("force")) return;
  rejectOptions("PatchOptions", [
    fieldCause.forbidden("force", "may not be specified for non-apply patch"),
  ]);
}
