import { type JsonObject, jsonEqual } from "../../api/json.js";
import type { Schema } from "../../registry/schema.js";
import { type FieldSet, insertPath, insertSet, newFieldSet } from "./field-set.js";
import { fieldElement } from "./path-element.js";
import { childSchema, itemSchema, type Shape, shapeOf } from "./shape.js";

/** What differs between two states of an object. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two states of an object field by field. Source: structured-merge-diff `typed.Compare`. */
export function compare(before: JsonObject, after: JsonObject, schema: Schema): Comparison {
  const comparison = { added: newFieldSet(), modified: newFieldSet(), removed: newFieldSet() };
  compareValue(before, after, schema, [], comparison);
  return comparison;
}

function compareValue(
  before: unknown,
  after: unknown,
  schema: Schema,
  path: readonly string[],
  result: Comparison,
): void {
  if (before === after) return;
  if (before === undefined) {
    insertSet(result.added, path, everyField(after, schema));
    return;
  }
  if (after === undefined) {
    insertSet(result.removed, path, everyField(before, schema));
    return;
  }
  const left = shapeOf(before, schema);
  const right = shapeOf(after, schema);
  if (isOneWhole(left, right)) {
    if (!jsonEqual(before, after)) insertPath(result.modified, path);
    return;
  }
  for (const [element, [inner, a, b]] of children(left, right, schema)) {
    compareValue(a, b, inner, [...path, element], result);
  }
}

/** All that is in a value which the other state does not have, and the value itself. */
function everyField(value: unknown, schema: Schema): FieldSet {
  const set = newFieldSet(true);
  for (const [element, [inner, part]] of parts(shapeOf(value, schema), schema)) {
    set.children.set(element, everyField(part, inner));
  }
  return set;
}

/** Values without parts, values of different shapes, and empty ones: there is nothing to descend into. */
function isOneWhole(left: Shape, right: Shape): boolean {
  return left.type !== right.type || (isWhole(left) && isWhole(right));
}

function isWhole(shape: Shape): boolean {
  if (shape.type === "leaf") return true;
  if (shape.type === "list") return shape.items.size === 0;
  return Object.keys(shape.fields).length === 0;
}

type Part = readonly [element: string, value: readonly [schema: Schema, value: unknown]];
type Pair = readonly [schema: Schema, before: unknown, after: unknown];

/** The parts of both sides by path element. Fields that the schema does not know are nobody's. */
function children(left: Shape, right: Shape, schema: Schema): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const [element, [inner, value]] of parts(left, schema)) {
    pairs.set(element, [inner, value, undefined]);
  }
  for (const [element, [inner, value]] of parts(right, schema)) {
    pairs.set(element, [inner, pairs.get(element)?.[1], value]);
  }
  return pairs;
}

function parts(shape: Shape, schema: Schema): readonly Part[] {
  if (shape.type === "list") {
    const inner = itemSchema(schema);
    return [...shape.items].map(([element, item]) => [element, [inner, item]]);
  }
  const found: Part[] = [];
  if (shape.type === "leaf") return found;
  for (const [key, value] of Object.entries(shape.fields)) {
    const inner = childSchema(schema, key);
    if (inner && value !== undefined && value !== null) {
      found.push([fieldElement(key), [inner, value]]);
    }
  }
  return found;
}
