import { jsonEqual } from "../../api/json.js";
import type { Schema } from "../../registry/schema.js";
import { type FieldSet, insertPath, newFieldSet } from "./field-set.js";
import { fieldElement } from "./path-element.js";
import { childSchema, itemSchema, type Shape, shapeOf } from "./shape.js";

/** What differs between two states of an object. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two states of a value field by field. Source: structured-merge-diff `typed.Compare`. */
export function compare(before: unknown, after: unknown, schema: Schema): Comparison {
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
  const left = before === undefined ? undefined : shapeOf(before, schema);
  const right = after === undefined ? undefined : shapeOf(after, schema);
  if (isOneWhole(left, right)) {
    if (jsonEqual(before, after)) return;
    insertPath(changeOf(left, right, result) ?? result.modified, path);
    return;
  }
  for (const [element, [inner, a, b]] of children(left, right, schema)) {
    compareValue(a, b, inner, [...path, element], result);
  }
  const set = changeOf(left, right, result);
  if (set && path.length > 0) insertPath(set, path);
}

function changeOf(left: Shape | undefined, right: Shape | undefined, result: Comparison) {
  if (!left) return result.added;
  return right ? undefined : result.removed;
}

/** Values without parts, values of different shapes, and empty ones: there is nothing to descend into. */
function isOneWhole(left: Shape | undefined, right: Shape | undefined): boolean {
  if (left && right && left.type !== right.type) return true;
  return isWhole(left) && isWhole(right);
}

function isWhole(shape: Shape | undefined): boolean {
  if (!shape || shape.type === "leaf") return true;
  if (shape.type === "list") return shape.items.size === 0;
  return Object.keys(shape.fields).length === 0;
}

type Pair = readonly [schema: Schema, before: unknown, after: unknown];

/** The parts of both sides by path element. Fields that the schema does not know are nobody's. */
function children(
  left: Shape | undefined,
  right: Shape | undefined,
  schema: Schema,
): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const [element, [inner, value]] of parts(left, schema)) {
    pairs.set(element, [inner, value, undefined]);
  }
  for (const [element, [inner, value]] of parts(right, schema)) {
    pairs.set(element, [inner, pairs.get(element)?.[1], value]);
  }
  return pairs;
}

function* parts(
  shape: Shape | undefined,
  schema: Schema,
): Generator<readonly [string, readonly [Schema, unknown]]> {
  if (shape?.type === "list") {
    const inner = itemSchema(schema);
    for (const [element, item] of shape.items) yield [element, [inner, item]];
  }
  if (shape?.type === "map") {
    for (const [key, value] of Object.entries(shape.fields)) {
      const inner = childSchema(schema, key);
      if (inner && value !== undefined && value !== null) yield [fieldElement(key), [inner, value]];
    }
  }
}
