import type { KubeObject } from "../api/meta.js";
import type { Kind } from "../registry/kind.js";

/** What a row carries besides its cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

/** `metav1.TableColumnDefinition`. */
interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** What every row of one table has in common. */
export interface TableLayout {
  readonly kind: Kind;
  readonly metaVersion: "v1" | "v1beta1";
  readonly includeObject: IncludeObject;
  readonly now: Date;
}

const NAME_COLUMN: ColumnDefinition = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Unique within its kind, and within its namespace if the kind has one.",
  priority: 0,
};

/**
 * A `meta.k8s.io` Table: what `kubectl get` prints. The server formats every cell.
 *
 * @param columns false leaves the definitions out, as in every event of a watch but the first: repeating them would
 *   print the header again
 */
export function toTable(
  layout: TableLayout,
  objects: readonly KubeObject[],
  metadata: Record<string, unknown>,
  columns = true,
): Record<string, unknown> {
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${layout.metaVersion}`,
    metadata,
    columnDefinitions: columns ? columnDefinitions(layout.kind) : null,
    rows: objects.map((object) => ({
      cells: cells(layout, object),
      object: rowObject(layout, object),
    })),
  };
}

/** `meta.k8s.io` PartialObjectMetadata. */
export function toPartialMetadata(object: KubeObject, metaVersion: "v1" | "v1beta1") {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata: object.metadata,
  };
}

function columnDefinitions(kind: Kind): readonly ColumnDefinition[] {
  return [
    ...(kind.ownNameColumn ? [] : [NAME_COLUMN]),
    ...kind.columns.map(({ name, type, priority, description = "" }) => ({
      name,
      type,
      format: "",
      description,
      priority,
    })),
  ];
}

function cells({ kind, now }: TableLayout, object: KubeObject) {
  const cells = kind.columns.map((column) => column.value(object, now));
  return kind.ownNameColumn ? cells : [kind.nameText?.(object) ?? object.metadata.name, ...cells];
}

function rowObject({ includeObject, metaVersion }: TableLayout, object: KubeObject): unknown {
  switch (includeObject) {
    case "None":
      return null;
    case "Metadata":
      return toPartialMetadata(object, metaVersion);
    case "Object":
      return object;
  }
}
