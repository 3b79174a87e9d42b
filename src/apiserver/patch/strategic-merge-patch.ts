import { isJsonObject, type JsonObject, jsonEqual } from "../../api/json.js";
import { badRequest } from "../../api/status-error.js";
import type { Schema } from "../../registry/schema.js";
import { goValue } from "./go-value.js";
import { orderElements } from "./set-element-order.js";

const setElementOrder = "$setElementOrder/";
const deleteFromPrimitiveList = "$deleteFromPrimitiveList/";

/**
 * The object after a strategic merge patch: as a merge patch, but lists whose field has a merge key merge item by item,
 * and `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` say more than values can.
 *
 * Source: k8s.io/apimachinery `util/strategicpatch`; merge keys are in the schema.
 *
 * @throws StatusError 400 when a directive has the wrong form or a list item lacks its merge key
 */
export function strategicMergePatch(
  object: JsonObject,
  patch: JsonObject,
  schema: Schema,
): JsonObject {
  const directive = patch.$patch;
  if (directive === "replace") return withoutDirectives(patch);
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge") {
    throw badRequest(`unknown patch type found: ${String(directive)}`);
  }
  const result = new Map(Object.entries(retainKeys(object, patch)));
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith("$")) setField(result, key, value, fieldOf(schema, key));
  }
  deletePrimitives(result, patch);
  applyElementOrder(result, object, patch, schema);
  return Object.fromEntries(result);
}

function setField(result: Map<string, unknown>, key: string, value: unknown, schema: Schema): void {
  if (value === null) result.delete(key);
  else result.set(key, mergeValue(result.get(key), value, schema));
}

function mergeValue(current: unknown, patch: unknown, schema: Schema): unknown {
  const replaced = strategies(schema).includes("replace");
  if (isJsonObject(patch)) {
    if (isJsonObject(current) && !replaced) return strategicMergePatch(current, patch, schema);
    return withoutDirectives(patch);
  }
  if (Array.isArray(patch)) return mergeList(Array.isArray(current) ? current : [], patch, schema);
  return patch;
}

function mergeList(
  current: readonly unknown[],
  patch: readonly unknown[],
  schema: Schema,
): readonly unknown[] {
  if (!strategies(schema).includes("merge")) return patch.filter(isNotDirective).map(cleaned);
  const mergeKey = schema["x-kubernetes-patch-merge-key"];
  const merged =
    mergeKey === undefined
      ? [...new Set([...current, ...patch])]
      : mergeItems(current, patch, mergeKey, schema.items ?? {});
  // What the patch lists stays in its order, and new items of it come first.
  return orderElements(merged, patch.filter(isNotDirective), current, mergeKey);
}

function mergeItems(
  current: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  schema: Schema,
): readonly unknown[] {
  const replaces = patch.some(
    (item) => isJsonObject(item) && isWholeListReplacement(item, mergeKey),
  );
  if (replaces) return patch.filter(isNotDirective).map(cleaned);
  return patch.reduce<readonly unknown[]>(
    (list, item) => mergeItem(list, item, mergeKey, schema),
    current,
  );
}

function isWholeListReplacement(item: JsonObject, mergeKey: string): boolean {
  return item.$patch === "replace" && item[mergeKey] === undefined;
}

function mergeItem(
  list: readonly unknown[],
  item: unknown,
  mergeKey: string,
  schema: Schema,
): readonly unknown[] {
  const key = isJsonObject(item) ? item[mergeKey] : undefined;
  if (!isJsonObject(item) || key === undefined || key === null) {
    throw badRequest(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
  }
  const matches = (other: unknown) => isJsonObject(other) && jsonEqual(other[mergeKey], key);
  if (item.$patch === "delete") return list.filter((other) => !matches(other));
  const index = list.findIndex(matches);
  if (index < 0) return [...list, withoutDirectives(item)];
  const current = list[index];
  if (!isJsonObject(current)) return list;
  return list.with(index, strategicMergePatch(current, item, schema));
}

/** `$retainKeys` names the only fields that may stay. */
function retainKeys(object: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch.$retainKeys;
  if (keys === undefined) return object;
  if (!Array.isArray(keys)) throw badRequest("$retainKeys must be a list of field names");
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}

function deletePrimitives(result: Map<string, unknown>, patch: JsonObject): void {
  for (const [field, values] of directives(patch, deleteFromPrimitiveList)) {
    const list = result.get(field);
    if (!Array.isArray(list)) continue;
    result.set(
      field,
      list.filter((item) => !values.includes(item)),
    );
  }
}

function applyElementOrder(
  result: Map<string, unknown>,
  object: JsonObject,
  patch: JsonObject,
  schema: Schema,
): void {
  for (const [field, order] of directives(patch, setElementOrder)) {
    const list = result.get(field);
    if (!Array.isArray(list)) continue;
    const before = object[field];
    const mergeKey = fieldOf(schema, field)["x-kubernetes-patch-merge-key"];
    result.set(field, orderElements(list, order, Array.isArray(before) ? before : [], mergeKey));
  }
}

/** The directives that begin with `prefix`: field → list. */
function directives(patch: JsonObject, prefix: string): readonly [string, readonly unknown[]][] {
  return Object.entries(patch)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => {
      if (!Array.isArray(value)) throw badRequest(`${key} must be a list`);
      return [key.slice(prefix.length), value];
    });
}

function strategies(schema: Schema): readonly string[] {
  return schema["x-kubernetes-patch-strategy"]?.split(",") ?? [];
}

function fieldOf(schema: Schema, key: string): Schema {
  const properties = schema.properties;
  if (properties && Object.hasOwn(properties, key)) return properties[key] ?? {};
  return schema.additionalProperties ?? {};
}

function isNotDirective(item: unknown): boolean {
  return !isJsonObject(item) || item.$patch === undefined;
}

/** A value that was not there before: directives and nulls in it have nothing to act on. */
function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(isNotDirective).map(cleaned);
  return isJsonObject(value) ? withoutDirectives(value) : value;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(patch)
      .filter(([key, value]) => value !== null && !isDirectiveKey(key))
      .map(([key, value]) => [key, cleaned(value)]),
  );
}

function isDirectiveKey(key: string): boolean {
  return (
    key === "$patch" ||
    key === "$retainKeys" ||
    key.startsWith(setElementOrder) ||
    key.startsWith(deleteFromPrimitiveList)
  );
}
