import { describe, expect, it } from "vitest";
import { eventually, tableDifference, valueDifference } from "../../../local/demo/difference.js";
import { Table } from "../../../local/table-text.js";

const table = Table.parse({
  kind: "Table",
  columnDefinitions: [{ name: "Name" }, { name: "Approved" }],
  rows: [{ cells: ["example-run-after-canary", null] }],
});

describe("tableDifference", () => {
  it.each([
    {
      behaviour: "accepts a row that is as expected",
      row: { NAME: "example-run-after-canary", APPROVED: "" },
      says: undefined,
    },
    {
      behaviour: "names a row that is missing",
      row: { NAME: "other" },
      says: "there is no row other",
    },
    {
      behaviour: "names a column that is missing",
      row: { NAME: "example-run-after-canary", STAGE: "x" },
      says: "example-run-after-canary: there is no column STAGE",
    },
    {
      behaviour: "tells a cell that differs, and how",
      row: { NAME: "example-run-after-canary", APPROVED: "True" },
      says: 'example-run-after-canary: APPROVED is "" and should be "True"',
    },
    {
      behaviour: "accepts a cell that matches",
      row: { NAME: "example-run-after-canary", APPROVED: /^$/ },
      says: undefined,
    },
    {
      behaviour: "tells a cell that does not match",
      row: { NAME: "example-run-after-canary", APPROVED: /True|False/ },
      says: 'example-run-after-canary: APPROVED is "" and should be like /True|False/',
    },
  ])("$behaviour", ({ row, says }) => {
    expect(tableDifference(table, [row])).toBe(says);
  });
});

describe("eventually", () => {
  it("looks again until nothing differs", async () => {
    let looks = 0;
    const seen = await eventually(
      async () => ++looks,
      (value) => (value < 2 ? "too few" : undefined),
    );
    expect(seen).toBe(2);
  });

  it("tells the last difference when time is up", async () => {
    const attempt = eventually(
      async () => 1,
      () => "still different",
      0,
    );
    await expect(attempt).rejects.toThrow("still different (after 0 s)");
  });
});

describe("valueDifference", () => {
  it("shows both values", () => {
    expect(valueDifference("data", { a: 1 }, { a: 2 })).toBe(
      'data is {"a":1} and should be {"a":2}',
    );
  });
});
