import { isJsonObject } from "../../api/json.js";
import { type KubeObject, parseApiVersion } from "../../api/meta.js";
import { badRequest } from "../../api/status-error.js";
import type { Schema } from "../../registry/schema.js";
import { fieldElement, itemElement, printPath } from "./path-element.js";
import { childSchema, itemSchema } from "./shape.js";

/**
 * Refuses a configuration whose lists cannot be merged by item: an item without its key, or two with the same.
 *
 * @throws StatusError 400 with the path of the list. Source: texts of structured-merge-diff; a real server answers 500.
 */
export function requireMergeableLists(
  applied: KubeObject,
  configuration: unknown,
  schema: Schema,
): void {
  const problem = listProblem(configuration, schema, []);
  if (problem === undefined) return;
  const { apiVersion, kind, metadata } = applied;
  const { group, version } = parseApiVersion(apiVersion);
  const who = `${metadata.namespace ?? ""}/${metadata.name}; ${group}/${version}, Kind=${kind}`;
  throw badRequest(`failed to create typed patch object (${who}): ${problem}`);
}

function listProblem(value: unknown, schema: Schema, path: readonly string[]): string | undefined {
  if (Array.isArray(value)) return itemProblem(value, schema, path);
  if (!isJsonObject(value)) return undefined;
  return firstProblem(
    Object.entries(value).map(([key, field]) => () => {
      const inner = childSchema(schema, key);
      return inner && listProblem(field, inner, [...path, fieldElement(key)]);
    }),
  );
}

function itemProblem(
  list: readonly unknown[],
  schema: Schema,
  path: readonly string[],
): string | undefined {
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== "map" && listType !== "set") return undefined;
  const seen = new Set<string>();
  return firstProblem(
    list.map((item, index) => () => {
      const element = itemElement(item, schema);
      if (element === undefined) {
        return `${printPath(path)}: element ${index}: ${missingKey(item, schema)}`;
      }
      if (seen.has(element)) {
        return `${printPath(path)}: duplicate entries for key ${printPath([element])}`;
      }
      seen.add(element);
      return listProblem(item, itemSchema(schema), [...path, element]);
    }),
  );
}

function firstProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function missingKey(item: unknown, schema: Schema): string {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const missing = keys.find((key) => !isJsonObject(item) || item[key] === undefined);
  if (missing === undefined) return "an element of a set must be a scalar";
  return `associative list with keys has an element that omits key field "${missing}" (and doesn't have default value)`;
}
