import { objectMetaSchema } from "./builtin-schema.js";
import type { Schema } from "./schema.js";

/** `apiextensions.k8s.io/v1` JSONSchemaProps, as far as it differs from what it becomes. */
type JsonSchemaProps = Omit<Schema, "properties" | "additionalProperties" | "items"> & {
  readonly properties?: Readonly<Record<string, JsonSchemaProps>>;
  readonly additionalProperties?: JsonSchemaProps | boolean;
  readonly items?: JsonSchemaProps;
};

/**
 * The schema of custom resources from a definition's `openAPIV3Schema`; without one, anything is accepted. Metadata is
 * ObjectMeta whatever the definition says of it, and embedded resources have their identity and metadata.
 */
export function schemaFromDefinition(
  openApi: Readonly<Record<string, unknown>> | undefined,
): Schema {
  // What is stored has passed `structuralSchemaCauses`.
  const body = convert((openApi ?? PRESERVING) as JsonSchemaProps);
  return {
    ...body,
    type: "object",
    properties: { ...body.properties, ...identity() },
    ...(body.required && { required: body.required.filter((name) => !(name in identity())) }),
  };
}

const PRESERVING: JsonSchemaProps = {
  type: "object",
  "x-kubernetes-preserve-unknown-fields": true,
};

function identity(): Readonly<Record<string, Schema>> {
  return {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: objectMetaSchema(),
  };
}

function convert(json: JsonSchemaProps): Schema {
  const { properties, additionalProperties, items, ...rest } = json;
  const schema: Schema = {
    ...rest,
    ...(properties && { properties: convertEach(properties) }),
    ...(additionalProperties && {
      additionalProperties: additionalProperties === true ? {} : convert(additionalProperties),
    }),
    ...(items && { items: convert(items) }),
  };
  return json["x-kubernetes-embedded-resource"] ? embedded(schema) : schema;
}

function convertEach(properties: Readonly<Record<string, JsonSchemaProps>>) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, convert(property)]),
  );
}

function embedded(schema: Schema): Schema {
  const required = new Set([...(schema.required ?? []), "apiVersion", "kind"]);
  return {
    ...schema,
    type: "object",
    properties: { ...schema.properties, ...identity() },
    required: [...required],
  };
}
