import { fieldsOf, sameJson } from "./fields.js";
import type { Schema } from "./schema.js";

/**
 * The item of a list as it was before, where items have keys to be known by; undefined elsewhere.
 *
 * @param schema of the list
 * @param before the list
 */
export function correlatedItem(schema: Schema, before: unknown, item: unknown): unknown {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (schema["x-kubernetes-list-type"] !== "map" || !keys || !Array.isArray(before)) {
    return undefined;
  }
  const wanted = fieldsOf(item);
  return before.find((each) => keys.every((key) => sameJson(fieldsOf(each)[key], wanted[key])));
}
