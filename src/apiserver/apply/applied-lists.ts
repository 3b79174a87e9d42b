import { badRequest } from "../../api/status-error.js";
import type { Schema } from "../../registry/schema.js";
import { isJsonObject } from "../patch/json.js";
import { fieldElement, itemElement, printPath } from "./path-element.js";
import { childSchema, itemSchema } from "./shape.js";

/**
 * Refuses an applied value whose lists cannot be merged by item: an item without its key, or two with the same.
 *
 * @throws StatusError 400 with the path of the list
 */
export function requireMergeableLists(
  value: unknown,
  schema: Schema,
  path: readonly string[] = [],
): void {
  if (isJsonObject(value)) {
    for (const [key, field] of Object.entries(value)) {
      const inner = childSchema(schema, key);
      if (inner) requireMergeableLists(field, inner, [...path, fieldElement(key)]);
    }
    return;
  }
  const listType = schema["x-kubernetes-list-type"];
  if (!Array.isArray(value) || (listType !== "map" && listType !== "set")) return;
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const element = itemElement(item, schema);
    if (element === undefined) throw withoutKey(item, index, schema, path);
    if (seen.has(element)) {
      const key = printPath([element]);
      throw badRequest(`${printPath(path)}: duplicate entries for key ${key}`);
    }
    seen.add(element);
    requireMergeableLists(item, itemSchema(schema), [...path, element]);
  }
}

function withoutKey(item: unknown, index: number, schema: Schema, path: readonly string[]) {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const missing = keys.find((key) => !isJsonObject(item) || item[key] === undefined);
  const why =
    missing === undefined
      ? "set elements must be scalars"
      : `associative list with keys has an element that omits key field "${missing}" (and doesn't have default value)`;
  return badRequest(`${printPath(path)}: element ${index}: ${why}`);
}
