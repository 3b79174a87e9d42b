import { isJsonObject, type JsonObject } from "../../api/json.js";
import type { Schema } from "../../registry/schema.js";
import { itemElement } from "./path-element.js";

/** How server-side apply sees a value: as one whole, as fields or keys, or as items that can be told apart. */
export type Shape =
  | { readonly type: "leaf" }
  | { readonly type: "map"; readonly fields: JsonObject }
  | { readonly type: "list"; readonly items: ReadonlyMap<string, unknown> };

const leaf: Shape = { type: "leaf" };

/**
 * The shape of a value. Lists are one whole unless the schema says how to tell their items apart and all items can be;
 * a value of another type than the schema's is one whole, too (it is refused elsewhere).
 */
export function shapeOf(value: unknown, schema: Schema): Shape {
  if (isJsonObject(value)) {
    const granular = schema["x-kubernetes-map-type"] !== "atomic" && isOpen(schema);
    return granular ? { type: "map", fields: value } : leaf;
  }
  if (!Array.isArray(value)) return leaf;
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "map" && listType !== "set") return leaf;
  const items = indexItems(value, schema);
  return items ? { type: "list", items } : leaf;
}

function isOpen(schema: Schema): boolean {
  return schema.type === "object" || schema["x-kubernetes-preserve-unknown-fields"] === true;
}

function indexItems(list: readonly unknown[], schema: Schema): Map<string, unknown> | undefined {
  const items = new Map<string, unknown>();
  for (const item of list) {
    const element = itemElement(item, schema);
    if (element === undefined || items.has(element)) return undefined;
    items.set(element, item);
  }
  return items;
}

const untyped: Schema = { "x-kubernetes-preserve-unknown-fields": true };

/** The schema of a field or a map's value; undefined when the schema does not know the field. */
export function childSchema(schema: Schema, key: string): Schema | undefined {
  if (isDeclared(schema, key)) return schema.properties?.[key];
  if (schema.additionalProperties) return schema.additionalProperties;
  return schema["x-kubernetes-preserve-unknown-fields"] ? untyped : undefined;
}

/** Whether it is a field of a struct, as opposed to a key of a map. */
export function isDeclared(schema: Schema, key: string): boolean {
  return schema.properties !== undefined && Object.hasOwn(schema.properties, key);
}

export function itemSchema(schema: Schema): Schema {
  return schema.items ?? untyped;
}
