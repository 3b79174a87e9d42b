import { z } from "zod";

/** `meta.k8s.io/v1` Table, as much as printing needs. */
export const Table = z.looseObject({
  kind: z.literal("Table"),
  columnDefinitions: z.array(z.looseObject({ name: z.string(), priority: z.number().optional() })),
  rows: z
    .array(
      z.looseObject({
        cells: z.array(z.unknown()),
        object: z
          .looseObject({
            metadata: z.looseObject({
              name: z.string().optional(),
              labels: z.record(z.string(), z.string()).optional(),
            }),
          })
          .optional(),
      }),
    )
    .nullish(),
});
export type Table = z.infer<typeof Table>;

const GAP = "   ";

/** The table as `kubectl get` prints it; without rows, its sentence for that. */
export function tableText(table: Table, options: { showLabels?: boolean } = {}): string {
  const rows = tableRows(table, options);
  if (rows.length === 0) return "No resources found";
  return alignedText([tableHeader(table, options), ...rows]);
}

export function tableHeader(table: Table, { showLabels }: { showLabels?: boolean } = {}): string[] {
  const names = printedColumns(table).map(({ name }) => name.toUpperCase());
  return showLabels ? [...names, "LABELS"] : names;
}

/** One list of texts per row, in the order of the printed columns. */
export function tableRows(table: Table, { showLabels }: { showLabels?: boolean } = {}): string[][] {
  const columns = printedColumns(table);
  return (table.rows ?? []).map(({ cells, object }) => {
    const texts = columns.map(({ index }) => cellText(cells[index]));
    return showLabels ? [...texts, labelText(object?.metadata.labels ?? {})] : texts;
  });
}

/** Lines with columns under each other; nothing stands after the last text of a line. */
export function alignedText(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const line of lines) {
    line.forEach((text, index) => {
      widths[index] = Math.max(widths[index] ?? 0, text.length);
    });
  }
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

function printedColumns(table: Table): { name: string; index: number }[] {
  return table.columnDefinitions
    .map(({ name, priority }, index) => ({ name, index, priority: priority ?? 0 }))
    .filter(({ priority }) => priority === 0);
}

function cellText(cell: unknown): string {
  return cell === null || cell === undefined ? "" : String(cell);
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  return pairs.length === 0 ? "<none>" : pairs.join(",");
}
