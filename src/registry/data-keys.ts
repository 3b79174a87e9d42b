import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { fieldAt, fieldsOf, sameJson } from "./fields.js";

/** Source: Kubernetes `validation.IsConfigMapKey`. */
const KEY = /^[-._a-zA-Z0-9]+$/;
const MAX_KEY_LENGTH = 253;
const MAX_BYTES = 1024 * 1024;
const IMMUTABLE = "field is immutable when `immutable` is set";

/** Keys under which a ConfigMap or Secret holds data: they become file names and variables. */
export function dataKeyCauses(object: KubeObject, field: string): readonly StatusCause[] {
  return Object.keys(fieldsOf(object[field])).flatMap((key) => {
    const at = `${field}[${key}]`;
    if (key.length > MAX_KEY_LENGTH) {
      return [fieldCause.invalid(at, key, `must be no more than ${MAX_KEY_LENGTH} characters`)];
    }
    if (key === "." || key === ".." || key.startsWith("..")) {
      return [fieldCause.invalid(at, key, `must not be '.', '..' or start with '..'`)];
    }
    if (KEY.test(key)) return [];
    return [
      fieldCause.invalid(
        at,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      ),
    ];
  });
}

/** Data of more than 1 MiB is refused. `bytes` is the size of one value. */
export function dataSizeCauses(
  object: KubeObject,
  fields: readonly string[],
  bytes: (value: string) => number,
): readonly StatusCause[] {
  const total = fields
    .flatMap((field) => Object.values(fieldsOf(object[field])))
    .reduce<number>((sum, value) => sum + bytes(String(value)), 0);
  return total > MAX_BYTES ? [fieldCause.tooLong("data", MAX_BYTES)] : [];
}

/** Bytes that a base64 text stands for. */
export function base64Bytes(text: string): number {
  return Math.floor((text.replace(/=+$/, "").length * 3) / 4);
}

/** What may not change once `immutable` is set. */
export function immutableDataCauses(
  object: KubeObject,
  before: KubeObject,
  fields: readonly string[],
): readonly StatusCause[] {
  if (fieldAt(before, "immutable") !== true) return [];
  const lifted = fieldAt(object, "immutable") !== true;
  const changed = fields.filter((field) => !sameJson(object[field] ?? {}, before[field] ?? {}));
  return [
    ...(lifted ? [fieldCause.forbidden("immutable", IMMUTABLE)] : []),
    ...changed.map((field) => fieldCause.forbidden(field, IMMUTABLE)),
  ];
}
