import { isJsonObject } from "../../api/json.js";
import { parseQuantity } from "../../api/quantity.js";
import { isRfc3339 } from "../../api/written-time.js";
import { messageNameOf } from "../../registry/builtin-schema.js";
import type { Schema } from "../../registry/schema.js";

/**
 * What Go's JSON decoder says when `value` does not fit a built-in type, or undefined when it does. Only the first
 * problem, in the order of the document. Field names in it start at `value`; indexes and map keys do not count.
 *
 * @param struct what a schema that is no built-in message is called
 *
 * Source: errors of Go's encoding/json as kube-apiserver passes them on; quantities and times have texts of their own.
 */
export function goDecodingError(value: unknown, schema: Schema, struct = ""): string | undefined {
  return check(value, schema, { struct: structName(schema) ?? struct, path: [] });
}

/** The struct being decoded and the names of the fields on the way to the value. */
interface Position {
  readonly struct: string;
  readonly path: readonly string[];
}

function check(value: unknown, schema: Schema, at: Position): string | undefined {
  // Decoding null leaves the Go value as it is.
  if (value === null || value === undefined) return undefined;
  if (schema["x-kubernetes-int-or-string"]) return checkIntOrString(value, schema, at);
  switch (schema.type) {
    case "object":
      return checkObject(value, schema, at);
    case "array":
      return checkList(value, schema, at);
    case "string":
      return checkString(value, schema, at);
    case "integer":
      return checkInteger(value, schema, at);
    case "number":
      return typeof value === "number" ? undefined : mismatch(value, schema, at);
    case "boolean":
      return typeof value === "boolean" ? undefined : mismatch(value, schema, at);
    case undefined:
      return undefined;
  }
}

function checkObject(value: unknown, schema: Schema, at: Position): string | undefined {
  if (!isJsonObject(value)) return mismatch(value, schema, at);
  const struct = structName(schema) ?? at.struct;
  for (const [key, child] of Object.entries(value)) {
    const field = ownProperty(schema.properties, key);
    const inside = field ? { struct, path: [...at.path, key] } : at;
    const childSchema = field ?? schema.additionalProperties;
    const error = childSchema && check(child, childSchema, inside);
    if (error) return error;
  }
  return undefined;
}

function checkList(value: unknown, schema: Schema, at: Position): string | undefined {
  if (!Array.isArray(value)) return mismatch(value, schema, at);
  const items = schema.items;
  if (!items) return undefined;
  for (const item of value) {
    // Go would make an empty element of it; nobody means that.
    const error = item === null ? mismatch(item, items, at) : check(item, items, at);
    if (error) return error;
  }
  return undefined;
}

function checkString(value: unknown, schema: Schema, at: Position): string | undefined {
  if (typeof value !== "string") return mismatch(value, schema, at);
  if (schema.format === "byte") return checkBase64(value);
  if (schema.format === "date-time" && !isRfc3339(value)) {
    const text = JSON.stringify(value);
    return `parsing time ${text} as "2006-01-02T15:04:05Z07:00": cannot parse ${text} as "2006"`;
  }
  return undefined;
}

function checkBase64(text: string): string | undefined {
  const compact = text.replace(/[\r\n]/g, "");
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    return undefined;
  }
  const wrong = compact.search(/[^A-Za-z0-9+/]/);
  const byte = wrong < 0 ? compact.length - (compact.length % 4) : wrong;
  return `illegal base64 data at input byte ${byte}`;
}

function checkInteger(value: unknown, schema: Schema, at: Position): string | undefined {
  if (typeof value !== "number") return mismatch(value, schema, at);
  const limit = schema.format === "int32" ? 2 ** 31 : 2 ** 63;
  if (Number.isInteger(value) && value >= -limit && value < limit) return undefined;
  return mismatch(value, schema, at, `number ${value}`);
}

function checkIntOrString(value: unknown, schema: Schema, at: Position): string | undefined {
  if (schema.format === "quantity") {
    const text = typeof value === "string" || typeof value === "number" ? String(value) : "{}";
    const parsed = parseQuantity(text);
    return parsed.ok ? undefined : parsed.message;
  }
  if (typeof value === "string") return undefined;
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
    return undefined;
  }
  const shown = typeof value === "number" ? `number ${value}` : jsonType(value);
  return mismatch(value, { type: "integer", format: "int32" }, at, shown);
}

function mismatch(value: unknown, schema: Schema, at: Position, shown = jsonType(value)): string {
  const type = goType(schema);
  if (at.path.length === 0) return `json: cannot unmarshal ${shown} into Go value of type ${type}`;
  const field = `${at.struct}.${at.path.join(".")}`;
  return `json: cannot unmarshal ${shown} into Go struct field ${field} of type ${type}`;
}

const goScalars: Readonly<Record<string, string>> = {
  "string byte": "[]uint8",
  "integer int32": "int32",
  "integer int64": "int64",
  "number double": "float64",
};

function goType(schema: Schema): string {
  const message = messageNameOf(schema);
  if (message) return message.slice(message.indexOf("/") + 1);
  if (schema.format === "quantity") return "resource.Quantity";
  if (schema["x-kubernetes-int-or-string"]) return "intstr.IntOrString";
  if (schema.type === "array") return `[]${goType(schema.items ?? {})}`;
  if (schema.additionalProperties) return `map[string]${goType(schema.additionalProperties)}`;
  if (schema.type === "boolean") return "bool";
  if (schema.type === "object") return "map[string]interface {}";
  return goScalars[`${schema.type} ${schema.format}`] ?? schema.type ?? "interface {}";
}

/** `core/v1.Container` → `Container`. */
function structName(schema: Schema): string | undefined {
  const message = messageNameOf(schema);
  return message?.slice(message.lastIndexOf(".") + 1);
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function ownProperty(properties: Schema["properties"], key: string): Schema | undefined {
  return properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
}
