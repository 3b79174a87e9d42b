import type { TableClient, TransactionAction } from "@azure/data-tables";
import { refusalOf, requestFor } from "./request-failure.js";
import { StorageUnavailable } from "./storage-unavailable.js";
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_ROWS } from "./transaction-limits.js";

/** An entity to be written: its keys and its properties, all of them texts or flags. */
export interface WrittenEntity {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [property: string]: string | boolean;
}

/** A write of one row, as a request of its own would make it. */
export type RowAction =
  | { readonly kind: "Create" | "Upsert"; readonly entity: WrittenEntity }
  | { readonly kind: "Replace"; readonly entity: WrittenEntity; readonly etag: string };

interface Waiting {
  readonly action: RowAction;
  resolve(etag: string | undefined): void;
  reject(error: unknown): void;
}

/** Requests under way per partition before further writes gather: one that hangs does not hold up all others. */
const REQUESTS_AT_A_TIME = 1;

/**
 * Writes of single rows, sent together when many come at a time: those of one partition that arrive while others are
 * under way become one transaction. Each write still succeeds or is refused by itself, under its own ETag.
 */
export class GroupedWrites {
  readonly #client: TableClient;
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #underWay = new Map<string, number>();

  constructor(client: TableClient) {
    this.#client = client;
  }

  /** @returns the new ETag. @throws what the same request by itself would throw */
  write(action: RowAction): Promise<string | undefined> {
    const { partitionKey } = action.entity;
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(partitionKey) ?? [];
      this.#waiting.set(partitionKey, waiting);
      waiting.push({ action, resolve, reject });
      // What others write in this turn of the event loop goes along.
      if (waiting.length === 1) setImmediate(() => this.#next(partitionKey));
    });
  }

  #next(partition: string): void {
    const underWay = this.#underWay.get(partition) ?? 0;
    const waiting = this.#waiting.get(partition);
    if (!waiting || underWay >= REQUESTS_AT_A_TIME) return;
    const group = takeGroup(waiting);
    if (waiting.length === 0) this.#waiting.delete(partition);
    this.#underWay.set(partition, underWay + 1);
    void this.#sendGroup(group).finally(() => {
      const left = (this.#underWay.get(partition) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(partition);
      else this.#underWay.set(partition, left);
      this.#next(partition);
    });
  }

  /** A refused write leaves the group, and the others are sent again: a transaction happens as a whole or not at all. */
  async #sendGroup(group: readonly Waiting[]): Promise<void> {
    let rest = group;
    while (rest.length > 1) {
      try {
        const etags = await this.#sendTogether(rest);
        for (const [index, write] of rest.entries()) write.resolve(etags[index]);
        return;
      } catch (error) {
        const refused = refusedIn(error);
        const write = refused === undefined ? undefined : rest[refused];
        if (write === undefined) return this.#withoutGroup(rest, error);
        write.reject(error);
        rest = rest.filter((other) => other !== write);
      }
    }
    await Promise.all(rest.map((write) => this.#sendAlone(write)));
  }

  /** Storage that does not answer is not asked again for each row; any other trouble finds the row it is about. */
  async #withoutGroup(rest: readonly Waiting[], error: unknown): Promise<void> {
    if (error instanceof StorageUnavailable) for (const write of rest) write.reject(error);
    else for (const write of rest) await this.#sendAlone(write);
  }

  async #sendTogether(group: readonly Waiting[]): Promise<readonly (string | undefined)[]> {
    const actions = group.map(({ action }) => transactionAction(action));
    const partition = group[0]?.action.entity.partitionKey;
    const { subResponses } = await requestFor(`rows ${this.#client.tableName}/${partition}`, () =>
      this.#client.submitTransaction(actions),
    );
    return subResponses.map(({ etag }) => etag);
  }

  async #sendAlone({ action, resolve, reject }: Waiting): Promise<void> {
    const { partitionKey, rowKey } = action.entity;
    const subject = `row ${this.#client.tableName}/${partitionKey}/${rowKey}`;
    try {
      const { etag } = await requestFor(subject, () => this.#request(action));
      resolve(etag);
    } catch (error) {
      reject(error);
    }
  }

  #request(action: RowAction): Promise<{ etag?: string }> {
    switch (action.kind) {
      case "Create":
        return this.#client.createEntity(action.entity);
      case "Upsert":
        return this.#client.upsertEntity(action.entity, "Replace");
      case "Replace":
        return this.#client.updateEntity(action.entity, "Replace", { etag: action.etag });
    }
  }
}

/** The first ones that fit into a transaction, which must not name a row twice. Takes them off the list. */
function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  const rows = new Set<string>();
  let bytes = 0;
  let count = 0;
  for (const { action } of waiting) {
    bytes += sizeOf(action.entity);
    const fits = count === 0 || (count < MAX_TRANSACTION_ROWS && bytes <= MAX_TRANSACTION_BYTES);
    if (!fits || rows.has(action.entity.rowKey)) break;
    rows.add(action.entity.rowKey);
    count += 1;
  }
  return waiting.splice(0, count);
}

/** At most: a character takes up to three bytes in UTF-8. */
function sizeOf(entity: WrittenEntity): number {
  let units = 0;
  for (const value of Object.values(entity)) units += typeof value === "string" ? value.length : 4;
  return units * 3;
}

function transactionAction(action: RowAction): TransactionAction {
  switch (action.kind) {
    case "Create":
      return ["create", action.entity];
    case "Upsert":
      return ["upsert", action.entity, "Replace"];
    case "Replace":
      return ["update", action.entity, "Replace", { etag: action.etag }];
  }
}

/**
 * Which write of a transaction was refused. Source: "Performing entity group transactions", sample error response: the
 * message begins with the index of the operation.
 */
function refusedIn(error: unknown): number | undefined {
  if (refusalOf(error) === undefined || !(error instanceof Error)) return undefined;
  const index = /^(\d+):/.exec(error.message)?.[1];
  return index === undefined ? undefined : Number(index);
}
