import { errorText } from "../error-text.js";
import type { HostLog } from "../host-log.js";
import type { ActivityRunner } from "./activity-runner.js";
import { type EpisodeSurroundings, runEpisode } from "./episode.js";
import { type Faults, seededRandom, shuffled } from "./faults.js";
import { EventType, type ExecutionStarted, type HistoryEvent } from "./history-event.js";
import { chooseBatch } from "./inbox.js";
import type { NewMessage } from "./outgoing-messages.js";
import type { TaskHub } from "./task-hub.js";
import { WakeUpTimer } from "./wake-up-timer.js";

export interface EngineOptions {
  readonly hub: TaskHub;
  readonly surroundings: EpisodeSurroundings;
  readonly activities: ActivityRunner;
  readonly maxConcurrentOrchestrations: number;
  readonly faults: Faults;
  readonly log: HostLog;
}

/** Milliseconds before an episode that failed inside the host is tried again. */
const retryEpisodeAfterMs = 1000;

/**
 * Runs what the task hub holds: episodes, one at a time per instance and several instances side by side, and
 * activities. It never polls: an insert wakes it, and one timer stands for the next message that becomes due.
 */
export class DurableEngine {
  readonly #options: EngineOptions;
  readonly #random: () => number;
  readonly #ready = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #timer: WakeUpTimer;
  #stopping = false;
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#random = seededRandom(options.faults.seed ?? 1);
    this.#timer = new WakeUpTimer(() => this.#wakeDue());
  }

  /** Takes up everything an earlier host left behind. */
  start(): void {
    const { hub, activities } = this.#options;
    activities.start(hub.activities(), (answers) => this.#settled(answers));
    this.#wakeDue();
  }

  /** Puts messages into their queues and wakes the instances they are for. */
  send(messages: readonly NewMessage[]): void {
    this.#options.hub.enqueue(messages);
    this.#settled(messages);
  }

  /** Looks at an instance's queue as soon as possible. */
  wake(instanceId: string): void {
    this.#ready.add(instanceId);
    this.#pump();
  }

  /** Starts nothing new and waits for what runs, at most `graceMs`. What did not end is repeated by the next host. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#timer.stop();
    const grace = Promise.withResolvers<void>();
    const timeout = setTimeout(grace.resolve, graceMs);
    const idle = Promise.all([...this.#running.values(), this.#options.activities.stop()]);
    await Promise.race([idle, grace.promise]);
    clearTimeout(timeout);
    this.#closed = true;
    this.#options.activities.close();
  }

  #settled(messages: readonly NewMessage[]): void {
    const now = this.#options.surroundings.now();
    for (const { instanceId, visibleAt } of messages)
      if (visibleAt <= now) this.wake(instanceId);
      else this.#timer.wakeAt(visibleAt, now);
  }

  #wakeDue(): void {
    if (this.#stopping) return;
    const { hub, surroundings } = this.#options;
    const now = surroundings.now();
    for (const instanceId of hub.dueInstances(now)) this.wake(instanceId);
    const next = hub.nextDue(now);
    if (next) this.#timer.wakeAt(next, now);
  }

  #pump(): void {
    for (const instanceId of this.#ready) {
      if (this.#stopping || this.#running.size >= this.#options.maxConcurrentOrchestrations) return;
      if (this.#running.has(instanceId)) continue;
      this.#ready.delete(instanceId);
      this.#running.set(instanceId, this.#run(instanceId));
    }
  }

  async #run(instanceId: string): Promise<void> {
    try {
      await this.#episode(instanceId);
    } catch (error) {
      this.#options.log({
        level: "error",
        message: `Episode of instance ${instanceId} failed in the host: ${errorText(error)}`,
      });
      setTimeout(() => this.wake(instanceId), retryEpisodeAfterMs).unref();
    } finally {
      this.#running.delete(instanceId);
      this.#pump();
    }
  }

  async #episode(instanceId: string): Promise<void> {
    // Everything that arrives in the same turn of the event loop belongs to one episode.
    await new Promise(setImmediate);
    if (this.#closed) return;
    const { hub, surroundings, faults, activities } = this.#options;
    const queue = hub.queue(instanceId, surroundings.now());
    if (queue.length === 0) return;
    const instance = hub.instance(instanceId);
    const stored = hub.history(instanceId);
    const delivered = faults.reorderMessages ? shuffled(queue, this.#random) : queue;
    const batch = chooseBatch(instance, storedStart(stored), delivered);
    if (batch.kind === "discard") return hub.discard(queue);

    const { begins, messages } = batch;
    const episode = await runEpisode(begins ? [] : stored, messages, surroundings);
    if (this.#closed) return;
    const now = surroundings.now();
    const commit = { instance, begins, consumed: queue, episode };
    const committed = hub.commitEpisode(commit, surroundings.newExecutionId, now, faults);
    activities.add(committed.activities);
    this.#settled(committed.messages);
  }
}

function storedStart(history: readonly HistoryEvent[]): ExecutionStarted | undefined {
  return history.find((event) => event.EventType === EventType.ExecutionStarted);
}
