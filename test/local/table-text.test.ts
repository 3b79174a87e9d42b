import { describe, expect, it } from "vitest";
import { Table, tableText } from "../../local/table-text.js";

const table = Table.parse({
  kind: "Table",
  columnDefinitions: [
    { name: "Name", priority: 0 },
    { name: "Approved", priority: 0 },
    { name: "Strategy", priority: 1 },
    { name: "Age", priority: 0 },
  ],
  rows: [
    {
      cells: ["example-run", null, "wide only", "7s"],
      object: { metadata: { name: "example-run", labels: { b: "2", a: "1" } } },
    },
    { cells: ["run-2", "True", "wide only", "13m"], object: { metadata: { name: "run-2" } } },
  ],
});

describe("tableText", () => {
  it("aligns columns under upper-case headers and leaves out the wide ones", () => {
    expect(tableText(table)).toBe(
      [
        "NAME          APPROVED   AGE",
        "example-run              7s",
        "run-2         True       13m",
      ].join("\n"),
    );
  });

  it("adds sorted labels when they are asked for", () => {
    expect(tableText(table, { showLabels: true }).split("\n")).toEqual([
      "NAME          APPROVED   AGE   LABELS",
      "example-run              7s    a=1,b=2",
      "run-2         True       13m   <none>",
    ]);
  });

  it("says so when there are no rows", () => {
    expect(tableText({ ...table, rows: [] })).toBe("No resources found");
  });
});
