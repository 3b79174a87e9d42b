import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { EpisodeResult } from "./episode.js";
import type { Faults } from "./faults.js";
import type { ExecutionStarted, HistoryEvent } from "./history-event.js";
import type { QueuedMessage } from "./inbox.js";
import { type Instance, isFinished, type RuntimeStatus } from "./instance.js";
import { type NewMessage, outgoingMessages } from "./outgoing-messages.js";
import type { Outgoing } from "./record-decisions.js";
import { taskHubSchema } from "./task-hub-schema.js";

/** One call of an activity. The row lives until its answer is in the instance's queue. */
export interface ActivityItem {
  readonly id: number;
  readonly instanceId: string;
  readonly executionId: string;
  readonly taskId: number;
  readonly name: string;
  /** JSON text of the action's input. */
  readonly input: string;
}

export interface InstanceFilter {
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  /** Empty for any. */
  readonly statuses: readonly string[];
  readonly idPrefix: string;
  /** Instances after this id, in the order of ids. */
  readonly after: string;
  readonly limit: number;
}

/** One finished episode, on its way into the store. */
export interface EpisodeCommit {
  /** The instance as it was when the episode began; undefined for a child that is just starting. */
  readonly instance: Instance | undefined;
  readonly begins: boolean;
  readonly consumed: readonly QueuedMessage[];
  readonly episode: EpisodeResult;
}

/** What a commit put into the queues. */
export interface Committed {
  readonly activities: readonly ActivityItem[];
  readonly messages: readonly NewMessage[];
}

type Row = Record<string, unknown>;

/**
 * The task hub on disk: instances, histories, message queues and activity work items in one SQLite file. Every method
 * is one transaction, so a host that is killed loses at most the episode it was in, and repeats it.
 *
 * The file is locked while it is open; a second host on it fails to start.
 */
export class TaskHub {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    try {
      this.#database.exec(taskHubSchema);
    } catch (cause) {
      this.#database.close();
      throw new Error(`${file} cannot be opened; is another host using it?`, { cause });
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  instance(instanceId: string): Instance | undefined {
    const row = this.#get("SELECT * FROM instances WHERE instance_id = ?", instanceId);
    return row && toInstance(row);
  }

  history(instanceId: string): HistoryEvent[] {
    const sql = "SELECT event FROM history WHERE instance_id = ? ORDER BY seq";
    return this.#all(sql, instanceId).map((row) => JSON.parse(String(row.event)));
  }

  instances(filter: InstanceFilter): Instance[] {
    const marks = filter.statuses.map(() => "?").join(",");
    const status = filter.statuses.length === 0 ? "" : `AND runtime_status IN (${marks})`;
    return this.#all(
      `SELECT * FROM instances WHERE instance_id > ? AND substr(instance_id, 1, ?) = ?
       AND created_at >= ? AND created_at <= ? ${status} ORDER BY instance_id LIMIT ?`,
      filter.after,
      filter.idPrefix.length,
      filter.idPrefix,
      filter.createdFrom?.getTime() ?? 0,
      filter.createdTo?.getTime() ?? Number.MAX_SAFE_INTEGER,
      ...filter.statuses,
      filter.limit,
    ).map(toInstance);
  }

  /**
   * Creates an instance, Pending, with its start message. A live instance of that id stays and is returned; a finished
   * one is replaced unless `replace` says that any may be.
   */
  create(started: ExecutionStarted, replace: "finished" | "any"): Instance | undefined {
    const { InstanceId: instanceId, ExecutionId: executionId } = started.OrchestrationInstance;
    return this.#transaction(() => {
      const existing = this.instance(instanceId);
      if (existing && replace === "finished" && !isFinished(existing.runtimeStatus))
        return existing;
      const now = new Date(started.Timestamp);
      this.#run("DELETE FROM history WHERE instance_id = ?", instanceId);
      this.#putInstance(started, "Pending", now);
      this.#putMessage({ instanceId, executionId, visibleAt: now, event: started });
      return undefined;
    });
  }

  enqueue(messages: readonly NewMessage[]): void {
    this.#transaction(() => {
      for (const message of messages) this.#putMessage(message);
    });
  }

  /** Messages that are due, oldest first. */
  queue(instanceId: string, now: Date): QueuedMessage[] {
    return this.#all(
      "SELECT id, execution_id, event FROM messages WHERE instance_id = ? AND visible_at <= ? ORDER BY visible_at, id",
      instanceId,
      now.getTime(),
    ).map((row) => ({
      id: Number(row.id),
      executionId: textOrNull(row.execution_id),
      event: JSON.parse(String(row.event)),
    }));
  }

  discard(messages: readonly QueuedMessage[]): void {
    this.#transaction(() => this.#deleteMessages(messages));
  }

  /** Instances with messages that are due. */
  dueInstances(now: Date): string[] {
    return this.#all(
      "SELECT DISTINCT instance_id FROM messages WHERE visible_at <= ?",
      now.getTime(),
    ).map((row) => String(row.instance_id));
  }

  /** When the next message that is not due yet becomes due. */
  nextDue(now: Date): Date | undefined {
    const row = this.#get(
      "SELECT min(visible_at) AS next FROM messages WHERE visible_at > ?",
      now.getTime(),
    );
    return row?.next == null ? undefined : new Date(Number(row.next));
  }

  /**
   * Saves an episode: history, status, outgoing messages and activities, and the messages it consumed. When the
   * instance was purged or replaced meanwhile, only the messages go.
   */
  commitEpisode(
    commit: EpisodeCommit,
    newExecutionId: () => string,
    now: Date,
    faults: Faults,
  ): Committed {
    const { instance, begins, consumed, episode } = commit;
    const { InstanceId: instanceId } = episode.started.OrchestrationInstance;
    return this.#transaction(() => {
      if (this.instance(instanceId)?.executionId !== instance?.executionId) {
        this.#deleteMessages(consumed);
        return { activities: [], messages: [] };
      }
      if (begins || episode.replacesHistory)
        this.#run("DELETE FROM history WHERE instance_id = ?", instanceId);
      this.#appendHistory(instanceId, episode.events);
      this.#saveStatus(episode, begins, now);
      this.#deleteMessages(consumed);
      const messages = episode.outgoing.flatMap((outgoing) =>
        outgoingMessages(instanceId, outgoing, newExecutionId, now, faults),
      );
      for (const message of messages) this.#putMessage(message);
      const activities = episode.outgoing
        .filter((outgoing) => outgoing.kind === "activity")
        .map((activity) => this.#putActivity(instanceId, activity));
      return { activities, messages };
    });
  }

  activities(): ActivityItem[] {
    return this.#all("SELECT * FROM activities ORDER BY id").map((row) => ({
      id: Number(row.id),
      instanceId: String(row.instance_id),
      executionId: String(row.execution_id),
      taskId: Number(row.task_id),
      name: String(row.name),
      input: String(row.input),
    }));
  }

  /** Queues an activity's answer and removes its work item, together. */
  completeActivity(item: ActivityItem, answers: readonly NewMessage[]): void {
    this.#transaction(() => {
      for (const answer of answers) this.#putMessage(answer);
      this.#run("DELETE FROM activities WHERE id = ?", item.id);
    });
  }

  /** Removes an instance and its history, running or not. Messages for it are dropped when they come up. */
  purge(instanceId: string): boolean {
    return this.#transaction(() => {
      this.#run("DELETE FROM history WHERE instance_id = ?", instanceId);
      return this.#run("DELETE FROM instances WHERE instance_id = ?", instanceId) > 0;
    });
  }

  /** What is known of a timer trigger: its last and next tick. */
  timerStatus(name: string): { last: Date; next: Date } | undefined {
    const row = this.#get("SELECT last, next FROM timer_triggers WHERE name = ?", name);
    return row && { last: new Date(Number(row.last)), next: new Date(Number(row.next)) };
  }

  saveTimerStatus(name: string, last: Date, next: Date): void {
    this.#run(
      "INSERT OR REPLACE INTO timer_triggers (name, last, next) VALUES (?, ?, ?)",
      name,
      last.getTime(),
      next.getTime(),
    );
  }

  #putActivity(
    instanceId: string,
    { executionId, taskId, name, input }: Extract<Outgoing, { kind: "activity" }>,
  ): ActivityItem {
    const text = JSON.stringify(input ?? null);
    const { lastInsertRowid } = this.#statement(
      "INSERT INTO activities (instance_id, execution_id, task_id, name, input) VALUES (?, ?, ?, ?, ?)",
    ).run(instanceId, executionId, taskId, name, text);
    return { id: Number(lastInsertRowid), instanceId, executionId, taskId, name, input: text };
  }

  #putMessage({ instanceId, executionId, visibleAt, event }: NewMessage): void {
    this.#run(
      "INSERT INTO messages (instance_id, execution_id, visible_at, event) VALUES (?, ?, ?, ?)",
      instanceId,
      executionId,
      visibleAt.getTime(),
      JSON.stringify(event),
    );
  }

  #deleteMessages(messages: readonly QueuedMessage[]): void {
    for (const { id } of messages) this.#run("DELETE FROM messages WHERE id = ?", id);
  }

  #appendHistory(instanceId: string, events: readonly HistoryEvent[]): void {
    const row = this.#get("SELECT max(seq) AS last FROM history WHERE instance_id = ?", instanceId);
    let seq = row?.last == null ? 0 : Number(row.last) + 1;
    for (const event of events) {
      const text = JSON.stringify(event);
      this.#run(
        "INSERT INTO history (instance_id, seq, event) VALUES (?, ?, ?)",
        instanceId,
        seq,
        text,
      );
      seq += 1;
    }
  }

  #saveStatus(episode: EpisodeResult, begins: boolean, now: Date): void {
    const { started, runtimeStatus, output, customStatus } = episode;
    if (begins) this.#putInstance(started, runtimeStatus, now);
    this.#run(
      `UPDATE instances SET execution_id = ?, runtime_status = ?, input = ?, updated_at = ?,
       output = coalesce(?, output), custom_status = coalesce(?, custom_status) WHERE instance_id = ?`,
      started.OrchestrationInstance.ExecutionId,
      runtimeStatus,
      started.Input,
      now.getTime(),
      output ?? null,
      customStatus ?? null,
      started.OrchestrationInstance.InstanceId,
    );
  }

  #putInstance(started: ExecutionStarted, status: RuntimeStatus, now: Date): void {
    this.#run(
      `INSERT OR REPLACE INTO instances
       (instance_id, execution_id, name, version, runtime_status, input, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      started.OrchestrationInstance.InstanceId,
      started.OrchestrationInstance.ExecutionId,
      started.Name,
      started.Version,
      status,
      started.Input,
      new Date(started.Timestamp).getTime(),
      now.getTime(),
    );
  }

  #transaction<T>(work: () => T): T {
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

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #all(sql: string, ...values: (string | number | null)[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  #get(sql: string, ...values: (string | number | null)[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  #run(sql: string, ...values: (string | number | null)[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }
}

function toInstance(row: Row): Instance {
  return {
    instanceId: String(row.instance_id),
    executionId: String(row.execution_id),
    name: String(row.name),
    version: textOrNull(row.version),
    // The column is written from this union only.
    runtimeStatus: String(row.runtime_status) as RuntimeStatus,
    input: textOrNull(row.input),
    output: textOrNull(row.output),
    customStatus: textOrNull(row.custom_status),
    createdAt: new Date(Number(row.created_at)),
    updatedAt: new Date(Number(row.updated_at)),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
