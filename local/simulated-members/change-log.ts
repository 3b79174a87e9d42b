import type { DatabaseSync, StatementSync } from "node:sqlite";
import { z } from "zod";
import { type CollectionRef, StoreError, type StoreEvent } from "../../src/storage/object-store.js";
import { Notifier } from "./notifier.js";
import { parseObject } from "./stored-object.js";

/** How many changes a watch can be behind and still resume. */
const CHANGES_KEPT = 10_000;
/** The log is trimmed once in so many writes: trimming at each write would double its cost. */
const TRIM_EVERY = 500;
/** Changes read at a time, so that a watch which is far behind does not hold them all in memory. */
const CHANGES_PER_READ = 500;

/** That of an empty store. A watch from 0 would mean "from whatever there is". */
const FIRST_VERSION = 1;

const TABLES = `
  CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY,
    api_group TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL,
    type TEXT NOT NULL, body TEXT NOT NULL, previous TEXT
  );
  CREATE INDEX IF NOT EXISTS changes_of_collection ON changes (api_group, resource, sequence);
`;

const Change = z.object({
  type: z.enum(["Added", "Modified", "Deleted"]),
  /** The object as it is stored, or was. */
  body: z.string(),
  /** The same before the change, when there was one. */
  previous: z.string().nullable(),
});
const ChangeRow = Change.extend({ sequence: z.number() });
type ChangeRow = z.infer<typeof ChangeRow>;

/** What a write has done to one object. */
export type Change = z.infer<typeof Change>;

const ExtentRow = z.object({ first: z.number().nullable(), last: z.number().nullable() });

/**
 * The changes of a store in their order, as far back as they are kept: what watches follow. Where it begins and ends is
 * read once, so the database must be this process's alone.
 */
export class ChangeLog {
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #select: StatementSync;
  /** By resource: a write does not make those look who follow others. */
  readonly #changed = new Notifier();
  /** Changes up to this one are not kept. */
  #trimmed: number;
  #last: number;

  constructor(db: DatabaseSync) {
    db.exec(TABLES);
    this.#insert = db.prepare(
      "INSERT INTO changes (sequence, api_group, resource, namespace, type, body, previous) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#delete = db.prepare("DELETE FROM changes WHERE sequence <= ?");
    this.#select = db.prepare(
      "SELECT sequence, type, body, previous FROM changes WHERE api_group = ? AND resource = ? AND sequence > ? AND (? IS NULL OR namespace = ?) ORDER BY sequence LIMIT ?",
    );
    const extent = db.prepare("SELECT min(sequence) AS first, max(sequence) AS last FROM changes");
    const { first, last } = ExtentRow.parse(extent.get());
    this.#last = last ?? FIRST_VERSION;
    this.#trimmed = first === null ? 0 : first - 1;
  }

  /** The sequence number of the last change that stands. */
  get last(): number {
    return this.#last;
  }

  /** Writes the change after the last one. It stands once its transaction is committed and `announce` is called. */
  append({ group, resource, namespace = "" }: CollectionRef, change: Change): void {
    const sequence = this.#last + 1;
    const { type, body, previous } = change;
    this.#insert.run(sequence, group, resource, namespace, type, body, previous);
    if (sequence % TRIM_EVERY === 0) this.#trim(sequence - CHANGES_KEPT);
  }

  /** Tells watches of the change that was appended. */
  announce(collection: CollectionRef): void {
    this.#last += 1;
    this.#changed.notify(resourceOf(collection));
  }

  /** The changes of a collection after `from`, without end until `signal` aborts or the log is closed. */
  async *follow(
    collection: CollectionRef,
    from: number,
    signal: AbortSignal,
  ): AsyncGenerator<StoreEvent> {
    let after = from;
    while (!signal.aborted && !this.#changed.closed) {
      const last = this.#last;
      const changes = this.#changesAfter(collection, after);
      for (const change of changes) {
        if (signal.aborted) return;
        after = change.sequence;
        yield toEvent(change);
      }
      if (changes.length < CHANGES_PER_READ) after = Math.max(after, last);
      if (after < this.#last) continue;
      if (!(await this.#changed.next(resourceOf(collection), signal))) return;
    }
  }

  /** Ends all that follow. */
  close(): void {
    this.#changed.close();
  }

  /** A transaction that is rolled back keeps more than is said here, which nobody misses. */
  #trim(upTo: number): void {
    if (upTo <= 0) return;
    this.#delete.run(upTo);
    this.#trimmed = upTo;
  }

  #changesAfter(collection: CollectionRef, after: number): readonly ChangeRow[] {
    if (after < this.#trimmed) {
      throw new StoreError("Expired", `changes since resourceVersion ${after} are not kept`);
    }
    const { group, resource, namespace = null } = collection;
    return this.#select
      .all(group, resource, after, namespace, namespace, CHANGES_PER_READ)
      .map((row) => ChangeRow.parse(row));
  }
}

function resourceOf({ group, resource }: CollectionRef): string {
  return `${group}/${resource}`;
}

function toEvent({ type, body, previous }: ChangeRow): StoreEvent {
  const object = parseObject(body);
  if (type !== "Modified") return { type, object };
  return { type, object, ...(previous !== null && { previous: parseObject(previous) }) };
}
