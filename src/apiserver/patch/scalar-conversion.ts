import { isJsonObject } from "../../api/json.js";
import type { Schema } from "../../registry/schema.js";

/**
 * What a real server says when a strategically patched object has a value of the wrong type, such as
 * `cannot convert int64 to string`; undefined when all types fit. Types that read their own JSON (quantities, times, int
 * or string) are left to the check of the whole object.
 *
 * Source: k8s.io/apimachinery `runtime` converter.go, `FromUnstructured`.
 */
export function conversionError(value: unknown, schema: Schema): string | undefined {
  if (value === null || value === undefined) return undefined;
  const error = mismatch(value, schema);
  if (error !== undefined) return error;
  if (Array.isArray(value)) {
    const items = schema.items ?? {};
    return firstError(value.map((item) => [item, items]));
  }
  if (!isJsonObject(value)) return undefined;
  return firstError(Object.entries(value).map(([key, item]) => [item, fieldSchema(schema, key)]));
}

function fieldSchema(schema: Schema, key: string): Schema {
  const { properties, additionalProperties } = schema;
  const declared = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return declared ?? additionalProperties ?? {};
}

function firstError(children: readonly (readonly [unknown, Schema])[]): string | undefined {
  for (const [value, schema] of children) {
    const error = conversionError(value, schema);
    if (error !== undefined) return error;
  }
  return undefined;
}

function mismatch(value: unknown, schema: Schema): string | undefined {
  const from = goKind(value);
  switch (schema.type) {
    case "object":
      if (from === "map") return undefined;
      return schema.properties
        ? `cannot restore struct from: ${from}`
        : `cannot restore map from ${from}`;
    case "array":
      return from === "slice" ? undefined : `cannot restore slice from ${from}`;
    case "string":
      if (from === "string") return undefined;
      return from === "int64" ? "cannot convert int64 to string" : "unrecognized type: string";
    case "integer":
    case "number":
      return numberMismatch(from, schema);
    case "boolean":
      return from === "bool" ? undefined : "unrecognized type: bool";
    case undefined:
      return undefined;
  }
}

function numberMismatch(from: string, schema: Schema): string | undefined {
  const to = schema.type === "number" ? "float64" : (schema.format ?? "int64");
  if (from === "int64" || (from === "float64" && to === "float64")) return undefined;
  return from === "float64" ? `cannot convert float64 to ${to}` : `unrecognized type: ${to}`;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return "slice";
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "int64" : "float64";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    default:
      return "map";
  }
}
