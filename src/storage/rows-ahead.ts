import { SharedCalls } from "./shared-calls.js";
import type { ReadRow, RowKey, TableRows } from "./table-rows.js";

/** Rows read with one that is asked for, from its key on: their askers come soon, one by one. */
const ROWS_AHEAD = 100;
/** How old a row may be when it is asked for. */
const AHEAD_MS = 30_000;
/** Ranges of rows known at a time, about one for each run or placement that is being rolled out. */
const REMEMBERED = 200;

/** Some rows next to each other as they were read: a key between the first and the last that has no row is known too. */
interface KnownRange {
  readonly readAt: number;
  readonly first: string;
  readonly last: string;
  /** Those that nobody has asked for yet. */
  readonly rows: Map<string, ReadRow>;
  readonly asked: Set<string>;
}

/**
 * Rows for callers that go through a range of keys and write over the version they got, or write only where there is no
 * row: they may get one that was read some seconds ago. Each row is given away once; who asks again, because it was out
 * of date, gets a new one.
 */
export class RowsAhead {
  readonly #rows: Pick<TableRows, "findFirst" | "get">;
  readonly #now: () => number;
  readonly #ranges = new Map<string, KnownRange>();
  readonly #reads = new SharedCalls();
  readonly #waiting = new Map<string, string[]>();

  constructor(rows: Pick<TableRows, "findFirst" | "get">, now: () => number) {
    this.#rows = rows;
    this.#now = now;
  }

  /**
   * @param within filter and name of the range of rows that are likely to be asked for
   * @returns undefined when there was no such row
   */
  async get(key: RowKey, within: string): Promise<ReadRow | undefined> {
    const known = this.#take(within, key.rowKey);
    if (known !== "Unknown") return known;
    const waiting = this.#waiting.get(within) ?? [];
    this.#waiting.set(within, waiting);
    waiting.push(key.rowKey);
    await this.#reads.call(within, () => this.#readAhead(within));
    const read = this.#take(within, key.rowKey);
    return read === "Unknown" ? this.#rows.get(key) : read;
  }

  #take(within: string, rowKey: string): ReadRow | undefined | "Unknown" {
    const range = this.#ranges.get(within);
    if (!range || this.#now() - range.readAt > AHEAD_MS) return "Unknown";
    if (rowKey < range.first || rowKey > range.last || range.asked.has(rowKey)) return "Unknown";
    range.asked.add(rowKey);
    const row = range.rows.get(rowKey);
    range.rows.delete(rowKey);
    return row;
  }

  /** Reads from the first key on that somebody waits for by now. */
  async #readAhead(within: string): Promise<void> {
    const [first, ...others] = this.#waiting.get(within) ?? [];
    this.#waiting.delete(within);
    if (first === undefined) return;
    const start = others.reduce((least, key) => (key < least ? key : least), first);
    const readAt = this.#now();
    const rows = await this.#rows.findFirst(`${within} and RowKey ge '${start}'`, ROWS_AHEAD);
    const last = rows.length < ROWS_AHEAD ? LAST_KEY : (rows.at(-1)?.rowKey ?? start);
    this.#ranges.delete(within);
    this.#ranges.set(within, {
      readAt,
      first: start,
      last,
      rows: new Map(rows.map((row) => [row.rowKey, row])),
      asked: new Set(),
    });
    const oldest = this.#ranges.size > REMEMBERED ? this.#ranges.keys().next().value : undefined;
    if (oldest !== undefined) this.#ranges.delete(oldest);
  }
}

/** Sorts after all keys. */
const LAST_KEY = "\uffff";
