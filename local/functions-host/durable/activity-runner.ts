import { errorMessage } from "../error-text.js";
import { inputData, named, type TriggeredFunction } from "../functions-by-trigger.js";
import type { InvokeFunction } from "../invoke-function.js";
import { activityFailure, activityInput, activityResult } from "./activity-value.js";
import type { Faults } from "./faults.js";
import { EventType, type MessageEvent } from "./history-event.js";
import type { NewMessage } from "./outgoing-messages.js";
import type { TaskHub } from "./task-hub.js";
import type { ActivityItem } from "./task-hub-records.js";

export interface ActivityRunnerOptions {
  readonly hub: TaskHub;
  readonly functions: readonly TriggeredFunction[];
  readonly invoke: InvokeFunction;
  /** Payload for activities that have a durable client. */
  readonly clientPayload: string;
  readonly maxConcurrent: number;
  /** A longer activity fails; its code goes on, since a process cannot end a part of itself. */
  readonly timeoutMs: number | undefined;
  readonly faults: Faults;
  readonly now: () => Date;
}

/**
 * Runs activities, at least once each: a work item is removed in the transaction that queues its answer, so a host that
 * dies before that leaves the item to the next host.
 */
export class ActivityRunner {
  readonly #options: ActivityRunnerOptions;
  readonly #waiting: ActivityItem[] = [];
  readonly #running = new Set<Promise<void>>();
  #answered: (answers: readonly NewMessage[]) => void = () => undefined;
  #stopping = false;
  #closed = false;

  constructor(options: ActivityRunnerOptions) {
    this.#options = options;
  }

  /** Takes up the items an earlier host left. `answered` is told after an answer is in its queue. */
  start(items: readonly ActivityItem[], answered: (answers: readonly NewMessage[]) => void): void {
    this.#answered = answered;
    this.add(items);
  }

  add(items: readonly ActivityItem[]): void {
    this.#waiting.push(...items);
    this.#pump();
  }

  /** Starts nothing new; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  /** After this no answer is saved any more. */
  close(): void {
    this.#closed = true;
  }

  #pump(): void {
    while (!this.#stopping && this.#running.size < this.#options.maxConcurrent) {
      const item = this.#waiting.shift();
      if (!item) return;
      const run = this.#run(item).finally(() => {
        this.#running.delete(run);
        this.#pump();
      });
      this.#running.add(run);
    }
  }

  async #run(item: ActivityItem): Promise<void> {
    const { faults, hub } = this.#options;
    const events = [await this.#execute(item)];
    if (faults.duplicateActivities) events.push(await this.#execute(item));
    if (faults.duplicateActivityCompletions) events.push(...events);
    if (this.#closed) return;
    const { instanceId, executionId } = item;
    const visibleAt = this.#options.now();
    const answers = events.map((event) => ({ instanceId, executionId, visibleAt, event }));
    hub.completeActivity(item, answers);
    this.#answered(answers);
  }

  async #execute({ name, input, taskId, instanceId }: ActivityItem): Promise<MessageEvent> {
    const target = named(this.#options.functions, name);
    const common = { EventId: -1, TaskScheduledId: taskId };
    try {
      if (!target) throw new Error(`The activity function '${name}' does not exist`);
      const data = inputData(target, activityInput(input), this.#options.clientPayload);
      const triggerMetadata = { instanceId: { string: instanceId } };
      const call = this.#options.invoke(target.registered, { inputData: data, triggerMetadata });
      const { returnValue } = await this.#withTimeout(call, name);
      const Timestamp = this.#options.now().toISOString();
      const Result = activityResult(returnValue);
      return { ...common, Timestamp, EventType: EventType.TaskCompleted, Result };
    } catch (error) {
      const Timestamp = this.#options.now().toISOString();
      const failure = activityFailure(target?.name ?? name, errorMessage(error));
      return { ...common, Timestamp, EventType: EventType.TaskFailed, ...failure };
    }
  }

  async #withTimeout<T>(call: Promise<T>, name: string): Promise<T> {
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined) return call;
    const expiry = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      expiry.reject(
        new Error(`Timeout value of ${timeoutMs / 1000} s was exceeded by function: ${name}`),
      );
    }, timeoutMs);
    try {
      return await Promise.race([call, expiry.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
