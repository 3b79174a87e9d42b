import { canonicalJson } from "./canonical-json.js";
import { fieldSchema, hasStrategy, type PatchSchema } from "./patch-schema.js";

type Fields = Readonly<Record<string, unknown>>;

export interface ThreeWay {
  /** What was applied last; undefined when nobody knows. */
  readonly original: Fields | undefined;
  /** What is to be applied now. */
  readonly modified: Fields;
  /** What is there. */
  readonly live: Fields;
}

/**
 * The patch that brings a live object to what is wanted: sets what the manifest sets, and removes what the manifest set
 * the last time and sets no more. Fields that neither of them knows stay. Empty when nothing is to be done.
 *
 * With a schema it is a strategic merge patch, in which lists with a merge key merge item by item; without one a JSON
 * merge patch, in which a list is one value.
 *
 * Source: apimachinery `strategicpatch.CreateThreeWayMergePatch` and `jsonmergepatch`. Unlike those, a list in which two
 * items have the same merge key (a port for TCP and for UDP) is replaced as a whole instead of mixed up.
 */
export function threeWayPatch(
  { original = {}, modified, live }: ThreeWay,
  schema: PatchSchema | undefined,
): Fields {
  const dropped = Object.keys(original).filter(
    (key) => !Object.hasOwn(modified, key) && Object.hasOwn(live, key),
  );
  const changed = Object.entries(modified).map(([key, value]) =>
    fieldPatch(key, { original: original[key], modified: value, live: live[key] }, schema),
  );
  return Object.assign({}, ...changed, ...dropped.map((key) => ({ [key]: null })));
}

interface ThreeValues {
  readonly original: unknown;
  readonly modified: unknown;
  readonly live: unknown;
}

function fieldPatch(key: string, values: ThreeValues, parent: PatchSchema | undefined): Fields {
  const { original, modified, live } = values;
  const schema = fieldSchema(parent, key);
  if (modified === null) return live === undefined ? {} : { [key]: null };
  if (isFields(modified) && isFields(live)) {
    const before = isFields(original) ? original : undefined;
    const patch = objectPatch({ original: before, modified, live }, schema, schema);
    return patch ? { [key]: patch } : {};
  }
  if (Array.isArray(modified) && hasStrategy(schema, "merge")) {
    const lists = { original: listOf(original), modified, live: listOf(live) };
    const mergeKey = schema?.["x-kubernetes-patch-merge-key"];
    return mergeKey ? itemsPatch(key, lists, mergeKey, schema) : scalarsPatch(key, lists);
  }
  return isEqual(modified, live) ? {} : { [key]: modified };
}

/**
 * Undefined when nothing is to be done. `retainKeys` stands at the field of an object, and for the items of a list at
 * the list: such an object holds one of several alternatives, and what the manifest does not set has to go.
 */
function objectPatch(
  values: ThreeWay,
  schema: PatchSchema | undefined,
  strategy: PatchSchema | undefined,
): Fields | undefined {
  const patch = threeWayPatch(values, schema);
  if (Object.keys(patch).length === 0) return undefined;
  if (!hasStrategy(strategy, "retainKeys")) return patch;
  return { ...patch, $retainKeys: Object.keys(values.modified) };
}

interface ThreeLists {
  readonly original: readonly unknown[];
  readonly modified: readonly unknown[];
  readonly live: readonly unknown[];
}

function itemsPatch(
  key: string,
  lists: ThreeLists,
  mergeKey: string,
  schema: PatchSchema | undefined,
): Fields {
  const [modified, live] = [byKey(lists.modified, mergeKey), byKey(lists.live, mergeKey)];
  if (!modified || !live) {
    if (isEqual(lists.modified, lists.live)) return {};
    return { [key]: [...lists.modified, { $patch: "replace" }] };
  }
  const original = byKey(lists.original, mergeKey) ?? new Map<unknown, Fields>();
  const changed = [...modified].flatMap(([id, item]) => {
    const current = live.get(id);
    if (!current) return [item];
    const values = { original: original.get(id), modified: item, live: current };
    const patch = objectPatch(values, schema?.items, schema);
    return patch ? [{ ...patch, [mergeKey]: id }] : [];
  });
  const dropped = [...original.keys()]
    .filter((id) => !modified.has(id) && live.has(id))
    .map((id) => ({ $patch: "delete", [mergeKey]: id }));
  const items = [...changed, ...dropped];
  if (items.length === 0 && inSameOrder([...modified.keys()], [...live.keys()])) return {};
  const order = [...modified.keys()].map((id) => ({ [mergeKey]: id }));
  return { [`$setElementOrder/${key}`]: order, ...(items.length > 0 && { [key]: items }) };
}

function scalarsPatch(key: string, { original, modified, live }: ThreeLists): Fields {
  const added = modified.filter((value) => !live.includes(value));
  const dropped = original.filter((value) => !modified.includes(value) && live.includes(value));
  return {
    ...(added.length > 0 && { [key]: added }),
    ...(dropped.length > 0 && { [`$deleteFromPrimitiveList/${key}`]: dropped }),
  };
}

/** Undefined when the merge key does not tell the items apart. */
function byKey(
  items: readonly unknown[],
  mergeKey: string,
): ReadonlyMap<unknown, Fields> | undefined {
  const found = new Map<unknown, Fields>();
  for (const item of items) {
    const id = isFields(item) ? item[mergeKey] : undefined;
    if (!isFields(item) || id === undefined || found.has(id)) return undefined;
    found.set(id, item);
  }
  return found;
}

function inSameOrder(wanted: readonly unknown[], actual: readonly unknown[]): boolean {
  const shared = actual.filter((id) => wanted.includes(id));
  return shared.every((id, index) => id === wanted[index]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEqual(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
