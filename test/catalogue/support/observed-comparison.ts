import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** An object of either side; everything in it is compared. */
export interface ObservedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** One field, or one order of entries, that is not the same on both sides; absent where a side has none. */
export interface FoundDifference {
  /** The kind, and the field's path inside the object. */
  readonly where: string;
  readonly kubefleet?: string | undefined;
  readonly stagecoach?: string | undefined;
}

/** The objects of a file of test/fixtures/observed. */
export function readObserved(name: string): readonly ObservedObject[] {
  const url = new URL(`../../fixtures/observed/${name}.yaml`, import.meta.url);
  return parse(readFileSync(url, "utf8")).items;
}

/** Field by field, with times, hashes and what every server makes up for itself taken out. */
export function compareObjects(
  kubefleet: ObservedObject,
  stagecoach: ObservedObject,
): readonly FoundDifference[] {
  const [theirs, ours] = [fieldsOf(kubefleet), fieldsOf(stagecoach)];
  const paths = new Set([...theirs.keys(), ...ours.keys()]);
  return [...paths]
    .filter((path) => theirs.get(path) !== ours.get(path))
    .map((path) => ({
      where: `${kubefleet.kind} ${path}`,
      kubefleet: theirs.get(path),
      stagecoach: ours.get(path),
    }));
}

const MADE_UP =
  /^metadata\.(uid|resourceVersion|creationTimestamp|managedFields|ownerReferences\[.*\]\.uid)$/;

function fieldsOf(object: ObservedObject): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  collect("", object, fields);
  return fields;
}

function collect(path: string, value: unknown, fields: Map<string, string>): void {
  if (MADE_UP.test(path)) return;
  if (Array.isArray(value)) collectList(path, value, fields);
  else if (typeof value === "object" && value !== null) collectFields(path, value, fields);
  else fields.set(path, normalized(path, value));
}

function collectFields(path: string, value: object, fields: Map<string, string>): void {
  const entries = Object.entries(value);
  if (entries.length === 0) fields.set(path, "{}");
  for (const [key, each] of entries) {
    const simple = /^[A-Za-z]+$/.test(key);
    collect(simple ? `${path}${path ? "." : ""}${key}` : `${path}[${key}]`, each, fields);
  }
}

/** Entries that have a name are compared by it, and their order as a field of its own. */
function collectList(path: string, list: readonly unknown[], fields: Map<string, string>): void {
  const keys = list.map((each, index) => keyOf(each) ?? String(index));
  fields.set(`${path}[]`, keys.join(", "));
  for (const [index, each] of list.entries()) collect(`${path}[${keys[index]}]`, each, fields);
}

function keyOf(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { clusterName, stageName, type, kind } = entry as Readonly<Record<string, unknown>>;
  const key = clusterName ?? stageName ?? kind ?? type;
  return typeof key === "string" ? key : undefined;
}

function normalized(path: string, value: unknown): string {
  if (path.endsWith("[kubernetes-fleet.io/resource-hash]")) return "<hash>";
  return String(value)
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
    .replace(/(-member\d)-[0-9a-f]{8}$/, "$1-<hash>");
}
