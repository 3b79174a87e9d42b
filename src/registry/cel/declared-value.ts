import type { Environment } from "@marcbachmann/cel-js";
import { Duration } from "@marcbachmann/cel-js/evaluator";
import { fieldsOf, sameJson } from "../fields.js";
import type { Schema } from "../schema.js";
import { parseWrittenDuration } from "../written-duration.js";

/** What a schema is to rules. */
export interface Declared {
  /** Its type, as the engine names types. */
  readonly type: string;
  /** A JSON value of this schema as a value of that type. */
  value(json: unknown): unknown;
}

/** An object with named fields; each schema has a class of its own, by which the engine knows the type. */
class Fields extends Map<string, unknown> {
  readonly json: unknown;

  constructor(json: unknown) {
    super();
    this.json = json;
  }
}

/**
 * The types of schemas in an engine. Source: apiserver `pkg/cel/common/schemas.go`.
 */
export class SchemaTypes {
  readonly #environment: Environment;
  #count = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /**
   * Declares the type of a schema and of everything below it; undefined for what rules cannot see.
   *
   * @param resource whether it is a whole object, whose identity rules may read
   */
  declare(schema: Schema, resource = isResource(schema)): Declared | undefined {
    if (schema["x-kubernetes-int-or-string"]) return { type: "dyn", value: anyValue };
    const declared = this.#declareTyped(resource ? withIdentity(schema) : schema);
    if (!declared || !schema.nullable) return declared;
    return { type: "dyn", value: (json) => (json === null ? null : declared.value(json)) };
  }

  #declareTyped(schema: Schema): Declared | undefined {
    switch (schema.type) {
      case "object":
        return schema.additionalProperties
          ? this.#declareMap(schema.additionalProperties)
          : this.#declareFields(schema);
      case "array":
        return schema.items && this.#declareList(schema.items);
      case "string":
        return declareText(schema.format);
      case "boolean":
        return { type: "bool", value: same };
      case "number":
        return { type: "double", value: same };
      case "integer":
        return { type: "int", value: (json) => BigInt(Number(json)) };
      case undefined:
        return undefined;
    }
  }

  #declareList(items: Schema): Declared | undefined {
    const item = this.declare(items);
    if (!item) return undefined;
    return {
      type: `list<${item.type}>`,
      value: (json) => (Array.isArray(json) ? json.map((each) => item.value(each)) : []),
    };
  }

  #declareMap(values: Schema): Declared | undefined {
    const each = this.declare(values);
    if (!each) return undefined;
    return {
      type: `map<string, ${each.type}>`,
      value: (json) =>
        new Map(Object.entries(fieldsOf(json)).map(([key, value]) => [key, each.value(value)])),
    };
  }

  #declareFields({ properties = {} }: Schema): Declared {
    const fields = this.#fieldsOf(properties);
    this.#count += 1;
    const type = `object${this.#count}`;
    const Type = class extends Fields {};
    this.#environment
      .registerType(type, {
        ctor: Type,
        fields: Object.fromEntries(
          fields.map(({ spelling, declared }) => [spelling, declared.type]),
        ),
      })
      .registerOperator(`${type} == ${type}`, (a: Fields, b: Fields) => sameJson(a.json, b.json))
      .registerOperator(`${type} == null`, () => false);
    return {
      type,
      value(json) {
        const object = new Type(json);
        for (const { spelling, name, declared } of fields) {
          const value = fieldsOf(json)[name];
          if (value !== undefined) object.set(spelling, declared.value(value));
        }
        return object;
      },
    };
  }

  #fieldsOf(properties: Readonly<Record<string, Schema>>): readonly Field[] {
    return Object.entries(properties).flatMap(([name, property]) => {
      const declared = this.declare(property);
      return declared ? spellings(name).map((spelling) => ({ spelling, name, declared })) : [];
    });
  }
}

interface Field {
  /** As rules write it. */
  readonly spelling: string;
  readonly name: string;
  readonly declared: Declared;
}

function isResource(schema: Schema): boolean {
  return schema["x-kubernetes-embedded-resource"] === true;
}

function same(json: unknown): unknown {
  return json;
}

function declareText(format: string | undefined): Declared {
  switch (format) {
    case "byte":
      return { type: "bytes", value: (json) => Buffer.from(String(json), "base64") };
    case "duration":
      return { type: "google.protobuf.Duration", value: (json) => durationOf(String(json)) };
    case "date":
    case "date-time":
      return { type: "google.protobuf.Timestamp", value: (json) => new Date(String(json)) };
    default:
      return { type: "string", value: same };
  }
}

function durationOf(text: string): Duration {
  return Duration.fromMilliseconds(parseWrittenDuration(text) ?? 0);
}

/** Of a whole object's metadata rules see the name alone. Source: apiserver `WithTypeAndObjectMeta`. */
function withIdentity(schema: Schema): Schema {
  const text: Schema = { type: "string" };
  const metadata: Schema = { type: "object", properties: { name: text, generateName: text } };
  return {
    ...schema,
    type: "object",
    properties: { ...schema.properties, apiVersion: text, kind: text, metadata },
  };
}

/** Source: the words that CEL reserves, of apiserver `pkg/cel/escaping.go`. */
const RESERVED = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/** How rules may write a field's name; none when they cannot. */
function spellings(name: string): readonly string[] {
  if (RESERVED.has(name)) return [name, `__${name}__`];
  if (!/^[a-zA-Z_][\w\-./]*$/.test(name)) return [];
  const escaped = name
    .replaceAll("__", "__underscores__")
    .replaceAll("-", "__dash__")
    .replaceAll(".", "__dot__")
    .replaceAll("/", "__slash__");
  return [escaped];
}

/** A value of which no schema says the type. */
function anyValue(json: unknown): unknown {
  if (typeof json === "number") return Number.isInteger(json) ? BigInt(json) : json;
  if (Array.isArray(json)) return json.map(anyValue);
  if (typeof json !== "object" || json === null) return json;
  return new Map(Object.entries(json).map(([key, value]) => [key, anyValue(value)]));
}
