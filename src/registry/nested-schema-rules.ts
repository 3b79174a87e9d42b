import { fieldCause, type StatusCause } from "../api/status-error.js";
import { fieldAt, fieldsOf, listAt, sameJson } from "./fields.js";

/** What says what a value is, instead of which values are fine: that has its place outside. */
const OUTSIDE_ONLY: Readonly<Record<string, "empty" | "false" | "undefined">> = {
  title: "empty",
  description: "empty",
  default: "undefined",
  additionalProperties: "undefined",
  nullable: "false",
  "x-kubernetes-preserve-unknown-fields": "false",
  "x-kubernetes-embedded-resource": "false",
  "x-kubernetes-int-or-string": "false",
  "x-kubernetes-list-map-keys": "empty",
  "x-kubernetes-list-type": "undefined",
  "x-kubernetes-map-type": "undefined",
  "x-kubernetes-validations": "empty",
};
const INT_OR_STRING = [{ type: "integer" }, { type: "string" }];

/**
 * What a schema's `allOf`, `anyOf`, `oneOf` and `not` may not hold, rules in CEL among it.
 * Source: apiextensions-apiserver, structural schema validation: rules and texts.
 */
export function nestedSchemaCauses(schema: unknown, field: string): readonly StatusCause[] {
  return combined(schema, field).flatMap(([part, at]) => causesOf(part, at, isIntOrString(schema)));
}

/** @param typed whether the types of `x-kubernetes-int-or-string` may stand in it */
function causesOf(schema: unknown, field: string, typed: boolean): readonly StatusCause[] {
  const { type, items, properties } = fieldsOf(schema);
  const allowed = typed && INT_OR_STRING.some((each) => sameJson(each, schema));
  const below = [
    ...combined(schema, field).map(([part, at]) => [part, at, typed] as const),
    ...(items === undefined ? [] : [[items, `${field}.items`, false] as const]),
    ...Object.entries(fieldsOf(properties)).map(
      ([name, property]) => [property, `${field}.properties[${name}]`, false] as const,
    ),
  ];
  return [
    ...Object.entries(OUTSIDE_ONLY)
      .filter(([name, why]) => isSet(fieldAt(schema, name), why))
      .map(([name, why]) => forbidden(`${field}.${name}`, why)),
    ...(isSet(type, "empty") && !allowed ? [forbidden(`${field}.type`, "empty")] : []),
    ...below.flatMap(([part, at, inside]) => causesOf(part, at, inside)),
  ];
}

function combined(schema: unknown, field: string): readonly (readonly [unknown, string])[] {
  const not = fieldAt(schema, "not");
  const lists = ["allOf", "anyOf", "oneOf"].flatMap((name) =>
    listAt(schema, name).map((part, index) => [part, `${field}.${name}[${index}]`] as const),
  );
  return not === undefined ? lists : [...lists, [not, `${field}.not`]];
}

function isIntOrString(schema: unknown): boolean {
  return fieldAt(schema, "x-kubernetes-int-or-string") === true;
}

function isSet(value: unknown, unless: string): boolean {
  if (unless === "undefined") return value !== undefined && value !== null;
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== "" && value !== false;
}

function forbidden(field: string, why: string): StatusCause {
  return fieldCause.forbidden(field, `must be ${why} to be structural`);
}
