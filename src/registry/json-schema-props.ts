import { nameMessage } from "./builtin-schema.js";
import type { Schema } from "./schema.js";

const MESSAGE = "apiextensions.k8s.io/v1.JSONSchemaProps";

const TEXTS = "$ref $schema description format id pattern title type";
const FLAGS =
  "exclusiveMaximum exclusiveMinimum nullable uniqueItems x-kubernetes-embedded-resource x-kubernetes-int-or-string x-kubernetes-preserve-unknown-fields";
const COUNTS = "maxItems maxLength maxProperties minItems minLength minProperties";
const NUMBERS = "maximum minimum multipleOf";

const text: Schema = { type: "string" };
const texts: Schema = { type: "array", items: text };
const anything: Schema = { "x-kubernetes-preserve-unknown-fields": true };

const rule: Schema = {
  type: "object",
  required: ["rule"],
  properties: {
    rule: text,
    message: text,
    messageExpression: text,
    reason: text,
    fieldPath: text,
    optionalOldSelf: { type: "boolean" },
  },
};

/** The schema of a schema in a definition. It contains itself. Source: `apiextensions.k8s.io/v1` JSONSchemaProps. */
export const jsonSchemaProps: Schema = recursive();

function recursive(): Schema {
  const properties: Record<string, Schema> = {
    ...each(TEXTS, text),
    ...each(FLAGS, { type: "boolean" }),
    ...each(COUNTS, { type: "integer", format: "int64" }),
    ...each(NUMBERS, { type: "number", format: "double" }),
    default: anything,
    example: anything,
    // Its items may be null, which a list of Go's has no room for.
    enum: anything,
    required: texts,
    externalDocs: { type: "object", properties: { description: text, url: text } },
    "x-kubernetes-list-map-keys": texts,
    "x-kubernetes-list-type": text,
    "x-kubernetes-map-type": text,
    "x-kubernetes-validations": { type: "array", items: rule },
  };
  const schema: Schema = { type: "object", properties };
  // Other values stand for all schemas or none: true, false, and a list of schemas.
  const orOther: Schema = { properties };
  const list: Schema = { type: "array", items: schema };
  const map: Schema = { type: "object", additionalProperties: schema };
  Object.assign(properties, {
    ...each("not", schema),
    ...each("items additionalItems additionalProperties", orOther),
    ...each("allOf anyOf oneOf", list),
    ...each("properties patternProperties definitions", map),
    dependencies: { type: "object", additionalProperties: orOther },
  });
  nameMessage(schema, MESSAGE);
  nameMessage(orOther, `${MESSAGE}OrOther`);
  return schema;
}

function each(names: string, schema: Schema): Readonly<Record<string, Schema>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, schema]));
}
