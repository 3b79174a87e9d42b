import { randomUUID } from "node:crypto";
import type { TableClient, TransactionAction } from "@azure/data-tables";
import { refusalOf, requestFor } from "./request-failure.js";
import { blobOf, type TextProperties } from "./row-text.js";
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_ROWS } from "./transaction-limits.js";

/** A partition that somebody else is removing too is looked at again this often. */
const MAX_ROUNDS = 20;

/** Rows of one partition, ready to be sent. */
export interface PreparedRow {
  readonly rowKey: string;
  readonly text: TextProperties;
}

/** Writes the rows, whatever is there; each transaction is atomic, all of them together are not. */
export async function upsertRows(
  client: TableClient,
  partitionKey: string,
  rows: readonly PreparedRow[],
): Promise<void> {
  for (const batch of batches(rows)) {
    const actions = batch.map(({ rowKey, text }): TransactionAction => {
      const entity = { partitionKey, rowKey, ...text, writeId: randomUUID() };
      return ["upsert", entity, "Replace"];
    });
    await requestFor(subject(client, partitionKey), () => client.submitTransaction(actions));
  }
}

/**
 * Removes all rows of a partition that are there at the moment, also those that somebody else is removing.
 *
 * @returns the blobs that the rows pointed to
 */
export async function removeRows(
  client: TableClient,
  partitionKey: string,
): Promise<readonly string[]> {
  const blobs = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const rows = await pointersOf(client, partitionKey);
    if (rows.length === 0) return [...blobs];
    for (const { blob } of rows) if (blob !== undefined) blobs.add(blob);
    const keys = rows.map(({ rowKey }) => rowKey);
    let allGone = true;
    for (let start = 0; start < keys.length; start += MAX_TRANSACTION_ROWS) {
      const some = keys.slice(start, start + MAX_TRANSACTION_ROWS);
      allGone = (await removeTogether(client, partitionKey, some)) && allGone;
    }
    if (allGone) return [...blobs];
  }
  throw new Error(`${subject(client, partitionKey)} is removed by somebody else all the time`);
}

/**
 * Removes up to a hundred rows.
 *
 * @returns false when one was gone already: that makes the service refuse the whole transaction, and the next round sees
 * what is left
 */
export async function removeTogether(
  client: TableClient,
  partitionKey: string,
  keys: readonly string[],
): Promise<boolean> {
  const actions = keys.map((rowKey): TransactionAction => ["delete", { partitionKey, rowKey }]);
  try {
    await requestFor(subject(client, partitionKey), () => client.submitTransaction(actions));
    return true;
  } catch (error) {
    if (refusalOf(error) !== "Missing") throw error;
    return false;
  }
}

interface RowPointer {
  readonly rowKey: string;
  readonly blob?: string | undefined;
}

async function pointersOf(
  client: TableClient,
  partitionKey: string,
): Promise<readonly RowPointer[]> {
  const rows: RowPointer[] = [];
  const filter = `PartitionKey eq '${partitionKey}'`;
  const entities = client.listEntities<Record<string, unknown>>({
    queryOptions: { filter, select: ["RowKey", "blob"] },
  });
  await requestFor(subject(client, partitionKey), async () => {
    for await (const entity of entities) {
      if (entity.rowKey !== undefined) rows.push({ rowKey: entity.rowKey, blob: blobOf(entity) });
    }
  });
  return rows;
}

function* batches(rows: readonly PreparedRow[]): Generator<readonly PreparedRow[]> {
  let batch: PreparedRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row.text));
    if (
      batch.length > 0 &&
      (batch.length === MAX_TRANSACTION_ROWS || bytes + size > MAX_TRANSACTION_BYTES)
    ) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function subject(client: TableClient, partitionKey: string): string {
  return `rows ${client.tableName}/${partitionKey}`;
}
