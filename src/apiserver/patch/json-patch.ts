import { z } from "zod";
import { badRequest, StatusError } from "../../api/status-error.js";
import { isJsonObject, jsonEqual } from "./json.js";

const Operation = z.discriminatedUnion("op", [
  z.object({ op: z.literal("add"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("replace"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("test"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("remove"), path: z.string() }),
  z.object({ op: z.literal("move"), path: z.string(), from: z.string() }),
  z.object({ op: z.literal("copy"), path: z.string(), from: z.string() }),
]);
type Operation = z.infer<typeof Operation>;

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
  return patch.map(parseOperation).reduce(carryOut, target);
}

function parseOperation(value: unknown, index: number): Operation {
  const parsed = Operation.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = [index, ...(issue?.path ?? [])].join("/");
  throw badRequest(`JSON patch operation /${where}: ${issue?.message ?? "malformed"}`);
}

function carryOut(document: unknown, operation: Operation): unknown {
  const path = parsePointer(operation.path);
  switch (operation.op) {
    case "add":
      return add(document, path, operation.value);
    case "replace":
      return add(path.length === 0 ? document : remove(document, path), path, operation.value);
    case "remove":
      return remove(document, path);
    case "test":
      if (!jsonEqual(find(document, path) ?? null, operation.value ?? null)) throw cannotApply();
      return document;
    case "copy":
      return add(document, path, given(find(document, parsePointer(operation.from))));
    case "move":
      return move(document, parsePointer(operation.from), path);
  }
}

function move(document: unknown, from: readonly string[], path: readonly string[]): unknown {
  const intoItself = path.length > from.length && from.every((step, index) => step === path[index]);
  if (intoItself) throw cannotApply();
  return add(remove(document, from), path, given(find(document, from)));
}

function given(value: unknown): unknown {
  if (value === undefined) throw cannotApply();
  return value;
}

/** `/a~1b/0` → `a/b`, `0`. Source: RFC 6901. */
function parsePointer(pointer: string): readonly string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw cannotApply();
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at the path; undefined when its last step is missing. */
function find(document: unknown, path: readonly string[]): unknown {
  return path.reduce(childAt, document);
}

function childAt(parent: unknown, step: string): unknown {
  if (Array.isArray(parent)) return parent[listIndex(step, parent.length)];
  if (isJsonObject(parent)) return Object.hasOwn(parent, step) ? parent[step] : undefined;
  throw cannotApply();
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  return change(
    document,
    path,
    (parent, step) => {
      if (!Array.isArray(parent)) return withKey(parent, step, value);
      const index = step === "-" ? parent.length : listIndex(step, parent.length + 1);
      return parent.toSpliced(index, 0, value);
    },
    value,
  );
}

function remove(document: unknown, path: readonly string[]): unknown {
  return change(
    document,
    path,
    (parent, step) => {
      if (Array.isArray(parent)) return parent.toSpliced(listIndex(step, parent.length), 1);
      if (!isJsonObject(parent) || !Object.hasOwn(parent, step)) throw cannotApply();
      const { [step]: _removed, ...rest } = parent;
      return rest;
    },
    undefined,
  );
}

/** Copies what lies on the way to the last step, where `edit` makes the new parent. `root` answers an empty path. */
function change(
  document: unknown,
  path: readonly string[],
  edit: (parent: unknown, step: string) => unknown,
  root: unknown,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return root;
  if (rest.length === 0) return edit(document, step);
  const child = change(given(childAt(document, step)), rest, edit, root);
  return Array.isArray(document)
    ? document.with(listIndex(step, document.length), child)
    : withKey(document, step, child);
}

function withKey(parent: unknown, key: string, value: unknown): unknown {
  if (!isJsonObject(parent)) throw cannotApply();
  // A computed key defines `__proto__` like any other key; an assignment would not.
  return { ...parent, [key]: value };
}

/** A position in a list of that length; leading zeros, signs and anything out of range are refused. */
function listIndex(step: string, length: number): number {
  if (!/^(?:0|[1-9]\d*)$/.test(step) || Number(step) >= length) throw cannotApply();
  return Number(step);
}

function cannotApply(): StatusError {
  const message = "the server rejected our request due to an error in our request";
  return new StatusError(422, "Invalid", message, {});
}
