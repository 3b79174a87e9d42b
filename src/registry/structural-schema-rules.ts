import { fieldCause, type StatusCause } from "../api/status-error.js";
import { fieldAt, fieldsOf, listAt, stringAt } from "./fields.js";
import { goPattern } from "./go-pattern.js";
import { nestedSchemaCauses } from "./nested-schema-rules.js";
import { ruleFormCauses } from "./rule-form.js";

const TYPES: readonly string[] = ["array", "boolean", "integer", "number", "object", "string"];
const UNSUPPORTED: readonly string[] = [
  "$ref",
  "definitions",
  "dependencies",
  "id",
  "patternProperties",
  "additionalItems",
];
const LIST_TYPES: readonly string[] = ["atomic", "set", "map"];

/**
 * What keeps an `openAPIV3Schema` from being structural. `field` is where it stands in its definition.
 * Source: apiextensions-apiserver, structural schema validation: rules and texts.
 */
export function structuralSchemaCauses(schema: unknown, field: string): readonly StatusCause[] {
  const type = stringAt(schema, "type");
  const root =
    type === "object"
      ? []
      : type === undefined
        ? [fieldCause.required(`${field}.type`, "must not be empty at the root")]
        : [fieldCause.invalid(`${field}.type`, type, "must be object at the root")];
  return [...root, ...causesOf(schema, field, "for the root")];
}

/** Every schema inside that declares fields, with what it is in the words of messages. */
function children(schema: unknown, field: string): readonly (readonly [unknown, string, string])[] {
  const properties = Object.entries(fieldsOf(fieldAt(schema, "properties")));
  const additional = fieldAt(schema, "additionalProperties");
  const items = fieldAt(schema, "items");
  return [
    ...properties.map(
      ([name, property]) =>
        [property, `${field}.properties[${name}]`, "for specified object fields"] as const,
    ),
    ...(typeof additional === "object" && additional !== null
      ? [[additional, `${field}.additionalProperties`, "for specified object fields"] as const]
      : []),
    ...(items === undefined
      ? []
      : [[items, `${field}.items`, "for specified array items"] as const]),
  ];
}

function causesOf(schema: unknown, field: string, where: string): readonly StatusCause[] {
  return [
    ...typeCauses(schema, field, where),
    ...shapeCauses(schema, field),
    ...listCauses(schema, field),
    ...ruleFormCauses(schema, field),
    ...nestedSchemaCauses(schema, field),
    ...children(schema, field).flatMap(([child, at, inWords]) => causesOf(child, at, inWords)),
  ];
}

function typeCauses(schema: unknown, field: string, where: string): readonly StatusCause[] {
  const type = fieldAt(schema, "type");
  if (type === undefined || type === "") {
    const free =
      fieldAt(schema, "x-kubernetes-int-or-string") === true ||
      fieldAt(schema, "x-kubernetes-preserve-unknown-fields") === true ||
      where === "for the root";
    return free ? [] : [fieldCause.required(`${field}.type`, `must not be empty ${where}`)];
  }
  return typeof type === "string" && TYPES.includes(type)
    ? []
    : [fieldCause.notSupported(`${field}.type`, type, TYPES)];
}

function shapeCauses(schema: unknown, field: string): readonly StatusCause[] {
  const has = (name: string) => fieldAt(schema, name) !== undefined;
  const causes = UNSUPPORTED.filter(has).map((name) =>
    fieldCause.forbidden(`${field}.${name}`, `${name} is not supported`),
  );
  if (fieldAt(schema, "uniqueItems") === true) {
    const why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    causes.push(fieldCause.forbidden(`${field}.uniqueItems`, why));
  }
  if (has("properties") && has("additionalProperties") && fieldAt(schema, "additionalProperties")) {
    const why = "additionalProperties and properties are mutual exclusive";
    causes.push(fieldCause.forbidden(`${field}.additionalProperties`, why));
  }
  if (fieldAt(schema, "x-kubernetes-preserve-unknown-fields") === false) {
    const why = "must be true or undefined";
    causes.push(fieldCause.invalid(`${field}.x-kubernetes-preserve-unknown-fields`, false, why));
  }
  if (
    fieldAt(schema, "x-kubernetes-embedded-resource") === true &&
    stringAt(schema, "type") !== "object"
  ) {
    const why = "must be object if x-kubernetes-embedded-resource is true";
    causes.push(fieldCause.invalid(`${field}.type`, fieldAt(schema, "type") ?? "", why));
  }
  return causes;
}

function listCauses(schema: unknown, field: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (fieldAt(schema, "type") === "array" && fieldAt(schema, "items") === undefined) {
    causes.push(fieldCause.required(`${field}.items`, "must be specified"));
  }
  const listType = fieldAt(schema, "x-kubernetes-list-type");
  const keys = listAt(schema, "x-kubernetes-list-map-keys");
  if (listType !== undefined && !LIST_TYPES.includes(String(listType))) {
    causes.push(fieldCause.notSupported(`${field}.x-kubernetes-list-type`, listType, LIST_TYPES));
  }
  if (listType === "map" && keys.length === 0) {
    const why = "must not be empty if x-kubernetes-list-type is map";
    causes.push(fieldCause.required(`${field}.x-kubernetes-list-map-keys`, why));
  }
  return causes;
}

/** Source: apiextensions-apiserver `pkg/apiserver/validation/formats.go`. */
const FORMATS = new Set(
  "bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor rgbcolor byte password date duration datetime k8sshortname k8slongname".split(
    " ",
  ),
);

/** Formats that no server knows, in a real server's words: they ask for nothing. */
export function unrecognizedFormats(schema: unknown): readonly string[] {
  const found = new Set<string>();
  visit(schema, (part) => {
    const format = stringAt(part, "format");
    if (format === undefined || stringAt(part, "type") !== "string") return;
    if (!FORMATS.has(format.replaceAll("-", ""))) found.add(format);
  });
  return [...found].map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

/** What a schema asks for that is not done here, one sentence each. */
export function unevaluated(schema: unknown): readonly string[] {
  const found = new Set<string>();
  visit(schema, (part) => {
    const pattern = stringAt(part, "pattern");
    if (pattern !== undefined && !goPattern(pattern)) {
      found.add(`pattern ${JSON.stringify(pattern)} is stored, but not evaluated here`);
    }
  });
  return [...found];
}

function visit(schema: unknown, look: (part: unknown) => void): void {
  look(schema);
  for (const [child] of children(schema, "")) visit(child, look);
}
