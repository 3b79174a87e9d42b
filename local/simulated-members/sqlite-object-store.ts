import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { KubeObject } from "../../src/api/meta.js";
import {
  type CollectionRef,
  type ObjectList,
  type ObjectRef,
  type ObjectStore,
  StoreError,
  type StoreEvent,
} from "../../src/storage/object-store.js";
import { type Change, ChangeLog } from "./change-log.js";
import { parseObject, withVersion } from "./stored-object.js";

/** With row ids: without them, bodies as long as those of ordinary objects would go to pages of their own. */
const TABLE = `
  CREATE TABLE IF NOT EXISTS objects (
    api_group TEXT NOT NULL, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (api_group, resource, namespace, name)
  );
`;

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
  db.exec(TABLE);
  return new SqliteObjectStore(db);
}

class SqliteObjectStore implements ObjectStore {
  readonly #db: DatabaseSync;
  readonly #log: ChangeLog;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#log = new ChangeLog(db);
    this.#statements = prepareStatements(db);
  }

  close(): void {
    this.#log.close();
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
      const stored = withVersion(object, sequence);
      const body = JSON.stringify(stored);
      const { changes } = this.#statements.insert.run(...keyOf(ref), body);
      if (changes === 0) throw new StoreError("AlreadyExists", `${describe(ref)} exists already`);
      return { stored, change: { type: "Added", body, previous: null } };
    });
  }

  async update(ref: ObjectRef, object: KubeObject): Promise<KubeObject> {
    return this.#write(ref, (sequence) => {
      const previous = this.#bodyAt(ref, object.metadata.resourceVersion);
      const stored = withVersion(object, sequence);
      const body = JSON.stringify(stored);
      this.#statements.update.run(body, ...keyOf(ref));
      return { stored, change: { type: "Modified", body, previous } };
    });
  }

  async remove(ref: ObjectRef, resourceVersion: string): Promise<KubeObject> {
    return this.#write(ref, (sequence) => {
      const previous = this.#bodyAt(ref, resourceVersion);
      const stored = withVersion(parseObject(previous), sequence);
      this.#statements.delete.run(...keyOf(ref));
      return { stored, change: { type: "Deleted", body: JSON.stringify(stored), previous } };
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
    yield* this.#log.follow(collection, parseVersion(resourceVersion), signal);
  }

  #list({ group, resource, namespace }: CollectionRef): ObjectList {
    const { list, listInNamespace } = this.#statements;
    const rows =
      namespace === undefined
        ? list.all(group, resource)
        : listInNamespace.all(group, resource, namespace);
    const items = rows.map(({ body }) => parseObject(String(body)));
    return { items, resourceVersion: String(this.#log.last) };
  }

  /** One write and its change record are one transaction. */
  #write(
    ref: ObjectRef,
    act: (sequence: number) => { readonly stored: KubeObject; readonly change: Change },
  ): KubeObject {
    const { begin, commit, rollback } = this.#statements;
    begin.run();
    try {
      const { stored, change } = act(this.#log.last + 1);
      this.#log.append(ref, change);
      commit.run();
      this.#log.announce(ref);
      return stored;
    } catch (error) {
      rollback.run();
      throw error;
    }
  }

  #body(ref: ObjectRef): string | undefined {
    const row = this.#statements.get.get(...keyOf(ref));
    return row && String(row.body);
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
}

const WHERE_KEY = "WHERE api_group = ? AND resource = ? AND namespace = ? AND name = ?";

function prepareStatements(db: DatabaseSync) {
  return {
    begin: db.prepare("BEGIN IMMEDIATE"),
    commit: db.prepare("COMMIT"),
    rollback: db.prepare("ROLLBACK"),
    get: db.prepare(`SELECT body FROM objects ${WHERE_KEY}`),
    list: db.prepare(
      "SELECT body FROM objects WHERE api_group = ? AND resource = ? ORDER BY namespace, name",
    ),
    listInNamespace: db.prepare(
      "SELECT body FROM objects WHERE api_group = ? AND resource = ? AND namespace = ? ORDER BY name",
    ),
    insert: db.prepare(
      "INSERT INTO objects (api_group, resource, namespace, name, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    ),
    update: db.prepare(`UPDATE objects SET body = ? ${WHERE_KEY}`),
    delete: db.prepare(`DELETE FROM objects ${WHERE_KEY}`),
  } as const satisfies Record<string, StatementSync>;
}

function keyOf(ref: ObjectRef): [string, string, string, string] {
  return [ref.group, ref.resource, ref.namespace ?? "", ref.name];
}

function describe(ref: ObjectRef): string {
  return [ref.resource, ref.namespace, ref.name].filter(Boolean).join("/");
}

function parseVersion(from: string): number {
  const version = /^[0-9]+$/.test(from) ? Number(from) : Number.NaN;
  if (Number.isSafeInteger(version)) return version;
  throw new StoreError("Expired", `"${from}" is no resourceVersion`);
}
