import { isJsonObject, type JsonObject } from "../../api/json.js";

/**
 * A set of field paths as a trie. Keys are path elements in the form of FieldsV1: `f:name`, `k:{"name":"a"}`, `v:"x"`.
 * `owned`: the path to this node is itself in the set. Treat it as immutable, except while building one.
 */
export interface FieldSet {
  owned: boolean;
  readonly children: Map<string, FieldSet>;
}

export function newFieldSet(owned = false): FieldSet {
  return { owned, children: new Map() };
}

export function isEmptySet(set: FieldSet): boolean {
  return !set.owned && set.children.size === 0;
}

/** Puts a path into a set under construction. */
export function insertPath(set: FieldSet, path: readonly string[]): void {
  nodeAt(set, path).owned = true;
}

/** Puts a set into a set under construction, below a path at which nothing is yet. */
export function insertSet(set: FieldSet, path: readonly string[], inner: FieldSet): void {
  const element = path.at(-1);
  if (element !== undefined) nodeAt(set, path.slice(0, -1)).children.set(element, inner);
}

function nodeAt(set: FieldSet, path: readonly string[]): FieldSet {
  let node = set;
  for (const element of path) {
    const known = node.children.get(element);
    const child = known ?? newFieldSet();
    if (!known) node.children.set(element, child);
    node = child;
  }
  return node;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b)) return a;
  const result: FieldSet = { owned: a.owned || b.owned, children: new Map(a.children) };
  for (const [element, child] of b.children) {
    const known = a.children.get(element);
    result.children.set(element, known ? union(known, child) : child);
  }
  return result;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result = newFieldSet(a.owned && b.owned);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other) keep(result, element, intersection(child, other));
  }
  return result;
}

/** The paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result = newFieldSet(a.owned && !b.owned);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    keep(result, element, other ? difference(child, other) : child);
  }
  return result;
}

function keep(set: FieldSet, element: string, child: FieldSet): void {
  if (!isEmptySet(child)) set.children.set(element, child);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.owned !== b.owned || a.children.size !== b.children.size) return false;
  return [...a.children].every(([element, child]) => {
    const other = b.children.get(element);
    return other !== undefined && equalSets(child, other);
  });
}

/** Every path of the set, sorted element by element. */
export function pathsOf(
  set: FieldSet,
  prefix: readonly string[] = [],
): readonly (readonly string[])[] {
  const paths: (readonly string[])[] = set.owned ? [prefix] : [];
  for (const [element, child] of sortedChildren(set)) {
    paths.push(...pathsOf(child, [...prefix, element]));
  }
  return paths;
}

/** The FieldsV1 form: a leaf is `{}`, an inner path that is itself in the set has a `.`. */
export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  if (set.owned && set.children.size > 0) fields["."] = {};
  for (const [element, child] of sortedChildren(set)) fields[element] = toFieldsV1(child);
  return fields;
}

function sortedChildren(set: FieldSet): readonly (readonly [string, FieldSet])[] {
  const children = [...set.children];
  return children.length > 1 ? children.sort(([a], [b]) => (a < b ? -1 : 1)) : children;
}

/** The set behind a FieldsV1 value; undefined when it is not one. */
export function fromFieldsV1(fields: unknown): FieldSet | undefined {
  return isJsonObject(fields) ? parseNode(fields, false) : undefined;
}

function parseNode(fields: JsonObject, leafIsOwned: boolean): FieldSet | undefined {
  const entries = Object.entries(fields);
  const set = newFieldSet(leafIsOwned && entries.length === 0);
  for (const [element, value] of entries) {
    if (element === ".") {
      set.owned = true;
      continue;
    }
    if (!isPathElement(element) || !isJsonObject(value)) return undefined;
    const child = parseNode(value, true);
    if (!child) return undefined;
    set.children.set(element, child);
  }
  return set;
}

/** A field, a key, a value or an index. */
function isPathElement(text: string): boolean {
  return text[1] === ":" && "fkvi".includes(text.charAt(0));
}
