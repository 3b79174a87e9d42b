import type { EpisodeResult } from "./episode.js";
import type { Faults } from "./faults.js";
import type { ExecutionStarted, HistoryEvent } from "./history-event.js";
import type { QueuedMessage } from "./inbox.js";
import { type Instance, isFinished, type RuntimeStatus } from "./instance.js";
import { textOrNull, toInstance } from "./instance-row.js";
import { type NewMessage, outgoingMessages } from "./outgoing-messages.js";
import type { Outgoing } from "./record-decisions.js";
import { SqliteFile } from "./sqlite-file.js";
import type { ActivityItem, Committed, EpisodeCommit, InstanceFilter } from "./task-hub-records.js";
import { taskHubSchema } from "./task-hub-schema.js";

/**
 * The task hub on disk: instances, histories, message queues and activity work items in one SQLite file. Every method
 * is one transaction, so a host that is killed loses at most the episode it was in, and repeats it.
 *
 * The file is locked while it is open; a second host on it fails to start.
 */
export class TaskHub {
  readonly #file: SqliteFile;

  /** @throws when the file cannot be opened, as while another host has it. */
  constructor(file: string) {
    this.#file = new SqliteFile(file, taskHubSchema);
  }

  close(): void {
    this.#file.close();
  }

  instance(instanceId: string): Instance | undefined {
    const row = this.#file.get("SELECT * FROM instances WHERE instance_id = ?", instanceId);
    return row && toInstance(row);
  }

  history(instanceId: string): HistoryEvent[] {
    const sql = "SELECT event FROM history WHERE instance_id = ? ORDER BY seq";
    return this.#file.all(sql, instanceId).map((row) => JSON.parse(String(row.event)));
  }

  instances(filter: InstanceFilter): Instance[] {
    const marks = filter.statuses.map(() => "?").join(",");
    const status = filter.statuses.length === 0 ? "" : `AND runtime_status IN (${marks})`;
    return this.#file
      .all(
        `SELECT * FROM instances WHERE instance_id > ? AND substr(instance_id, 1, ?) = ?
       AND created_at >= ? AND created_at <= ? ${status} ORDER BY instance_id LIMIT ?`,
        filter.after,
        filter.idPrefix.length,
        filter.idPrefix,
        filter.createdFrom?.getTime() ?? 0,
        filter.createdTo?.getTime() ?? Number.MAX_SAFE_INTEGER,
        ...filter.statuses,
        filter.limit,
      )
      .map(toInstance);
  }

  /**
   * Creates an instance, Pending, with its start message. A live instance of that id stays and is returned; a finished
   * one is replaced unless `replace` says that any may be.
   */
  create(started: ExecutionStarted, replace: "finished" | "any"): Instance | undefined {
    const { InstanceId: instanceId, ExecutionId: executionId } = started.OrchestrationInstance;
    return this.#file.transaction(() => {
      const existing = this.instance(instanceId);
      if (existing && replace === "finished" && !isFinished(existing.runtimeStatus))
        return existing;
      const now = new Date(started.Timestamp);
      this.#file.run("DELETE FROM history WHERE instance_id = ?", instanceId);
      this.#putInstance(started, "Pending", now);
      this.#putMessage({ instanceId, executionId, visibleAt: now, event: started });
      return undefined;
    });
  }

  enqueue(messages: readonly NewMessage[]): void {
    this.#file.transaction(() => {
      for (const message of messages) this.#putMessage(message);
    });
  }

  /** Messages that are due, oldest first. */
  queue(instanceId: string, now: Date): QueuedMessage[] {
    return this.#file
      .all(
        "SELECT id, execution_id, event FROM messages WHERE instance_id = ? AND visible_at <= ? ORDER BY visible_at, id",
        instanceId,
        now.getTime(),
      )
      .map((row) => ({
        id: Number(row.id),
        executionId: textOrNull(row.execution_id),
        event: JSON.parse(String(row.event)),
      }));
  }

  discard(messages: readonly QueuedMessage[]): void {
    this.#file.transaction(() => this.#deleteMessages(messages));
  }

  /** Instances with messages that are due. */
  dueInstances(now: Date): string[] {
    return this.#file
      .all("SELECT DISTINCT instance_id FROM messages WHERE visible_at <= ?", now.getTime())
      .map((row) => String(row.instance_id));
  }

  /** When the next message that is not due yet becomes due. */
  nextDue(now: Date): Date | undefined {
    const row = this.#file.get(
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
    return this.#file.transaction(() => {
      if (this.instance(instanceId)?.executionId !== instance?.executionId) {
        this.#deleteMessages(consumed);
        return { activities: [], messages: [] };
      }
      if (begins || episode.replacesHistory)
        this.#file.run("DELETE FROM history WHERE instance_id = ?", instanceId);
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
    return this.#file.all("SELECT * FROM activities ORDER BY id").map((row) => ({
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
    this.#file.transaction(() => {
      for (const answer of answers) this.#putMessage(answer);
      this.#file.run("DELETE FROM activities WHERE id = ?", item.id);
    });
  }

  /** Removes an instance and its history, running or not. Messages for it are dropped when they come up. */
  purge(instanceId: string): boolean {
    return this.#file.transaction(() => {
      this.#file.run("DELETE FROM history WHERE instance_id = ?", instanceId);
      const sql = "DELETE FROM instances WHERE instance_id = ?";
      return this.#file.run(sql, instanceId).changes > 0;
    });
  }

  /** What is known of a timer trigger: its last and next tick. */
  timerStatus(name: string): { last: Date; next: Date } | undefined {
    const row = this.#file.get("SELECT last, next FROM timer_triggers WHERE name = ?", name);
    return row && { last: new Date(Number(row.last)), next: new Date(Number(row.next)) };
  }

  saveTimerStatus(name: string, last: Date, next: Date): void {
    this.#file.run(
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
    const { lastId } = this.#file.run(
      "INSERT INTO activities (instance_id, execution_id, task_id, name, input) VALUES (?, ?, ?, ?, ?)",
      instanceId,
      executionId,
      taskId,
      name,
      text,
    );
    return { id: lastId, instanceId, executionId, taskId, name, input: text };
  }

  #putMessage({ instanceId, executionId, visibleAt, event }: NewMessage): void {
    this.#file.run(
      "INSERT INTO messages (instance_id, execution_id, visible_at, event) VALUES (?, ?, ?, ?)",
      instanceId,
      executionId,
      visibleAt.getTime(),
      JSON.stringify(event),
    );
  }

  #deleteMessages(messages: readonly QueuedMessage[]): void {
    for (const { id } of messages) this.#file.run("DELETE FROM messages WHERE id = ?", id);
  }

  #appendHistory(instanceId: string, events: readonly HistoryEvent[]): void {
    const row = this.#file.get(
      "SELECT max(seq) AS last FROM history WHERE instance_id = ?",
      instanceId,
    );
    let seq = row?.last == null ? 0 : Number(row.last) + 1;
    for (const event of events) {
      const text = JSON.stringify(event);
      this.#file.run(
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
    this.#file.run(
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
    this.#file.run(
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
}
