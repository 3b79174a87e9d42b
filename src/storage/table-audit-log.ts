import { odata, RestError, type TableClient } from "@azure/data-tables";
import { z } from "zod";
import { AuditEvent } from "../api/audit-event.js";
import { AFTER_TIME, dayKey, timeKey } from "./audit-keys.js";
import {
  type AuditFilter,
  type AuditLog,
  type AuditPage,
  InvalidContinueToken,
} from "./audit-log.js";
import { GroupedWrites, type WrittenEntity } from "./grouped-writes.js";
import { requestFor } from "./request-failure.js";
import { removeTogether } from "./row-transactions.js";
import { MAX_TRANSACTION_ROWS } from "./transaction-limits.js";

/** How many pages of storage one call looks at before it hands back what it has. */
const MAX_LOOKS = 10;
/** Source: "Query timeout and pagination", at most 1,000 entities. */
const KEYS_PER_PAGE = 1000;

export interface TableAuditLog extends AuditLog {
  /** Creates the table when it is missing. */
  prepare(): Promise<void>;
}

/**
 * Audit events in a table of their own: a partition per day, newest first in it and across them, and a property for
 * each thing that one may look for, so that storage itself filters.
 */
export function tableAuditLog(client: TableClient): TableAuditLog {
  const writes = new GroupedWrites(client);
  const subject = `table ${client.tableName}`;

  async function read(filter: string, limit: number, from: string | undefined) {
    const pages = client
      .listEntities<Record<string, unknown>>({ queryOptions: { filter } })
      .byPage({ maxPageSize: limit, ...(from !== undefined && { continuationToken: from }) });
    const page = await requestFor(subject, () => pages.next()).catch((error: unknown) => {
      throw from !== undefined && isBadRequest(error) ? new InvalidContinueToken() : error;
    });
    if (page.done) return { rows: [], next: undefined };
    return { rows: page.value, next: page.value.continuationToken };
  }

  return {
    async prepare() {
      await requestFor(subject, () => client.createTable());
    },

    async append(events) {
      const entities = events.map(entityOf);
      await Promise.all(entities.map((entity) => writes.write({ kind: "Upsert", entity })));
    },

    async page(filter, limit, continueToken): Promise<AuditPage> {
      const events: AuditEvent[] = [];
      let next = continueToken === undefined ? undefined : readToken(continueToken);
      for (let look = 0; look < MAX_LOOKS; look += 1) {
        const page = await read(odataOf(filter), limit - events.length, next);
        events.push(...page.rows.map(eventIn));
        next = page.next;
        if (next === undefined || events.length >= limit) break;
      }
      return { events, ...(next !== undefined && { continueToken: writeToken(next) }) };
    },

    async removeBefore(keep, max) {
      const filter = odata`PartitionKey gt ${dayKey(keep)}`;
      const { rows, next } = await read(filter, Math.min(max, KEYS_PER_PAGE), undefined);
      const days = Map.groupBy(rows, ({ partitionKey = "" }) => partitionKey);
      for (const [day, ofDay] of days) {
        const keys = ofDay.map(({ rowKey = "" }) => rowKey);
        for (let start = 0; start < keys.length; start += MAX_TRANSACTION_ROWS) {
          await removeTogether(client, day, keys.slice(start, start + MAX_TRANSACTION_ROWS));
        }
      }
      return next !== undefined;
    },
  };
}

/** The key is the event's own, so that a request that is sent twice makes one row. */
function entityOf(event: AuditEvent, index: number): WrittenEntity {
  const time = new Date(event.requestReceivedTimestamp);
  const { namespace, name, resource } = event.objectRef;
  return {
    partitionKey: dayKey(time),
    rowKey: `${timeKey(time)}-${event.auditID}-${String(index).padStart(6, "0")}`,
    user: event.user.username,
    verb: event.verb,
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    event: JSON.stringify(event),
  };
}

function eventIn(row: Record<string, unknown>): AuditEvent {
  return AuditEvent.parse(JSON.parse(String(row.event)));
}

/** Rows are written newest first: what is later has the lesser key. */
function odataOf({ since, until, ...equal }: AuditFilter): string {
  const bounds = [
    ...(since
      ? [odata`PartitionKey le ${dayKey(since)}`, odata`RowKey lt ${afterAll(since)}`]
      : []),
    ...(until
      ? [odata`PartitionKey ge ${dayKey(until)}`, odata`RowKey gt ${afterAll(until)}`]
      : []),
  ];
  const equalities = Object.entries(equal).flatMap(([property, value]) =>
    value === undefined ? [] : [property + odata` eq ${value}`],
  );
  return [...bounds, ...equalities].join(" and ");
}

/** Greater than the keys of that millisecond and of all later ones. */
function afterAll(time: Date): string {
  return `${timeKey(time)}${AFTER_TIME}`;
}

/** What the client library makes of storage's own position. */
const Position = z.strictObject({
  nextPartitionKey: z.string(),
  nextRowKey: z.string().optional(),
});

/** Without the characters that mean something else in a URL. */
function writeToken(position: string): string {
  return Buffer.from(position, "base64").toString("base64url");
}

/** @throws InvalidContinueToken */
function readToken(token: string): string {
  const bytes = Buffer.from(token, "base64url");
  const isPosition = parsesAs(Position, bytes.toString());
  if (!isPosition) throw new InvalidContinueToken();
  return bytes.toString("base64");
}

function parsesAs(schema: z.ZodType, text: string): boolean {
  try {
    return schema.safeParse(JSON.parse(text)).success;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Storage refuses a position that it did not give out. */
function isBadRequest(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof RestError && cause.statusCode === 400;
}
