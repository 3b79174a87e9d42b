import { StatusError } from "../../api/status-error.js";
import { difference, type FieldSet, isEmptySet, pathsOf } from "./field-set.js";
import type { Manager } from "./managed-fields.js";
import { printPath } from "./path-element.js";

/** Fields that an apply would take from another manager. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** The conflicts that remain when those about the allowed fields do not count. */
export function withoutFields(
  conflicts: readonly Conflict[],
  allowed: FieldSet,
): readonly Conflict[] {
  return conflicts
    .map(({ manager, fields }) => ({ manager, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

/** 409 with one cause per field. Source: texts of k8s.io/apimachinery `util/managedfields` conflict.go. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const groups = conflicts
    .map(({ manager, fields }) => ({
      who: describe(manager),
      paths: pathsOf(fields).map(printPath),
    }))
    .sort((a, b) => (a.who < b.who ? -1 : 1));
  const causes = groups.flatMap(({ who, paths }) =>
    paths.map((field) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${who}`,
      field,
    })),
  );
  return new StatusError(409, "Conflict", conflictMessage(groups, causes.length), { causes });
}

interface Group {
  readonly who: string;
  readonly paths: readonly string[];
}

function conflictMessage(groups: readonly Group[], count: number): string {
  const [only] = groups;
  if (only && count === 1) {
    return `Apply failed with 1 conflict: conflict with ${only.who}: ${only.paths[0]}`;
  }
  const lines = groups.flatMap(({ who, paths }) => [
    `conflicts with ${who}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${count} conflicts: ${lines.join("\n")}`;
}

function describe({ name, operation, apiVersion, subresource }: Manager): string {
  const part = subresource ? ` with subresource ${JSON.stringify(subresource)}` : "";
  const who = `${JSON.stringify(name)}${part}`;
  return operation === "Update" ? `${who} using ${apiVersion}` : who;
}
