import type { GzipBlobs } from "./gzip-blobs.js";
import type { RowKey } from "./table-rows.js";

/** Rows with a blob are rare: this many are remembered at most. */
const REMEMBERED = 1000;

/**
 * Remembers which rows point to a blob, so that the blob can go when the row no longer needs it. What is forgotten, or
 * was never seen by this process, stays behind as an orphan: harmless, as no blob's name is used twice.
 */
export class RowBlobs {
  readonly #blobs: GzipBlobs;
  readonly #byRow = new Map<string, string>();

  constructor(blobs: GzipBlobs) {
    this.#blobs = blobs;
  }

  /** Notes what a row that was read points to. */
  read(key: RowKey, blob: string | undefined): void {
    const row = textOfKey(key);
    this.#byRow.delete(row);
    if (blob === undefined) return;
    this.#byRow.set(row, blob);
    const oldest = this.#byRow.size > REMEMBERED ? this.#byRow.keys().next().value : undefined;
    if (oldest !== undefined) this.#byRow.delete(oldest);
  }

  /** Ask before a write is sent: what is learnt later may belong to a version after that write. */
  known(key: RowKey): string | undefined {
    return this.#byRow.get(textOfKey(key));
  }

  /** Call when a write went through: nobody needs what was known before it. */
  async superseded(
    key: RowKey,
    obsolete: string | undefined,
    blob: string | undefined,
  ): Promise<void> {
    if (obsolete !== undefined || blob !== undefined) this.read(key, blob);
    if (obsolete !== undefined && obsolete !== blob) await this.#blobs.remove(obsolete);
  }
}

function textOfKey({ partitionKey, rowKey }: RowKey): string {
  return `${partitionKey}\n${rowKey}`;
}
