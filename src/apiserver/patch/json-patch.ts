import { applyJsonPatch, JsonPatchOperation } from "../../api/json-patch.js";
import { badRequest, StatusError } from "../../api/status-error.js";

/** More operations are refused, as on a real server. */
const maxOperations = 10_000;

/**
 * The target after the operations of a JSON patch, which happen all or not at all. Source: RFC 6902; refusals as
 * kube-apiserver's.
 *
 * @throws StatusError 400 when the patch is not a list of operations, 413 when it is too long, 422 when an operation
 *   cannot be carried out or a test fails
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest(
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    );
  if (patch.length > maxOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`;
    throw new StatusError(413, "RequestEntityTooLarge", message);
  }
  const result = applyJsonPatch(target, patch.map(parseOperation));
  if (!result.ok) throw cannotApply();
  return result.value;
}

function parseOperation(value: unknown, index: number): JsonPatchOperation {
  const parsed = JsonPatchOperation.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = [index, ...(issue?.path ?? [])].join("/");
  throw badRequest(`JSON patch operation /${where}: ${issue?.message ?? "malformed"}`);
}

/** A real server does not say which operation, nor why. */
function cannotApply(): StatusError {
  const message = "the server rejected our request due to an error in our request";
  return new StatusError(422, "Invalid", message, {});
}
