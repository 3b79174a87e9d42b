import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

export type Row = Record<string, unknown>;

/** An open SQLite file: prepared statements by their text, and transactions. */
export class SqliteFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws naming the file, with the cause, when the schema cannot be applied: most often another process has it. */
  constructor(file: string, schema: string) {
    this.#database = new DatabaseSync(file);
    try {
      this.#database.exec(schema);
    } catch (cause) {
      this.#database.close();
      throw new Error(`${file} cannot be opened; is another host using it?`, { cause });
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** Runs the work as one transaction; a throw leaves everything as it was. */
  transaction<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Runs a statement and returns how many rows it changed and the id of the last one it inserted. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastId: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
