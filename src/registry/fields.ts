/** The fields of an object whose shape is not known here. */
export type Fields = Readonly<Record<string, unknown>>;

/** `value` as an object; anything else has no fields. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

/** The value below `path`; undefined when something on the way is missing. */
export function fieldAt(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const key of path) value = fieldsOf(value)[key];
  return value;
}

/** The string below `path`; undefined when there is none. */
export function stringAt(object: unknown, ...path: readonly string[]): string | undefined {
  const value = fieldAt(object, ...path);
  return typeof value === "string" ? value : undefined;
}

/** The number below `path`; undefined when there is none. */
export function numberAt(object: unknown, ...path: readonly string[]): number | undefined {
  const value = fieldAt(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** The list below `path`; empty when there is none. */
export function listAt(object: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = fieldAt(object, ...path);
  return Array.isArray(value) ? value : [];
}

/** The strings of a map such as labels; other values are left out. */
export function stringsAt(
  object: unknown,
  ...path: readonly string[]
): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(fieldAt(object, ...path)));
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The strings of a list; other values are left out. */
export function stringsIn(object: unknown, ...path: readonly string[]): readonly string[] {
  return listAt(object, ...path).filter((value) => typeof value === "string");
}

/** Nothing, as Kubernetes counts it: absent, null, or an empty string, list or map. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Whether two JSON values are the same; absent and undefined fields are alike, the order of keys does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (Array.isArray(a) || Array.isArray(b)) return false;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = fieldsOf(a);
  const right = fieldsOf(b);
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    sameJson(left[key], right[key]),
  );
}
