import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { z } from "zod";
import type { KubeObject } from "../../src/api/meta.js";
import {
  type CollectionRef,
  type ObjectList,
  type ObjectRef,
  type ObjectStore,
  StoreError,
  type StoreEvent,
} from "../../src/storage/object-store.js";
import { Notifier } from "./notifier.js";

/** How many changes a watch can be behind and still resume. */
const CHANGES_KEPT = 10_000;
/** The log is trimmed once in so many writes: trimming at each write would double its cost. */
const TRIM_EVERY = 500;
/** Changes read at a time, so that a watch which is far behind does not hold them all in memory. */
const CHANGES_PER_READ = 500;

/** That of an empty store. A watch from 0 would mean "from whatever there is". */
const FIRST_VERSION = 1;

const TABLES = `
  CREATE TABLE IF NOT EXISTS objects (
    api_group TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (api_group, resource, namespace, name)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY,
    api_group TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL,
    type TEXT NOT NULL, body TEXT NOT NULL, previous TEXT
  );
  CREATE INDEX IF NOT EXISTS changes_of_collection ON changes (api_group, resource, sequence);
  CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL, trimmed INTEGER NOT NULL);
  INSERT OR IGNORE INTO position (id, last, trimmed) VALUES (1, ${FIRST_VERSION}, 0);
`;

const BodyRow = z.object({ body: z.string() });
const PositionRow = z.object({ last: z.number(), trimmed: z.number() });
const ChangeRow = z.object({
  sequence: z.number(),
  type: z.enum(["Added", "Modified", "Deleted"]),
  body: z.string(),
  previous: z.string().nullable(),
});
type ChangeRow = z.infer<typeof ChangeRow>;

/**
 * An object store in one SQLite file, for simulated members and tests: what etcd is to a real API server.
 *
 * One sequence numbers the writes of all kinds and is the resourceVersion. The file is for one process at a time, which
 * may be killed at any moment without losing an answered write.
 *
 * @param path a file, created when missing, or ":memory:"
 */
export function openSqliteObjectStore(path: string): ObjectStore & { close(): void } {
  const db = new DatabaseSync(path);
  db.exec(
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
  );
  db.exec(TABLES);
  return new SqliteObjectStore(db);
}

class SqliteObjectStore implements ObjectStore {
  readonly #db: DatabaseSync;
  /** By resource: a write does not make those look who follow others. */
  readonly #changed = new Notifier();
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  close(): void {
    this.#changed.close();
    this.#statements.clear();
    this.#db.close();
  }

  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    const body = this.#body(ref);
    return body === undefined ? undefined : parseObject(body);
  }

  async list(collection: CollectionRef): Promise<ObjectList> {
    return this.#list(collection);
  }

  async create(ref: ObjectRef, object: KubeObject): Promise<KubeObject> {
    return this.#write(ref, (sequence) => {
      if (this.#body(ref) !== undefined) {
        throw new StoreError("AlreadyExists", `${describe(ref)} exists already`);
      }
      const stored = withVersion(object, sequence);
      const body = JSON.stringify(stored);
      this.#run(
        "INSERT INTO objects (api_group, resource, namespace, name, body) VALUES (?, ?, ?, ?, ?)",
        ...keyOf(ref),
        body,
      );
      return { stored, change: { sequence, type: "Added", body, previous: null } };
    });
  }

  async update(ref: ObjectRef, object: KubeObject): Promise<KubeObject> {
    return this.#write(ref, (sequence) => {
      const previous = this.#bodyAt(ref, object.metadata.resourceVersion);
      const stored = withVersion(object, sequence);
      const body = JSON.stringify(stored);
      this.#run(
        "UPDATE objects SET body = ? WHERE api_group = ? AND resource = ? AND namespace = ? AND name = ?",
        body,
        ...keyOf(ref),
      );
      return { stored, change: { sequence, type: "Modified", body, previous } };
    });
  }

  async remove(ref: ObjectRef, resourceVersion: string): Promise<KubeObject> {
    return this.#write(ref, (sequence) => {
      const previous = this.#bodyAt(ref, resourceVersion);
      const stored = withVersion(parseObject(previous), sequence);
      this.#run(
        "DELETE FROM objects WHERE api_group = ? AND resource = ? AND namespace = ? AND name = ?",
        ...keyOf(ref),
      );
      return {
        stored,
        change: { sequence, type: "Deleted", body: JSON.stringify(stored), previous },
      };
    });
  }

  async *watch(
    collection: CollectionRef,
    from: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<StoreEvent> {
    const everything = from === undefined || from === "0";
    const { items, resourceVersion } = everything
      ? this.#list(collection)
      : { items: [], resourceVersion: from };
    for (const object of items) {
      if (signal.aborted) return;
      yield { type: "Added", object };
    }
    yield* this.#follow(collection, parseVersion(resourceVersion), signal);
  }

  async *#follow(
    collection: CollectionRef,
    from: number,
    signal: AbortSignal,
  ): AsyncGenerator<StoreEvent> {
    let after = from;
    while (!signal.aborted && !this.#changed.closed) {
      const changes = this.#changesAfter(collection, after);
      for (const change of changes) {
        if (signal.aborted) return;
        after = change.sequence;
        yield toEvent(change);
      }
      if (changes.length === 0 && !(await this.#changed.next(resourceOf(collection), signal)))
        return;
    }
  }

  #list(collection: CollectionRef): ObjectList {
    const { group, resource, namespace } = collection;
    const rows =
      namespace === undefined
        ? this.#all(
            "SELECT body FROM objects WHERE api_group = ? AND resource = ? ORDER BY namespace, name",
            group,
            resource,
          )
        : this.#all(
            "SELECT body FROM objects WHERE api_group = ? AND resource = ? AND namespace = ? ORDER BY name",
            group,
            resource,
            namespace,
          );
    const items = rows.map((row) => parseObject(BodyRow.parse(row).body));
    return { items, resourceVersion: String(this.#position().last) };
  }

  #changesAfter(collection: CollectionRef, after: number): readonly ChangeRow[] {
    if (after < this.#position().trimmed) {
      throw new StoreError("Expired", `changes since resourceVersion ${after} are not kept`);
    }
    const { group, resource, namespace } = collection;
    return this.#all(
      "SELECT sequence, type, body, previous FROM changes WHERE api_group = ? AND resource = ? AND sequence > ? AND (? IS NULL OR namespace = ?) ORDER BY sequence LIMIT ?",
      group,
      resource,
      after,
      namespace ?? null,
      namespace ?? null,
      CHANGES_PER_READ,
    ).map((row) => ChangeRow.parse(row));
  }

  /** One write, its change record and the new position are one transaction. */
  #write(
    ref: ObjectRef,
    act: (sequence: number) => { readonly stored: KubeObject; readonly change: ChangeRow },
  ): KubeObject {
    this.#run("BEGIN IMMEDIATE");
    try {
      const { stored, change } = act(this.#position().last + 1);
      this.#record(ref, change);
      this.#run("COMMIT");
      this.#changed.notify(resourceOf(ref));
      return stored;
    } catch (error) {
      this.#run("ROLLBACK");
      throw error;
    }
  }

  #record(ref: ObjectRef, change: ChangeRow): void {
    const { sequence, type, body, previous } = change;
    this.#run(
      "INSERT INTO changes (sequence, api_group, resource, namespace, type, body, previous) VALUES (?, ?, ?, ?, ?, ?, ?)",
      sequence,
      ref.group,
      ref.resource,
      ref.namespace ?? "",
      type,
      body,
      previous,
    );
    this.#run("UPDATE position SET last = ?", sequence);
    if (sequence % TRIM_EVERY === 0) this.#trim(sequence - CHANGES_KEPT);
  }

  #trim(upTo: number): void {
    if (upTo <= 0) return;
    this.#run("DELETE FROM changes WHERE sequence <= ?", upTo);
    this.#run("UPDATE position SET trimmed = ?", upTo);
  }

  #position(): z.infer<typeof PositionRow> {
    return PositionRow.parse(this.#prepared("SELECT last, trimmed FROM position").get());
  }

  #body(ref: ObjectRef): string | undefined {
    const row = this.#prepared(
      "SELECT body FROM objects WHERE api_group = ? AND resource = ? AND namespace = ? AND name = ?",
    ).get(...keyOf(ref));
    return row && BodyRow.parse(row).body;
  }

  #bodyAt(ref: ObjectRef, resourceVersion: string | undefined): string {
    const body = this.#body(ref);
    if (body === undefined) throw new StoreError("NotFound", `${describe(ref)} does not exist`);
    if (parseObject(body).metadata.resourceVersion !== resourceVersion) {
      throw new StoreError(
        "Conflict",
        `${describe(ref)} is not at resourceVersion ${resourceVersion}`,
      );
    }
    return body;
  }

  #all(sql: string, ...values: SQLInputValue[]): readonly unknown[] {
    return this.#prepared(sql).all(...values);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepared(sql).run(...values);
  }

  #prepared(sql: string): ReturnType<DatabaseSync["prepare"]> {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function keyOf(ref: ObjectRef): [string, string, string, string] {
  return [ref.group, ref.resource, ref.namespace ?? "", ref.name];
}

function resourceOf({ group, resource }: CollectionRef): string {
  return `${group}/${resource}`;
}

function describe(ref: ObjectRef): string {
  return [ref.resource, ref.namespace, ref.name].filter(Boolean).join("/");
}

/** The body column holds what this store wrote itself: an object. */
function parseObject(body: string): KubeObject {
  return JSON.parse(body) as KubeObject;
}

function withVersion(object: KubeObject, sequence: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(sequence) } };
}

function parseVersion(from: string): number {
  const version = /^[0-9]+$/.test(from) ? Number(from) : Number.NaN;
  if (Number.isSafeInteger(version)) return version;
  throw new StoreError("Expired", `"${from}" is no resourceVersion`);
}

function toEvent({ type, body, previous }: ChangeRow): StoreEvent {
  const object = parseObject(body);
  if (type !== "Modified") return { type, object };
  return { type, object, ...(previous !== null && { previous: parseObject(previous) }) };
}
