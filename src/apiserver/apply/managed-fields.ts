import type { ManagedFieldsEntry } from "../../api/meta.js";
import { type FieldSet, fromFieldsV1, isEmptySet, toFieldsV1, union } from "./field-set.js";

/** One writer of an object and the fields it owns. */
export interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339, of the last change it made; undefined when not known. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** The managers of an object by identity. */
export type Managers = ReadonlyMap<string, Manager>;

/** Who a manager is: an applier is the same in every version, an updater is not. */
export function managerId(
  manager: Pick<Manager, "name" | "operation" | "apiVersion" | "subresource">,
): string {
  const { name, operation, apiVersion, subresource } = manager;
  return JSON.stringify([operation, name, operation === "Apply" ? "" : apiVersion, subresource]);
}

/** The managers behind `metadata.managedFields`; none when an entry cannot be read, as a real server does. */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  const managers = new Map<string, Manager>();
  for (const entry of entries ?? []) {
    const manager = readManager(entry);
    if (!manager) return new Map();
    managers.set(managerId(manager), manager);
  }
  return managers;
}

function readManager(entry: ManagedFieldsEntry): Manager | undefined {
  const fields = fromFieldsV1(entry.fieldsV1);
  const operation = entry.operation;
  if (!fields || (operation !== "Apply" && operation !== "Update")) return undefined;
  return {
    name: entry.manager ?? "",
    operation,
    apiVersion: entry.apiVersion ?? "",
    subresource: entry.subresource ?? "",
    time: entry.time,
    fields,
  };
}

/** `metadata.managedFields` for these managers: appliers first, then by time and name. Without fields, no entry. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()]
    .filter((manager) => !isEmptySet(manager.fields))
    .sort(compareManagers)
    .map(writeManager);
}

function compareManagers(a: Manager, b: Manager): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? "", b.time ?? "") ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function writeManager(manager: Manager): ManagedFieldsEntry {
  return {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time !== undefined && { time: manager.time }),
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(manager.fields),
    ...(manager.subresource && { subresource: manager.subresource }),
  };
}

/** More entries of updaters than this are merged. Source: k8s.io/apimachinery `DefaultMaxUpdateManagers`. */
const maxUpdaters = 10;
const ancientChanges = "ancient-changes";

/** Merges the oldest updaters of each version into one entry, so that throw-away manager names do not pile up. */
export function capUpdaters(managers: Managers): Managers {
  if (managers.size <= maxUpdaters) return managers;
  const updaters = [...managers.values()].filter((manager) => manager.operation === "Update");
  const result = new Map(managers);
  let excess = updaters.length - maxUpdaters;
  const oldest = new Map<string, Manager>();
  for (const manager of updaters.sort(compareManagers)) {
    if (excess <= 0) break;
    const known = oldest.get(manager.apiVersion);
    if (!known) {
      oldest.set(manager.apiVersion, manager);
      continue;
    }
    const merged: Manager = {
      ...manager,
      name: ancientChanges,
      subresource: "",
      fields: union(known.fields, manager.fields),
    };
    result.delete(managerId(known));
    result.delete(managerId(manager));
    result.set(managerId(merged), merged);
    oldest.set(manager.apiVersion, merged);
    excess -= 1;
  }
  return result;
}
