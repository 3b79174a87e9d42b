import { expect } from "vitest";
import { parseTable } from "../support/kubectl.js";
import { printedApprovalName } from "./approval-names.js";
import { words } from "./document.js";

/** Headers that the documents spell in an older or newer way than what is printed. */
const PRINTED_HEADER: Readonly<Record<string, string>> = {
  "RESOURCE-SNAPSHOT": "RESOURCE-SNAPSHOT-INDEX",
  "POLICY-SNAPSHOT": "POLICY-SNAPSHOT-INDEX",
  "STAGED-UPDATE-RUN": "UPDATE-RUN",
};

/**
 * Checks that the documented columns and rows are in the printed table, in any order and among others. Ages differ, and
 * empty cells are left out on both sides, because one document has lost the spaces that show them.
 */
export function expectTable(printed: string, documented: string): void {
  const [header = "", ...rows] = documented.split("\n");
  const columns = words(header).map((name) => PRINTED_HEADER[name] ?? name);
  const printedColumns = words(printed.split("\n")[0] ?? "");
  // kubectl prints LABELS only with --show-labels; two documents show it without.
  const compared = columns.filter((name) => name !== "LABELS" || printedColumns.includes(name));
  expect(printedColumns.filter((name) => compared.includes(name))).toEqual(compared);

  const cells = parseTable(printed).map((row) =>
    compared.filter((name) => name !== "AGE").flatMap((name) => row[name] || []),
  );
  for (const row of rows) {
    expect(cells).toContainEqual(expectedCells(words(row), columns, compared));
  }
}

function expectedCells(
  row: readonly string[],
  columns: readonly string[],
  compared: readonly string[],
): string[] {
  const fromEnd = columns.indexOf("AGE") - columns.length;
  const afterAge = compared.length === columns.length ? row.slice(row.length + fromEnd + 1) : [];
  const [name = "", ...rest] = row.slice(0, fromEnd);
  const printedName = columns.includes("STAGE") ? printedApprovalName(name) : name;
  return [printedName, ...rest, ...afterAge];
}
