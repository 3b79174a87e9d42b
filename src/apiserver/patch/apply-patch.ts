import { isJsonObject, type JsonObject } from "../../api/json.js";
import type { KubeObject } from "../../api/meta.js";
import { badRequest, fieldCause, invalid, StatusError } from "../../api/status-error.js";
import type { Kind } from "../../registry/kind.js";
import { goValue } from "./go-value.js";
import { jsonPatch } from "./json-patch.js";
import { mergePatch } from "./merge-patch.js";
import { conversionError } from "./scalar-conversion.js";
import { strategicMergePatch } from "./strategic-merge-patch.js";

const jsonPatchType = "application/json-patch+json";
const mergePatchType = "application/merge-patch+json";
const strategicMergePatchType = "application/strategic-merge-patch+json";
const applyPatchType = "application/apply-patch+yaml";

/**
 * The object after the patch; the input stays as it is. `contentType` may carry parameters. Server-side apply is not
 * among the types: it needs more than two documents.
 *
 * @throws StatusError 415 for a content type the kind does not take, 400 for a patch of the wrong form, 422 for one that
 *   cannot be carried out
 */
export function applyPatch(input: {
  contentType: string;
  patch: unknown;
  object: KubeObject;
  kind: Kind;
}): KubeObject {
  const { patch, object, kind } = input;
  const contentType = contentTypeOf(input.contentType);
  if (contentType === jsonPatchType) return asObject(jsonPatch(object, patch));
  if (contentType === mergePatchType)
    return asObject(mergePatch(object, mustBeObject(patch, "error decoding patch: ")));
  if (contentType === strategicMergePatchType && kind.builtin) {
    return strategic(object, mustBeObject(patch), kind);
  }
  throw unsupportedPatchType(kind);
}

function strategic(object: KubeObject, patch: JsonObject, kind: Kind): KubeObject {
  const patched = strategicMergePatch(object, patch, kind.schema);
  const error = conversionError(patched, kind.schema);
  if (error === undefined) return asObject(patched);
  throw unfitPatch(strategicMergePatchType, patch, error);
}

/**
 * The refusal of a patch after which nothing can be read as the kind any more. It names neither kind nor object, as a real
 * server's, so kubectl prints "The request is invalid". Of merge and JSON patches it repeats the patch, and not the whole object.
 */
export function unfitPatch(contentType: string, patch: unknown, why: string): StatusError {
  const isStrategic = contentTypeOf(contentType) === strategicMergePatchType;
  const shown = isStrategic ? goValue(patch) : JSON.stringify(patch);
  return invalid({ group: "", kind: "" }, "", [fieldCause.invalid("patch", shown, why)]);
}

function contentTypeOf(text: string): string {
  return text.split(";")[0]?.trim().toLowerCase() ?? "";
}

function mustBeObject(patch: unknown, prefix = ""): JsonObject {
  if (isJsonObject(patch)) return patch;
  const type = Array.isArray(patch) ? "array" : patch === null ? "null" : typeof patch;
  throw badRequest(
    `${prefix}json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
  );
}

/** Every patch starts from a whole object, so only its own identity can have been patched away. */
function asObject(value: unknown): KubeObject {
  if (!isJsonObject(value) || !isJsonObject(value.metadata)) {
    throw badRequest("the patch must leave an object with metadata");
  }
  // Types inside are checked against the kind's schema next.
  return value as KubeObject;
}

/** 415 with the patch types that the kind takes; kubectl prints its own text around it. */
function unsupportedPatchType(kind: Pick<Kind, "builtin">): StatusError {
  const types = kind.builtin
    ? [jsonPatchType, mergePatchType, strategicMergePatchType, applyPatchType]
    : [jsonPatchType, mergePatchType, applyPatchType];
  return new StatusError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${types.join(", ")}`,
  );
}
