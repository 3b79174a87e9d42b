import { isJsonObject, type JsonObject } from "../../api/json.js";
import { fieldCause, type StatusCause } from "../../api/status-error.js";
import { correlatedItem } from "../../registry/correlated-item.js";
import { fieldsOf, sameJson } from "../../registry/fields.js";
import { goPattern } from "../../registry/go-pattern.js";
import type { Schema } from "../../registry/schema.js";
import { hasFormat } from "../../registry/string-format.js";
import { combinationCauses } from "./combinations.js";

/**
 * What is wrong with an object by its structural schema, one cause per field. `metadata` is left out: it is checked
 * on its own.
 *
 * @param before the object that it replaces: what an update leaves as it was is not held against it, as the schema may
 *   have become stricter
 *
 * Source: texts of kube-apiserver for custom resources (kube-openapi's validators), and its ratcheting.
 */
export function structuralCauses(
  object: JsonObject,
  schema: Schema,
  before: JsonObject = {},
): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const { metadata: _checkedElsewhere, ...properties } = schema.properties ?? {};
  const { metadata: _notHere, ...rest } = object;
  checkObject(rest, { ...schema, properties }, "", causes, before);
  return causes;
}

function check(
  value: unknown,
  schema: Schema,
  field: string,
  causes: StatusCause[],
  before?: unknown,
): void {
  if (before !== undefined && sameJson(value, before)) return;
  if (value === null && schema.nullable) return;
  const expected = expectedType(value, schema);
  if (expected) {
    causes.push(fieldCause.typeInvalid(field, jsonType(value), expected));
    if (schema.enum) causes.push(fieldCause.notSupported(field, value, schema.enum));
    causes.push(...combinations(value, schema, field));
    return;
  }
  if (schema.enum && !schema.enum.some((allowed) => sameJson(allowed, value))) {
    causes.push(fieldCause.notSupported(field, value, schema.enum));
    return;
  }
  if (Array.isArray(value)) checkList(value, schema, field, causes, before);
  else if (isJsonObject(value)) checkObject(value, schema, field, causes, before);
  else if (typeof value === "string") checkString(value, schema, field, causes);
  else if (typeof value === "number") checkNumber(value, schema, field, causes);
  causes.push(...combinations(value, schema, field));
}

function combinations(value: unknown, schema: Schema, field: string): readonly StatusCause[] {
  return combinationCauses(schema, field, (part) => {
    const found: StatusCause[] = [];
    check(value, part, field, found);
    return found;
  });
}

/** The type that was expected when the value has another one; undefined when it fits. */
function expectedType(value: unknown, schema: Schema): string | undefined {
  const actual = jsonType(value);
  if (schema["x-kubernetes-int-or-string"]) {
    return actual === "integer" || actual === "string" ? undefined : "integer,string";
  }
  if (schema.type === undefined || actual === schema.type) return undefined;
  return schema.type === "number" && actual === "integer" ? undefined : schema.type;
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function checkObject(
  value: JsonObject,
  schema: Schema,
  field: string,
  causes: StatusCause[],
  before: unknown,
): void {
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) causes.push(fieldCause.required(join(field, name)));
  }
  checkSize(value, schema, field, causes);
  for (const [key, child] of Object.entries(value)) {
    const properties = schema.properties ?? {};
    const known = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (!known || child === undefined) continue;
    check(child, known, join(field, key), causes, fieldsOf(before)[key]);
  }
}

function checkSize(value: JsonObject, schema: Schema, field: string, causes: StatusCause[]): void {
  const { minProperties, maxProperties } = schema;
  const size = Object.keys(value).length;
  if (maxProperties !== undefined && size > maxProperties) {
    causes.push(fieldCause.tooMany(field, size, maxProperties));
  }
  if (minProperties !== undefined && size < minProperties) {
    const why = `${field} in body should have at least ${minProperties} properties`;
    causes.push(fieldCause.invalid(field, size, why));
  }
}

function join(field: string, name: string): string {
  return field === "" ? name : `${field}.${name}`;
}

function checkList(
  list: readonly unknown[],
  schema: Schema,
  field: string,
  causes: StatusCause[],
  before: unknown,
): void {
  const { minItems, maxItems, items } = schema;
  if (maxItems !== undefined && list.length > maxItems) {
    causes.push(fieldCause.tooMany(field, list.length, maxItems));
  }
  if (minItems !== undefined && list.length < minItems) {
    const why = `${field} in body should have at least ${minItems} items`;
    causes.push(fieldCause.invalid(field, list.length, why));
  }
  for (const [index, item] of items ? list.entries() : []) {
    check(item, items ?? {}, `${field}[${index}]`, causes, correlatedItem(schema, before, item));
  }
  checkDuplicates(list, schema, field, causes);
}

function checkDuplicates(
  list: readonly unknown[],
  schema: Schema,
  field: string,
  causes: StatusCause[],
): void {
  const type = schema["x-kubernetes-list-type"];
  if (type !== "map" && type !== "set") return;
  const keys = schema["x-kubernetes-list-map-keys"];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const identity = keys && isJsonObject(item) ? pick(item, keys) : item;
    const text = JSON.stringify(identity);
    if (seen.has(text)) causes.push(fieldCause.duplicate(`${field}[${index}]`, identity));
    seen.add(text);
  }
}

function pick(item: JsonObject, keys: readonly string[]) {
  return Object.fromEntries(keys.map((key) => [key, item[key]]));
}

function checkString(value: string, schema: Schema, field: string, causes: StatusCause[]): void {
  const { minLength, maxLength, pattern } = schema;
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) {
    causes.push(fieldCause.tooLong(field, maxLength));
    return;
  }
  if (minLength !== undefined && length < minLength) {
    const why = `${field} in body should be at least ${minLength} chars long`;
    causes.push(fieldCause.invalid(field, value, why));
  }
  if (pattern !== undefined && goPattern(pattern)?.test(value) === false) {
    causes.push(fieldCause.invalid(field, value, `${field} in body should match '${pattern}'`));
  }
  const { format } = schema;
  if (format !== undefined && !hasFormat(value, format)) {
    causes.push(fieldCause.typeInvalid(field, value, format));
  }
}

function checkNumber(value: number, schema: Schema, field: string, causes: StatusCause[]): void {
  const { minimum, maximum, multipleOf } = schema;
  const refuse = (why: string) =>
    causes.push(fieldCause.invalid(field, value, `${field} in body should be ${why}`));
  if (minimum !== undefined && schema.exclusiveMinimum && value <= minimum) {
    refuse(`greater than ${minimum}`);
  } else if (minimum !== undefined && value < minimum) {
    refuse(`greater than or equal to ${minimum}`);
  }
  if (maximum !== undefined && schema.exclusiveMaximum && value >= maximum) {
    refuse(`less than ${maximum}`);
  } else if (maximum !== undefined && value > maximum) {
    refuse(`less than or equal to ${maximum}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    refuse(`a multiple of ${multipleOf}`);
  }
}
