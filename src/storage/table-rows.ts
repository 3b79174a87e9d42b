import { randomUUID } from "node:crypto";
import type { TableClient, TableEntityQueryOptions } from "@azure/data-tables";
import { GroupedWrites, type RowAction, type WrittenEntity } from "./grouped-writes.js";
import type { GzipBlobs } from "./gzip-blobs.js";
import { type Refusal, refusalOf, requestFor } from "./request-failure.js";
import { RowBlobs } from "./row-blobs.js";
import {
  blobOf,
  HEAD_PROPERTIES,
  headOf,
  loadText,
  type ReadProperties,
  storeText,
} from "./row-text.js";
import { SharedCalls } from "./shared-calls.js";

/** Where a row is; both keys encoded. */
export interface RowKey {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** A row as it was read; `textOf` gives what it holds. */
export interface ReadRow extends RowKey {
  readonly etag: string;
  /** Left in place of something that was deleted. */
  readonly deleted: boolean;
  readonly properties: ReadProperties;
}

/** What a row is to hold. */
export interface RowContent {
  readonly text: string;
  /** Length of a beginning of the text that is of use alone: `head` gives it. */
  readonly head?: number;
  readonly deleted?: boolean;
  /** Short values that can be read without the text. */
  readonly facts?: Readonly<Record<string, string | boolean>>;
}

export type RowWrite =
  | { readonly kind: "Written"; readonly etag: string }
  /** Refused: the row is not, or no longer, at the version asked for. `current` is absent when there is none. */
  | { readonly kind: "Refused"; readonly current?: ReadRow };

/** The beginning of a row's text. */
export type RowHead = NonNullable<ReturnType<typeof headOf>>;

const PAGE_SIZE = 1000;
/** How often a row may be rewritten between reading it and its blob. */
const MAX_READS = 5;

/**
 * Rows of one table that hold a text of any length each, written under optimistic concurrency.
 *
 * Every write carries an id of its own. A request that was sent again because its answer got lost may be refused by its
 * own first attempt; the id shows that the row holds what was to be written.
 */
export class TableRows {
  readonly #client: TableClient;
  readonly #blobs: GzipBlobs;
  readonly #rowBlobs: RowBlobs;
  readonly #writes: GroupedWrites;
  readonly #reads = new SharedCalls<ReadRow | undefined>();
  readonly #someReads = new SharedCalls<ReadRow | undefined>();

  constructor(client: TableClient, blobs: GzipBlobs) {
    this.#client = client;
    this.#blobs = blobs;
    this.#rowBlobs = new RowBlobs(blobs);
    this.#writes = new GroupedWrites(client);
  }

  /** Creates the table when it is missing. */
  async prepare(): Promise<void> {
    await requestFor(`table ${this.#client.tableName}`, () => this.#client.createTable());
  }

  /** The row as it is, read after this call: callers that wait for the same row share one request. */
  get(key: RowKey): Promise<ReadRow | undefined> {
    return this.#reads.call(`${key.partitionKey}\n${key.rowKey}`, () => this.#get(key));
  }

  /** Some short values of the row as it is, without its text. @returns undefined when there is no row */
  async facts(key: RowKey, names: readonly string[]): Promise<ReadProperties | undefined> {
    return (await this.#some(key, names))?.properties;
  }

  /**
   * The beginning of the row's text, whether more follows, and the row without the rest. @returns undefined when there
   * is no row. The head is undefined when the row has to be read as a whole.
   */
  async head(key: RowKey): Promise<{ row: ReadRow; head: RowHead | undefined } | undefined> {
    const row = await this.#some(key, [...HEAD_PROPERTIES, "deleted"]);
    return row && { row, head: headOf(row.properties) };
  }

  #some(key: RowKey, names: readonly string[]): Promise<ReadRow | undefined> {
    const { partitionKey, rowKey } = key;
    const call = [partitionKey, rowKey, ...names].join("\n");
    return this.#someReads.call(call, () => this.#get(key, { select: [...names] }));
  }

  async #get(key: RowKey, queryOptions?: TableEntityQueryOptions): Promise<ReadRow | undefined> {
    const { partitionKey, rowKey } = key;
    try {
      const entity = await requestFor(this.#subject(key), () =>
        this.#client.getEntity<Record<string, unknown>>(partitionKey, rowKey, {
          ...(queryOptions && { queryOptions }),
        }),
      );
      return queryOptions
        ? readRow(key, entity.etag, entity)
        : this.#readRow(key, entity.etag, entity);
    } catch (error) {
      if (refusalOf(error) === "Missing") return undefined;
      throw error;
    }
  }

  /** Rows that match an OData filter, in key order. */
  async find(filter: string): Promise<readonly ReadRow[]> {
    const rows: ReadRow[] = [];
    for await (const page of this.#pages(filter, PAGE_SIZE)) rows.push(...page);
    return rows;
  }

  /** The first of them: up to `count`, at most 1000. Fewer are all there are. */
  async findFirst(filter: string, count: number): Promise<readonly ReadRow[]> {
    const rows: ReadRow[] = [];
    // A page may have less than was asked for, although more follow.
    for await (const page of this.#pages(filter, count)) {
      rows.push(...page);
      if (rows.length >= count) break;
    }
    return rows.slice(0, count);
  }

  async *#pages(filter: string, maxPageSize: number): AsyncGenerator<readonly ReadRow[]> {
    const subject = `table ${this.#client.tableName}`;
    const pages = this.#client
      .listEntities<Record<string, unknown>>({ queryOptions: { filter } })
      .byPage({ maxPageSize });
    for (;;) {
      const page = await requestFor(subject, () => pages.next());
      if (page.done) return;
      yield page.value.map(({ partitionKey = "", rowKey = "", etag, ...properties }) =>
        this.#readRow({ partitionKey, rowKey }, etag, properties),
      );
    }
  }

  /** The row's text, and its version if it had to be read again. @returns undefined when it is gone by now */
  async textOf(row: ReadRow): Promise<{ text: string; row: ReadRow } | undefined> {
    let current: ReadRow | undefined = row;
    for (let reads = 0; current && reads < MAX_READS; reads += 1) {
      const text = await loadText(this.#blobs, current.properties);
      if (text !== undefined) return { text, row: current };
      current = await this.get(row);
    }
    if (current)
      throw new Error(`${this.#subject(row)}: blob ${blobOf(current.properties)} is lost`);
    return undefined;
  }

  insert(key: RowKey, content: RowContent): Promise<RowWrite> {
    return this.#write(key, content, (entity) => ({ kind: "Create", entity }));
  }

  replace(key: RowKey, content: RowContent, etag: string): Promise<RowWrite> {
    return this.#write(key, content, (entity) => ({ kind: "Replace", entity, etag }));
  }

  /** Writes whatever is there. @returns the ETag */
  async upsert(key: RowKey, content: RowContent): Promise<string> {
    const written = await this.#write(key, content, (entity) => ({ kind: "Upsert", entity }));
    if (written.kind === "Written") return written.etag;
    throw new Error(`${this.#subject(key)}: an unconditional write was refused`);
  }

  /** @param etag the only version that may be removed; by default any */
  async remove(key: RowKey, etag = "*"): Promise<"Removed" | Refusal> {
    const obsolete = this.#rowBlobs.known(key);
    try {
      await requestFor(this.#subject(key), () =>
        this.#client.deleteEntity(key.partitionKey, key.rowKey, { etag }),
      );
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
    await this.#rowBlobs.superseded(key, obsolete, undefined);
    return "Removed";
  }

  async #write(
    key: RowKey,
    content: RowContent,
    actionFor: (entity: WrittenEntity) => RowAction,
  ): Promise<RowWrite> {
    const obsolete = this.#rowBlobs.known(key);
    const text = await storeText(this.#blobs, this.#client.tableName, content.text, content.head);
    const writeId = randomUUID();
    const deleted = content.deleted && { deleted: true };
    const entity = { ...key, ...text, ...content.facts, writeId, ...deleted };
    const written = await this.#send(key, writeId, actionFor(entity));
    const blob = blobOf(text);
    if (written.kind === "Written") await this.#rowBlobs.superseded(key, obsolete, blob);
    else if (blob !== undefined) await this.#blobs.remove(blob);
    return written;
  }

  async #send(key: RowKey, writeId: string, action: RowAction): Promise<RowWrite> {
    try {
      const etag = await this.#writes.write(action);
      if (etag !== undefined) return { kind: "Written", etag };
      throw new Error(`${this.#subject(key)}: the answer to a write has no ETag`);
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      const current = await this.get(key);
      if (!current) return { kind: "Refused" };
      if (current.properties.writeId === writeId) return { kind: "Written", etag: current.etag };
      return { kind: "Refused", current };
    }
  }

  #readRow(key: RowKey, etag: string, properties: ReadProperties): ReadRow {
    this.#rowBlobs.read(key, blobOf(properties));
    return readRow(key, etag, properties);
  }

  #subject({ partitionKey, rowKey }: RowKey): string {
    return `row ${this.#client.tableName}/${partitionKey}/${rowKey}`;
  }
}

function readRow(
  { partitionKey, rowKey }: RowKey,
  etag: string,
  properties: ReadProperties,
): ReadRow {
  return { partitionKey, rowKey, etag, deleted: properties.deleted === true, properties };
}
