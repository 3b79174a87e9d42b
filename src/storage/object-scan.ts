import type { FeedSource } from "./collection-feed.js";
import type { SeenObject } from "./collection-state.js";
import { mapInParallel } from "./map-in-parallel.js";
import { filterOf, objectOf, versionOf, writtenSince } from "./object-row.js";
import type { CollectionRef } from "./object-store.js";
import { HORIZON_MS, MARGIN_MS } from "./replay.js";
import { ticksOfMs, ticksOfVersion } from "./resource-version.js";
import type { ReadRow, RowKey, TableRows } from "./table-rows.js";

const BLOBS_AT_A_TIME = 16;
/** Last states are kept a little longer than anybody may rely on them. */
const KEPT_MS = HORIZON_MS + 5 * 60 * 1000;
/** Cleaning goes along with reading and must not slow it down. */
const CLEANED_AT_ONCE = 20;

/** Reads the rows of a collection for its feed, and cleans up what is left of objects deleted long ago. */
export function objectScan(
  rows: TableRows,
  collection: CollectionRef,
  now: () => number,
): FeedSource {
  const filter = filterOf(collection);
  let newest = 0n;
  /** What was written up to then has come out, and was read: nothing of it is read again. */
  let settled = 0n;
  let settling = { ticks: 0n, sinceMs: 0 };

  return {
    now,
    async scan(scope, knows) {
      const began = now();
      const since = later(settled, newest - ticksOfMs(MARGIN_MS));
      const isRecent = scope === "Recent" && since > 0n;
      const found = await rows.find(isRecent ? writtenSince(filter, since) : filter);
      const unknown = found.filter((row) => !knows(feedKeyOf(row), versionOf(row)));
      const seen = await mapInParallel(unknown, BLOBS_AT_A_TIME, (row) => readObject(rows, row));
      newest = found.reduce((latest, row) => later(latest, ticksOf(row)), newest);
      if (began - settling.sinceMs >= MARGIN_MS) {
        settled = settling.ticks;
        settling = { ticks: newest, sinceMs: now() };
      }
      const changed = seen.filter((object) => object !== undefined);
      if (isRecent) return { changed };
      await cleanUp(rows, found, now());
      return { changed, present: new Set(found.map(feedKeyOf)) };
    },
  };
}

/** Sorts by namespace, then name: the separator sorts before everything that a key may hold. */
export function feedKeyOf({ partitionKey, rowKey }: RowKey): string {
  return `${partitionKey}\n${rowKey}`;
}

/** @returns undefined when the row has gone since it was read */
async function readObject(rows: TableRows, row: ReadRow): Promise<SeenObject | undefined> {
  const found = await rows.textOf(row);
  if (!found) return undefined;
  const version = versionOf(found.row);
  return {
    key: feedKeyOf(row),
    version,
    deleted: found.row.deleted,
    object: objectOf(found.text, version),
  };
}

/** A row that somebody has written to, or removed, in the meantime is refused and left alone. */
async function cleanUp(rows: TableRows, found: readonly ReadRow[], nowMs: number): Promise<void> {
  const before = ticksOfMs(nowMs - KEPT_MS);
  const expired = found.filter((row) => row.deleted && ticksOf(row) < before);
  await mapInParallel(expired.slice(0, CLEANED_AT_ONCE), BLOBS_AT_A_TIME, (row) =>
    rows.remove(row, row.etag),
  );
}

function ticksOf(row: ReadRow): bigint {
  return ticksOfVersion(versionOf(row)) ?? 0n;
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
