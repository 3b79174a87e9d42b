import { builtinKinds } from "./builtin-facts.js";
import {
  builtinMessage,
  isMessageType,
  type Message,
  type MessageField,
} from "./builtin-message.js";
import type { Schema } from "./schema.js";

const schemas = new Map<string, Schema>();
const messageNames = new WeakMap<Schema, string>();
const kindSchemas = new Map<string, Schema>();

/**
 * The schema of a built-in kind, such as `("apps/v1", "Deployment")`. Expanded on first use and cached; the same message
 * is the same object everywhere (see `messageNameOf`). Throws on a kind the facts do not hold.
 */
export function builtinSchema(apiVersion: string, kind: string): Schema {
  const schema = findBuiltinSchema(apiVersion, kind);
  if (!schema) throw new Error(`${apiVersion} ${kind}: not a built-in kind`);
  return schema;
}

/** As `builtinSchema`; undefined for a kind the facts do not hold. */
export function findBuiltinSchema(apiVersion: string, kind: string): Schema | undefined {
  const key = `${apiVersion} ${kind}`;
  const known = kindSchemas.get(key);
  if (known) return known;
  const message = builtinKinds[key];
  if (!message) return undefined;
  const body = messageSchema(message);
  const schema: Schema = {
    ...body,
    properties: { apiVersion: { type: "string" }, kind: { type: "string" }, ...body.properties },
  };
  messageNames.set(schema, message);
  kindSchemas.set(key, schema);
  return schema;
}

/** The schema of `metav1.ObjectMeta`, which every kind has under `metadata`. */
export function objectMetaSchema(): Schema {
  return messageSchema("meta/v1.ObjectMeta");
}

/** The message a schema was made from, such as `core/v1.Container`; undefined for every other schema. */
export function messageNameOf(schema: Schema): string | undefined {
  return messageNames.get(schema);
}

/** Makes a schema a message of its own: named in OpenAPI, and written as Go writes a struct. */
export function nameMessage(schema: Schema, name: string): void {
  messageNames.set(schema, name);
}

function messageSchema(name: string): Schema {
  const known = schemas.get(name);
  if (known) return known;
  const schema = expand(builtinMessage(name));
  schemas.set(name, schema);
  messageNames.set(schema, name);
  return schema;
}

function expand(message: Message): Schema {
  const fields = message.fields;
  const only = fields[0];
  if (message.items && only) return { type: "array", items: typeSchema(only.type) };
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return {
    type: "object",
    properties: Object.fromEntries(fields.flatMap(propertiesOf)),
    ...(required.length > 0 && { required }),
    ...(message.atomic && { "x-kubernetes-map-type": "atomic" as const }),
  };
}

function propertiesOf(field: MessageField): readonly [string, Schema][] {
  if (field.inline) return Object.entries(messageSchema(field.type).properties ?? {});
  return [[field.name, fieldSchema(field)]];
}

function fieldSchema(field: MessageField): Schema {
  const value = typeSchema(field.type);
  const markers = markersOf(field);
  if (field.shape === "list") return { type: "array", items: value, ...markers };
  if (field.shape === "map") return { type: "object", additionalProperties: value, ...markers };
  if (Object.keys(markers).length === 0) return value;
  const marked = { ...value, ...markers };
  const name = messageNames.get(value);
  if (name) messageNames.set(marked, name);
  return marked;
}

function markersOf(field: MessageField): Schema {
  const listType = field.listType;
  return {
    ...(field.default !== undefined && { default: field.default }),
    ...((listType === "atomic" || listType === "map" || listType === "set") && {
      "x-kubernetes-list-type": listType,
    }),
    ...(field.listMapKeys && { "x-kubernetes-list-map-keys": field.listMapKeys }),
    ...(field.atomic && { "x-kubernetes-map-type": "atomic" as const }),
    ...(field.patchStrategy && { "x-kubernetes-patch-strategy": field.patchStrategy }),
    ...(field.patchMergeKey && { "x-kubernetes-patch-merge-key": field.patchMergeKey }),
  };
}

const valueSchemas: Readonly<Record<string, Schema>> = {
  string: { type: "string" },
  bytes: { type: "string", format: "byte" },
  bool: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  double: { type: "number", format: "double" },
  Time: { type: "string", format: "date-time" },
  MicroTime: { type: "string", format: "date-time" },
  IntOrString: { format: "int-or-string", "x-kubernetes-int-or-string": true },
  Quantity: { format: "quantity", "x-kubernetes-int-or-string": true },
  FieldsV1: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  RawExtension: {
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    "x-kubernetes-map-type": "atomic",
  },
};

function typeSchema(type: string): Schema {
  if (isMessageType(type)) return messageSchema(type);
  const schema = valueSchemas[type];
  if (!schema) throw new Error(`${type}: no schema for this type`);
  return schema;
}
