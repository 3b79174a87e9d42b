import { z } from "zod";
import { isJsonObject, jsonEqual } from "./json.js";

/** One operation of a JSON patch. Source: RFC 6902. */
export const JsonPatchOperation = z.discriminatedUnion("op", [
  z.object({ op: z.literal("add"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("replace"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("test"), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal("remove"), path: z.string() }),
  z.object({ op: z.literal("move"), path: z.string(), from: z.string() }),
  z.object({ op: z.literal("copy"), path: z.string(), from: z.string() }),
]);
export type JsonPatchOperation = z.infer<typeof JsonPatchOperation>;

export type JsonPatchResult =
  | { readonly ok: true; readonly value: unknown }
  /** Nothing is changed then; `why` is one sentence about the first operation that cannot be carried out. */
  | { readonly ok: false; readonly operation: number; readonly why: string };

/** The document after all operations; the input stays as it is. Source: RFC 6902. */
export function applyJsonPatch(
  document: unknown,
  operations: readonly JsonPatchOperation[],
): JsonPatchResult {
  let value = document;
  for (const [index, operation] of operations.entries()) {
    try {
      value = carryOut(value, operation);
    } catch (error) {
      if (!(error instanceof CannotApply)) throw error;
      return { ok: false, operation: index, why: error.message };
    }
  }
  return { ok: true, value };
}

/** Whether the text is a JSON pointer to something inside a document. Source: RFC 6901. */
export function isPointer(text: string): boolean {
  return text.startsWith("/") && !/~(?![01])/.test(text);
}

/** Ends the operation at hand, wherever it is in the document; never leaves this file. */
class CannotApply extends Error {}

function carryOut(document: unknown, operation: JsonPatchOperation): unknown {
  const path = parsePointer(operation.path);
  switch (operation.op) {
    case "add":
      return add(document, path, operation.value);
    case "replace":
      return add(path.length === 0 ? document : remove(document, path), path, operation.value);
    case "remove":
      return remove(document, path);
    case "test":
      if (!jsonEqual(find(document, path) ?? null, operation.value ?? null)) {
        throw new CannotApply(`${operation.path} has another value than the test expects`);
      }
      return document;
    case "copy":
      return add(document, path, copied(document, operation.from));
    case "move":
      return move(document, operation.from, path);
  }
}

function move(document: unknown, pointer: string, path: readonly string[]): unknown {
  const from = parsePointer(pointer);
  const intoItself = path.length > from.length && from.every((step, index) => step === path[index]);
  if (intoItself) throw new CannotApply(`${pointer} cannot be moved into itself`);
  return add(remove(document, from), path, copied(document, pointer));
}

function copied(document: unknown, pointer: string): unknown {
  const path = parsePointer(pointer);
  const value = find(document, path);
  if (value === undefined) throw missing(path.at(-1) ?? "");
  return value;
}

/** `/a~1b/0` → `a/b`, `0`. Source: RFC 6901. */
function parsePointer(pointer: string): readonly string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/"))
    throw new CannotApply(`path ${pointer} does not begin with a slash`);
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
  throw childless(step);
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
      if (!isJsonObject(parent) || !Object.hasOwn(parent, step)) throw missing(step);
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
  const inner = childAt(document, step);
  if (inner === undefined) throw missing(step);
  const child = change(inner, rest, edit, root);
  return Array.isArray(document)
    ? document.with(listIndex(step, document.length), child)
    : withKey(document, step, child);
}

function withKey(parent: unknown, key: string, value: unknown): unknown {
  if (!isJsonObject(parent)) throw childless(key);
  // A computed key defines `__proto__` like any other key; an assignment would not.
  return { ...parent, [key]: value };
}

/** A position in a list of that length; leading zeros, signs and anything out of range are refused. */
function listIndex(step: string, length: number): number {
  if (!/^(?:0|[1-9]\d*)$/.test(step) || Number(step) >= length) {
    throw new CannotApply(`the list has no place "${step}"`);
  }
  return Number(step);
}

function missing(step: string): CannotApply {
  return new CannotApply(`there is no "${step}"`);
}

function childless(step: string): CannotApply {
  return new CannotApply(
    `"${step}" is looked for in something that is neither an object nor a list`,
  );
}
