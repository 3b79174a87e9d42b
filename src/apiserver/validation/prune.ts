import { isJsonObject, type JsonObject } from "../../api/json.js";
import { canonicalQuantity } from "../../api/quantity.js";
import { messageNameOf } from "../../registry/builtin-schema.js";
import type { Schema } from "../../registry/schema.js";

/** The object without what its schema does not know, and the paths of what was left out. */
export interface Pruned {
  readonly value: JsonObject;
  readonly unknownFields: readonly string[];
}

/**
 * Leaves out fields that the schema does not know, and nulls, which mean the same as absence unless the field is nullable. Quantities
 * get their canonical form. Parts that do not change are shared with the input.
 */
export function prune(object: JsonObject, schema: Schema): Pruned {
  const unknownFields: string[] = [];
  return { value: pruneObject(object, schema, "", unknownFields), unknownFields };
}

function pruneValue(value: unknown, schema: Schema, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) return pruneList(value, schema, path, unknown);
  if (isJsonObject(value)) return pruneObject(value, schema, path, unknown);
  if (!isQuantity(schema)) return value;
  return typeof value === "string" || typeof value === "number"
    ? canonicalQuantity(String(value))
    : value;
}

function isQuantity(schema: Schema): boolean {
  return schema.format === "quantity" && schema["x-kubernetes-int-or-string"] === true;
}

function pruneList(list: readonly unknown[], schema: Schema, path: string, unknown: string[]) {
  const items = schema.items;
  if (!items) return list;
  const pruned = list.map((item, index) => pruneValue(item, items, `${path}[${index}]`, unknown));
  return pruned.every((item, index) => item === list[index]) ? list : pruned;
}

function pruneObject(
  object: JsonObject,
  schema: Schema,
  path: string,
  unknown: string[],
): JsonObject {
  if (isOpaque(schema)) return object;
  const kept: [string, unknown][] = [];
  let changed = false;
  for (const [key, value] of Object.entries(object)) {
    const child = childSchema(schema, key);
    const field = path === "" ? key : `${path}.${key}`;
    const known = isKnown(schema, child);
    if (!known) unknown.push(field);
    const pruned = child ? pruneValue(value, child, field, unknown) : value;
    const keep = known && isKept(pruned, child, key, schema);
    if (keep) kept.push([key, pruned]);
    changed ||= !keep || pruned !== value;
  }
  return changed ? Object.fromEntries(kept) : object;
}

function isKnown(schema: Schema, child: Schema | undefined): boolean {
  return child !== undefined || schema["x-kubernetes-preserve-unknown-fields"] === true;
}

/** Where the schema says nothing of a field, or that it may be null, null is a value. */
function isKept(value: unknown, child: Schema | undefined, key: string, parent: Schema): boolean {
  if (!child) return true;
  return value === null ? child.nullable === true : !isOmitted(value, child, key, parent);
}

/** Go leaves an empty list or map out when the field is optional; custom resources keep it as it was sent. */
function isOmitted(value: unknown, child: Schema, key: string, parent: Schema): boolean {
  if (!messageNameOf(parent) || parent.required?.includes(key)) return false;
  if (Array.isArray(value)) return value.length === 0;
  const isMap = child.additionalProperties !== undefined && isJsonObject(value);
  return isMap && Object.keys(value).length === 0;
}

/** The schema of a field or of a map's value; undefined when the field is unknown. */
function childSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  return schema.additionalProperties;
}

/** Nothing is known of what is inside, or the value has the wrong type, which is reported elsewhere. */
function isOpaque(schema: Schema): boolean {
  // Fields without a type are those of a value that may be something else than an object.
  if (schema.type !== "object" && !(schema.type === undefined && schema.properties)) return true;
  return !schema.properties && schema["x-kubernetes-preserve-unknown-fields"] === true;
}
