import { isJsonObject } from "../../api/json.js";
import type { Schema } from "../../registry/schema.js";

/** The path element of a field or of a map's key. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/**
 * The path element of a list item: by its keys in a list of type `map`, by its value in a `set`. A key that the item
 * leaves out counts with its default. Undefined when the item has no identity, for example because a key is missing.
 */
export function itemElement(item: unknown, list: Schema): string | undefined {
  if (list["x-kubernetes-list-type"] === "set") {
    return typeof item === "object" ? undefined : `v:${JSON.stringify(item)}`;
  }
  if (!isJsonObject(item)) return undefined;
  // Every item of every list comes by here: the text is put together by hand.
  const keys: string[] = [];
  for (const name of list["x-kubernetes-list-map-keys"] ?? []) {
    const value = item[name] ?? list.items?.properties?.[name]?.default;
    if (value !== undefined && value !== null) keys.push(`"${name}":${JSON.stringify(value)}`);
  }
  return keys.length === 0 ? undefined : `k:{${keys.sort().join(",")}}`;
}

/** A path as messages show it: `.spec.template.spec.containers[name="a"].image`. */
export function printPath(path: readonly string[]): string {
  return path.map(printElement).join("");
}

function printElement(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case "k":
      return `[${printKeys(rest)}]`;
    case "v":
      return `[=${rest}]`;
    case "i":
      return `[${rest}]`;
    default:
      return `.${rest}`;
  }
}

/** `{"name":"a","port":1}` → `name="a",port=1`. */
function printKeys(json: string): string {
  let keys: unknown;
  try {
    keys = JSON.parse(json);
  } catch {
    // Not written by this server: show what is there.
    return json;
  }
  if (!isJsonObject(keys)) return json;
  return Object.entries(keys)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",");
}
