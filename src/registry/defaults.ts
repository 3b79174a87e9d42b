import { type Fields, fieldsOf } from "./fields.js";
import type { Schema } from "./schema.js";

/** `fields` with what is missing filled in. An empty string counts as missing where the default is a text. */
export function fillIn(fields: Fields, defaults: Fields): Fields {
  const missing = Object.entries(defaults).filter(([key, value]) => {
    const given = fields[key];
    return given === undefined || given === null || (given === "" && typeof value === "string");
  });
  return missing.length === 0 ? fields : { ...fields, ...Object.fromEntries(missing) };
}

/** `fields` with the object under `key` changed by `change`; as they are when there is no such object. */
export function within(fields: Fields, key: string, change: (inner: Fields) => Fields): Fields {
  const inner = fields[key];
  if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return fields;
  const changed = change(fieldsOf(inner));
  return changed === inner ? fields : { ...fields, [key]: changed };
}

/** `fields` with each object of the list under `key` changed by `change`. */
export function withinEach(fields: Fields, key: string, change: (item: Fields) => Fields): Fields {
  const list = fields[key];
  if (!Array.isArray(list)) return fields;
  return { ...fields, [key]: list.map((item) => change(fieldsOf(item))) };
}

/** Applies `changes` one after the other. */
export function chain(fields: Fields, ...changes: readonly ((fields: Fields) => Fields)[]): Fields {
  return changes.reduce((result, change) => change(result), fields);
}

/**
 * `value` with the schema's defaults where an object lacks a field that has one. Objects that are missing altogether
 * stay missing. Source: structural defaulting of custom resources.
 */
export function withSchemaDefaults(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map((item) => withSchemaDefaults(items, item)) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const { properties, additionalProperties } = schema;
  if (!properties)
    return additionalProperties ? withEachDefaulted(additionalProperties, value) : value;
  const fields = { ...fieldsOf(value) };
  for (const [key, property] of Object.entries(properties)) {
    if (fields[key] === undefined && property.default !== undefined) fields[key] = property.default;
    if (fields[key] !== undefined) fields[key] = withSchemaDefaults(property, fields[key]);
  }
  return fields;
}

function withEachDefaulted(schema: Schema, values: object): Fields {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, withSchemaDefaults(schema, value)]),
  );
}
