import type { Documents, Row } from "./documents.js";
import { SharedCalls } from "./shared-calls.js";

/** How old a list may be that somebody asks for who looks again before it decides that there is nothing. */
const RECENT_MS = 30_000;

/** What was read of one range of rows, kept up to date with this process's own writes. */
interface RecentList<T> {
  readonly partition: string;
  readonly prefix: string;
  readonly readAt: number;
  readonly rows: Map<string, Row<T>>;
}

/** A read that is under way, and what this process writes meanwhile: the read may not have seen it. */
interface Reading<T> {
  readonly partition: string;
  readonly written: Map<string, Row<T>>;
  /** Something came or went: the list is of use to its reader only. */
  outdated: boolean;
}

/**
 * Documents whose lists may be asked for as they were a moment ago: many readers of a large range that each take one
 * row of it read it together. Nobody is misled for long, as every write is still made over a version.
 */
export function withRecentLists<T>(documents: Documents<T>, now: () => number): Documents<T> {
  const lists = new Map<string, RecentList<T>>();
  const reads = new SharedCalls<RecentList<T>>();
  const readings = new Set<Reading<T>>();

  function keyOf(partition: string, prefix: string): string {
    return `${partition}\n${prefix}`;
  }

  async function read(partition: string, prefix: string): Promise<RecentList<T>> {
    const reading: Reading<T> = { partition, written: new Map(), outdated: false };
    readings.add(reading);
    try {
      const readAt = now();
      const found = await documents.list(partition, { prefix });
      const rows = new Map(found.map((row) => [row.row, reading.written.get(row.row) ?? row]));
      const list = { partition, prefix, readAt, rows };
      for (const [key, { readAt: old }] of lists) if (now() - old > RECENT_MS) lists.delete(key);
      if (!reading.outdated) lists.set(keyOf(partition, prefix), list);
      return list;
    } finally {
      readings.delete(reading);
    }
  }

  function readingsOf(partition: string): readonly Reading<T>[] {
    return [...readings].filter((reading) => reading.partition === partition);
  }

  /** Of the range asked for, or of the whole partition. */
  function recentList(partition: string, prefix: string): RecentList<T> | undefined {
    const known = [lists.get(keyOf(partition, prefix)), lists.get(keyOf(partition, ""))];
    return known.find((list) => list !== undefined && now() - list.readAt <= RECENT_MS);
  }

  function forget(partition: string): void {
    for (const reading of readingsOf(partition)) reading.outdated = true;
    for (const [key, list] of lists) if (list.partition === partition) lists.delete(key);
  }

  function learn(partition: string, row: Row<T>): void {
    for (const { written } of readingsOf(partition)) written.set(row.row, row);
    for (const list of lists.values()) {
      if (list.partition === partition && list.rows.has(row.row)) list.rows.set(row.row, row);
    }
  }

  /** What another process has written in between shows in a refused write. */
  async function orForget<R>(partition: string, write: Promise<R>): Promise<R> {
    try {
      return await write;
    } catch (error) {
      forget(partition);
      throw error;
    }
  }

  return {
    get: (partition, row, options) => documents.get(partition, row, options),
    async list(partition, { prefix = "", recent = false } = {}) {
      const known = recent ? recentList(partition, prefix) : undefined;
      const list =
        known ?? (await reads.call(keyOf(partition, prefix), () => read(partition, prefix)));
      const rows = [...list.rows.values()];
      return list.prefix === prefix ? rows : rows.filter(({ row }) => row.startsWith(prefix));
    },
    async replace(partition, row, value, version) {
      const written = await orForget(partition, documents.replace(partition, row, value, version));
      learn(partition, { row, value, version: written });
      return written;
    },
    insert(partition, row, value) {
      forget(partition);
      return documents.insert(partition, row, value);
    },
    upsert(partition, row, value) {
      forget(partition);
      return documents.upsert(partition, row, value);
    },
    upsertAll(partition, rows) {
      forget(partition);
      return documents.upsertAll(partition, rows);
    },
    remove(partition, row, version) {
      forget(partition);
      return documents.remove(partition, row, version);
    },
    removePartition(partition) {
      forget(partition);
      return documents.removePartition(partition);
    },
  };
}
