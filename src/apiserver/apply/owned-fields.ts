import type { Schema } from "../../registry/schema.js";
import { difference, type FieldSet, insertPath, newFieldSet } from "./field-set.js";
import { fieldElement } from "./path-element.js";
import { childSchema, isDeclared, itemSchema, shapeOf } from "./shape.js";

/**
 * The fields that an applied value speaks for: its leaves, its list items, the keys of its maps. Nulls and fields that
 * the schema does not know are left out. Source: structured-merge-diff `typed.ToFieldSet`.
 */
export function fieldsOf(value: unknown, schema: Schema): FieldSet {
  const set = newFieldSet();
  fill(set, value, schema);
  return withoutMetadataItself(set);
}

/** Every object has metadata; nobody owns that it is there. */
function withoutMetadataItself(set: FieldSet): FieldSet {
  const metadata = newFieldSet();
  insertPath(metadata, [fieldElement("metadata")]);
  return difference(set, metadata);
}

function fill(set: FieldSet, value: unknown, schema: Schema): void {
  const shape = shapeOf(value, schema);
  if (shape.type === "leaf") {
    set.owned = true;
    return;
  }
  if (shape.type === "list") {
    for (const [element, item] of shape.items) {
      const child = newFieldSet(true);
      fill(child, item, itemSchema(schema));
      set.children.set(element, child);
    }
    return;
  }
  for (const [key, field] of Object.entries(shape.fields)) {
    const inner = childSchema(schema, key);
    if (!inner || field === null || field === undefined) continue;
    const child = newFieldSet(!isDeclared(schema, key) || isEmptyObject(field));
    fill(child, field, inner);
    // An empty list of items says nothing that could be owned.
    if (child.owned || child.children.size > 0) set.children.set(fieldElement(key), child);
  }
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.keys(value).length === 0
    : false;
}

/**
 * The set with every struct field on the way to one of its paths. Whoever owned all that is in a struct owned the struct;
 * when the last of it goes, the struct goes. Source: structured-merge-diff `EnsureNamedFieldsAreMembers`.
 */
export function withEnclosingFields(set: FieldSet, schema: Schema): FieldSet {
  const result = newFieldSet(set.owned);
  for (const [element, child] of set.children) {
    const name = element.startsWith("f:") ? element.slice(2) : undefined;
    const inner = name === undefined ? itemSchema(schema) : (childSchema(schema, name) ?? {});
    const closed = withEnclosingFields(child, inner);
    if (name !== undefined && isDeclared(schema, name)) closed.owned = true;
    result.children.set(element, closed);
  }
  return result;
}
