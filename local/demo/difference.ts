import { setTimeout as delay } from "node:timers/promises";
import { type Table, tableHeader, tableRows } from "../table-text.js";

/** A step that did not go as the tutorial says. The message tells what was seen and what should have been. */
export class Difference extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Difference";
  }
}

const POLL_MS = 200;

/**
 * Looks until nothing differs any more and returns what was seen then. The tutorial says what a person sees, not how
 * many times they have to look.
 *
 * @param differs says how what was seen is different from the tutorial; undefined when it is as it should be
 * @throws Difference when it still differs after `withinMs`
 */
export async function eventually<T>(
  look: () => Promise<T>,
  differs: (seen: T) => string | undefined,
  withinMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    const difference = differs(seen);
    if (difference === undefined) return seen;
    if (Date.now() >= deadline) throw new Difference(`${difference} (after ${withinMs / 1000} s)`);
    await delay(POLL_MS);
  }
}

/** Cells by column header: the text, or what it has to match. A row is found by its NAME. */
export type ExpectedRow = { readonly NAME: string } & Readonly<Record<string, string | RegExp>>;

/** How the table differs from these rows; rows and columns that are not mentioned may be anything. */
export function tableDifference(
  table: Table,
  expected: readonly ExpectedRow[],
): string | undefined {
  const header = tableHeader(table, { showLabels: true });
  const rows = tableRows(table, { showLabels: true });
  for (const row of expected) {
    const cells = rows.find((texts) => texts[header.indexOf("NAME")] === row.NAME);
    if (!cells) return `there is no row ${row.NAME}`;
    const difference = Object.entries(row)
      .map(([column, expected]) => cellDifference(column, cells[header.indexOf(column)], expected))
      .find((text) => text !== undefined);
    if (difference) return `${row.NAME}: ${difference}`;
  }
  return undefined;
}

function cellDifference(
  column: string,
  seen: string | undefined,
  expected: string | RegExp,
): string | undefined {
  if (seen === undefined) return `there is no column ${column}`;
  const same = typeof expected === "string" ? seen === expected : expected.test(seen);
  const wanted = typeof expected === "string" ? `"${expected}"` : `like ${expected}`;
  return same ? undefined : `${column} is "${seen}" and should be ${wanted}`;
}

/** How two values differ, undefined when they do not; for values without cycles. */
export function valueDifference(
  what: string,
  seen: unknown,
  expected: unknown,
): string | undefined {
  const [is, should] = [JSON.stringify(seen), JSON.stringify(expected)];
  return is === should ? undefined : `${what} is ${is} and should be ${should}`;
}

/** @throws Difference unless the two values are the same */
export function expectSame(what: string, seen: unknown, expected: unknown): void {
  throwIf(valueDifference(what, seen, expected));
}

/** @throws Difference with this text, if there is one */
export function throwIf(difference: string | undefined): void {
  if (difference !== undefined) throw new Difference(difference);
}
