import { isJsonObject, type JsonObject } from "../../api/json.js";
import type { Schema } from "../../registry/schema.js";
import type { FieldSet } from "./field-set.js";
import { fieldElement, itemElement } from "./path-element.js";
import { childSchema, itemSchema, type Shape, shapeOf } from "./shape.js";

/**
 * The live value with everything that was applied laid over it: structs and maps by field, lists by item where the
 * schema tells items apart, everything else as a whole. Nulls in what was applied say nothing. Parts that do not change
 * are shared with `live`. Source: structured-merge-diff `typed.Merge`.
 */
export function merge(live: unknown, applied: unknown, schema: Schema): unknown {
  if (applied === undefined || applied === null) return live;
  const left = shapeOf(live, schema);
  const right = shapeOf(applied, schema);
  if (right.type === "map") {
    const fields = isJsonObject(live) ? live : {};
    return mergeFields(left.type === "map" ? left.fields : fields, right.fields, schema, live);
  }
  if (right.type === "list" && left.type === "list") return mergeItems(left, right, schema, live);
  return applied;
}

function mergeFields(
  live: JsonObject,
  applied: JsonObject,
  schema: Schema,
  whole: unknown,
): unknown {
  const result = new Map(Object.entries(live));
  let changed = !isJsonObject(whole);
  for (const [key, value] of Object.entries(applied)) {
    if (value === null || value === undefined) continue;
    const before = result.get(key);
    // A field that the schema does not know is kept here, so that validation can refuse it.
    const inner = childSchema(schema, key);
    const merged = inner ? merge(before, value, inner) : value;
    if (merged === before) continue;
    result.set(key, merged);
    changed = true;
  }
  return changed ? Object.fromEntries(result) : whole;
}

type ListShape = Extract<Shape, { type: "list" }>;

/** Applied items keep their order; live items that were not applied stay in front of the next shared item. */
function mergeItems(live: ListShape, applied: ListShape, schema: Schema, whole: unknown): unknown {
  const inner = itemSchema(schema);
  const merged = [...applied.items].map(([element, item]) => ({
    shared: live.items.has(element),
    element,
    value: merge(live.items.get(element), item, inner),
  }));
  const result: unknown[] = [];
  let next = 0;
  for (const [element, item] of live.items) {
    if (!applied.items.has(element)) {
      result.push(item);
      continue;
    }
    const upcoming = merged.findIndex((entry, index) => index >= next && entry.shared);
    if (merged[upcoming]?.element !== element) continue;
    result.push(...merged.slice(next, upcoming + 1).map((entry) => entry.value));
    next = upcoming + 1;
  }
  result.push(...merged.slice(next).map((entry) => entry.value));
  return sameItems(result, whole) ? whole : result;
}

function sameItems(items: readonly unknown[], whole: unknown): boolean {
  return (
    Array.isArray(whole) &&
    whole.length === items.length &&
    items.every((item, index) => item === whole[index])
  );
}

/** The value without the fields and items in the set; undefined when nothing is left of a value that lost something. */
export function removeFields(value: unknown, set: FieldSet, schema: Schema): unknown {
  if (set.children.size === 0) return value;
  const shape = shapeOf(value, schema);
  if (shape.type === "leaf") return value;
  if (shape.type === "list") return removeItems(value, set, schema);
  const kept = Object.entries(shape.fields).flatMap(([key, field]) => {
    const child = set.children.get(fieldElement(key));
    const rest = keptPart(field, child, childSchema(schema, key) ?? {});
    return rest === undefined ? [] : [[key, rest] as const];
  });
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

function removeItems(value: unknown, set: FieldSet, schema: Schema): unknown {
  if (!Array.isArray(value)) return value;
  const kept = value.flatMap((item) => {
    const child = set.children.get(itemElement(item, schema) ?? "");
    const rest = keptPart(item, child, itemSchema(schema));
    return rest === undefined ? [] : [rest];
  });
  return kept.length > 0 ? kept : undefined;
}

function keptPart(value: unknown, set: FieldSet | undefined, schema: Schema): unknown {
  if (!set) return value;
  return set.owned ? undefined : removeFields(value, set, schema);
}
