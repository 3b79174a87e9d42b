import { z } from "zod";
import { objectMetaSchema } from "./builtin-schema.js";
import type { Schema } from "./schema.js";

/** JSON Schema as zod writes it, as far as it is read here. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly [keyword: string]: unknown;
}

/**
 * The structural schema of one of our own kinds, from its zod schema: what it accepts, not what it parses to.
 * Descriptions come from `.describe()`, list types and the like from `.meta({"x-kubernetes-list-type": …})`. Variants
 * become one object of all their fields, as a structural schema asks for; `metadata` becomes ObjectMeta's schema.
 */
export function schemaFromZod(schema: z.ZodType): Schema {
  const body = valueSchemaFromZod(schema);
  return {
    ...body,
    properties: {
      ...body.properties,
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: objectMetaSchema(),
    },
    ...(body.required && { required: withoutIdentity(body.required) }),
  };
}

/** The schema of a value that is no Kubernetes object, such as the body of an action. */
export function valueSchemaFromZod(schema: z.ZodType): Schema {
  return convert(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);
}

/** Every request has them: the API surface sees to it, with messages of its own. */
function withoutIdentity(required: readonly string[]): readonly string[] {
  return required.filter((name) => !["apiVersion", "kind", "metadata"].includes(name));
}

function convert(json: JsonSchema): Schema {
  const variants = json.anyOf ?? json.oneOf;
  if (variants) {
    // An explicit null is the same as leaving the field out.
    const real = variants.filter((variant) => variant.type !== "null");
    return { ...mergeVariants(real.map(convert)), ...annotations(json) };
  }
  if (json.allOf) return { ...mergeParts(partsOf(json, json.allOf)), ...annotations(json) };
  const type = typeOf(json);
  switch (type) {
    case "object":
      return { type, ...objectParts(json), ...annotations(json) };
    case "array":
      return { type, items: convert(json.items ?? {}), ...annotations(json) };
    case "string":
      return { type, ...stringParts(json), ...annotations(json) };
    case "integer":
    case "number":
      return { type, ...numberParts(json, type), ...annotations(json) };
    case "boolean":
      return { type, ...annotations(json) };
    case undefined:
      return { "x-kubernetes-preserve-unknown-fields": true, ...annotations(json) };
  }
}

/** The parts of an `allOf`; those that only narrow the type beside it inherit that type. */
function partsOf({ allOf: _parts, ...base }: JsonSchema, parts: readonly JsonSchema[]): Schema[] {
  if (base.type === undefined) return parts.map(convert);
  const type = base.type;
  return [base, ...parts.map((part): JsonSchema => ({ type, ...part }))].map(convert);
}

type TypeName = NonNullable<Schema["type"]>;
const typeNames: readonly TypeName[] = [
  "object",
  "array",
  "string",
  "integer",
  "number",
  "boolean",
];

/** The type beside `null`. */
function typeOf(json: JsonSchema): TypeName | undefined {
  const listed = typeof json.type === "string" ? [json.type] : (json.type ?? []);
  return typeNames.find((name) => listed.includes(name));
}

function objectParts(json: JsonSchema): Schema {
  const extra = json.additionalProperties;
  const properties = mapValues(json.properties ?? {}, convert);
  const required = json.required ?? [];
  const named = Object.keys(properties).length > 0;
  const values = typeof extra === "object" && Object.keys(extra).length > 0 ? extra : undefined;
  const open = extra === true || (typeof extra === "object" && !values);
  return {
    ...(named && { properties }),
    ...(required.length > 0 && { required }),
    ...(values && { additionalProperties: convert(values) }),
    ...(open && { "x-kubernetes-preserve-unknown-fields": true }),
  };
}

function stringParts(json: JsonSchema): Schema {
  const values = json.const === undefined ? json.enum : [json.const];
  const texts = values?.filter((value) => typeof value === "string");
  const format = json.format;
  return {
    ...(texts && { enum: texts }),
    ...(format && { format }),
    // The format says it already, and zod's patterns for formats help nobody in an error message.
    ...(json.pattern !== undefined && !format && { pattern: json.pattern }),
  };
}

function numberParts(json: JsonSchema, type: "integer" | "number"): Schema {
  const { minimum, maximum } = json;
  const int32 = minimum === -(2 ** 31) && maximum === 2 ** 31 - 1;
  return {
    ...(type === "integer" && { format: int32 ? "int32" : "int64" }),
    ...(minimum !== undefined && !isTypeLimit(minimum) && { minimum }),
    ...(maximum !== undefined && !isTypeLimit(maximum) && { maximum }),
  };
}

/** zod writes the range of the type into every integer. */
function isTypeLimit(value: number): boolean {
  return Math.abs(value) >= 2 ** 31 - 1;
}

const passedOn = [
  "description",
  "default",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
  "x-kubernetes-patch-strategy",
  "x-kubernetes-patch-merge-key",
] as const satisfies readonly (keyof Schema)[];

/** Keywords that mean the same in both forms; they come from zod's own checks and from `.meta()`. */
function annotations(json: JsonSchema): Schema {
  return Object.fromEntries(
    passedOn.filter((key) => json[key] !== undefined).map((key) => [key, json[key]]),
  );
}

/** One schema that accepts what any variant accepts. */
function mergeVariants(variants: readonly Schema[]): Schema {
  const types = new Set(variants.map((variant) => variant.type));
  if (types.size === 2 && types.has("integer") && types.has("string")) {
    const { minimum, maximum } = variants.find((variant) => variant.type === "integer") ?? {};
    const { pattern } = variants.find((variant) => variant.type === "string") ?? {};
    return {
      "x-kubernetes-int-or-string": true,
      ...(pattern !== undefined && { pattern }),
      ...(minimum !== undefined && { minimum }),
      ...(maximum !== undefined && { maximum }),
    };
  }
  const [first, ...others] = variants;
  if (!first) return {};
  if (types.size > 1) return { "x-kubernetes-preserve-unknown-fields": true };
  return others.reduce(eitherOf, first);
}

function eitherOf(a: Schema, b: Schema): Schema {
  const properties = mergeProperties(a, b, eitherOf);
  const required = a.required?.filter((name) => b.required?.includes(name)) ?? [];
  const { required: _either, enum: _values, ...rest } = { ...b, ...a };
  return {
    ...rest,
    ...(properties && { properties }),
    ...(required.length > 0 && { required }),
    ...(a.enum && b.enum && { enum: [...new Set([...a.enum, ...b.enum])] }),
  };
}

/** One schema that asks for what all parts ask for. */
function mergeParts(parts: readonly Schema[]): Schema {
  return parts.reduce(bothOf, {});
}

function bothOf(a: Schema, b: Schema): Schema {
  const properties = mergeProperties(a, b, (_left, right) => right);
  const required = [...new Set([...(a.required ?? []), ...(b.required ?? [])])];
  return {
    ...a,
    ...b,
    ...(properties && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function mergeProperties(a: Schema, b: Schema, merge: (a: Schema, b: Schema) => Schema) {
  if (!a.properties && !b.properties) return undefined;
  const result: Record<string, Schema> = { ...a.properties };
  for (const [name, schema] of Object.entries(b.properties ?? {})) {
    const known = result[name];
    result[name] = known ? merge(known, schema) : schema;
  }
  return result;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
