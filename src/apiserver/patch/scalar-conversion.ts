import type { Schema } from "../../registry/schema.js";
import { isJsonObject } from "./json.js";

/**
 * What a real server says when a strategically patched object has a value of the wrong type, such as
 * `cannot convert int64 to string`; undefined when all types fit. Source: kube-apiserver, converting the merged document.
 */
export function conversionError(value: unknown, schema: Schema): string | undefined {
  if (value === null || value === undefined) return undefined;
  const expected = goKind(schema);
  const actual = goKindOf(value);
  if (expected !== undefined && !fits(actual, expected)) {
    return `cannot convert ${actual} to ${expected}`;
  }
  if (Array.isArray(value)) {
    const items = schema.items ?? {};
    return firstError(value.map((item) => [item, items]));
  }
  if (!isJsonObject(value)) return undefined;
  return firstError(
    Object.entries(value).map(([key, item]) => [
      item,
      schema.properties?.[key] ?? schema.additionalProperties ?? {},
    ]),
  );
}

function firstError(children: readonly (readonly [unknown, Schema])[]): string | undefined {
  for (const [value, schema] of children) {
    const error = conversionError(value, schema);
    if (error !== undefined) return error;
  }
  return undefined;
}

const kinds: Readonly<Record<NonNullable<Schema["type"]>, string>> = {
  object: "map[string]interface {}",
  array: "[]interface {}",
  string: "string",
  integer: "int64",
  number: "float64",
  boolean: "bool",
};

function goKind(schema: Schema): string | undefined {
  return schema.type && kinds[schema.type];
}

function goKindOf(value: unknown): string {
  if (Array.isArray(value)) return kinds.array;
  if (typeof value === "number") return Number.isInteger(value) ? kinds.integer : kinds.number;
  if (typeof value === "boolean") return kinds.boolean;
  return typeof value === "string" ? kinds.string : kinds.object;
}

function fits(actual: string, expected: string): boolean {
  return actual === expected || (actual === kinds.integer && expected === kinds.number);
}
