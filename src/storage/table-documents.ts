import type { TableClient } from "@azure/data-tables";
import { z } from "zod";
import type { Documents, Row, Versioned } from "./documents.js";
import type { GzipBlobs } from "./gzip-blobs.js";
import { mapInParallel } from "./map-in-parallel.js";
import { StoreError } from "./object-store.js";
import { rowJson, storeText } from "./row-text.js";
import { removeRows, upsertRows } from "./row-transactions.js";
import { RowsAhead } from "./rows-ahead.js";
import { decodeKey, encodeKey, keyBounds } from "./table-key.js";
import { type ReadRow, type RowKey, type RowWrite, TableRows } from "./table-rows.js";

/** Blobs read or written at a time for one call. */
const BLOBS_AT_A_TIME = 16;

export interface TableDocuments<T> extends Documents<T> {
  /** Creates the table when it is missing. */
  prepare(): Promise<void>;
}

/** Documents in one table; `schema` is what every document has to fit, also one that an older release wrote. */
export function tableDocuments<T>(
  client: TableClient,
  blobs: GzipBlobs,
  schema: z.ZodType<T>,
): TableDocuments<T> {
  const rows = new TableRows(client, blobs);
  const rowsAhead = new RowsAhead(rows, Date.now);
  const name = (partition: string, row: string) => `${client.tableName}/${partition}/${row}`;

  async function read(row: ReadRow): Promise<Row<T> | undefined> {
    const found = await rows.textOf(row);
    if (!found) return undefined;
    const key = decodeKey(row.rowKey);
    const parsed = schema.safeParse(JSON.parse(found.text));
    if (parsed.success) return { row: key, value: parsed.data, version: found.row.etag };
    const document = name(decodeKey(row.partitionKey), key);
    throw new Error(`document ${document} does not fit: ${z.prettifyError(parsed.error)}`, {
      cause: parsed.error,
    });
  }

  return {
    prepare: () => rows.prepare(),

    async get(partition, row, { ahead = false } = {}): Promise<Versioned<T> | undefined> {
      const key = keyOf(partition, row);
      const found = await (ahead ? rowsAhead.get(key, filterFor(partition, "")) : rows.get(key));
      const document = found && (await read(found));
      return document && { value: document.value, version: document.version };
    },

    async list(partition, { prefix = "" } = {}) {
      const found = await rows.find(filterFor(partition, prefix));
      const documents = await mapInParallel(found, BLOBS_AT_A_TIME, read);
      return documents.filter((document) => document !== undefined).sort(byRow);
    },

    async insert(partition, row, value) {
      const written = await rows.insert(keyOf(partition, row), { text: rowJson(value) });
      if (written.kind === "Written") return written.etag;
      throw new StoreError("AlreadyExists", `${name(partition, row)} exists already`);
    },

    async replace(partition, row, value, version) {
      const written = await rows.replace(keyOf(partition, row), { text: rowJson(value) }, version);
      return etagOf(written, name(partition, row));
    },

    upsert: (partition, row, value) => rows.upsert(keyOf(partition, row), { text: rowJson(value) }),

    async upsertAll(partition, values) {
      // A transaction must not name a row twice; the last one wins, as if they were written one by one.
      const byKey = new Map(values.map(({ row, value }) => [encodeKey(row), value]));
      const prepared = await mapInParallel(
        [...byKey],
        BLOBS_AT_A_TIME,
        async ([rowKey, value]) => ({
          rowKey,
          text: await storeText(blobs, client.tableName, rowJson(value)),
        }),
      );
      await upsertRows(client, encodeKey(partition), prepared);
    },

    async remove(partition, row, version) {
      const outcome = await rows.remove(keyOf(partition, row), version);
      if (outcome === "Changed") throw conflictOn(name(partition, row));
      return outcome === "Removed";
    },

    async removePartition(partition) {
      const orphans = await removeRows(client, encodeKey(partition));
      await mapInParallel(orphans, BLOBS_AT_A_TIME, (blob) => blobs.remove(blob));
    },
  };
}

function keyOf(partition: string, row: string): RowKey {
  return { partitionKey: encodeKey(partition), rowKey: encodeKey(row) };
}

function filterFor(partition: string, prefix: string): string {
  const ofPartition = `PartitionKey eq '${encodeKey(partition)}'`;
  if (prefix === "") return ofPartition;
  const [first, end] = keyBounds(prefix);
  return `${ofPartition} and RowKey ge '${first}' and RowKey lt '${end}'`;
}

function etagOf(written: RowWrite, name: string): string {
  if (written.kind === "Written") return written.etag;
  if (written.current) throw conflictOn(name);
  throw new StoreError("NotFound", `${name} does not exist`);
}

function conflictOn(name: string): StoreError {
  return new StoreError("Conflict", `${name} has been changed by somebody else`);
}

/** The table's order, which differs where keys had to be escaped. */
function byRow(a: { readonly row: string }, b: { readonly row: string }): number {
  return Buffer.compare(Buffer.from(a.row), Buffer.from(b.row));
}
