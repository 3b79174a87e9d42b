import {
  type EventRaised,
  EventType,
  type ExecutionStarted,
  type HistoryEvent,
} from "./history-event.js";
import { assertSameWork, type WorkRecorded } from "./non-determinism.js";
import { SyncTask } from "./sync-task.js";

/** Work an orchestration asked for, under the sequence id that names it in the history. */
export type Decision =
  | { readonly kind: "activity"; readonly name: string; readonly input: unknown }
  | {
      readonly kind: "child";
      readonly name: string;
      readonly instanceId: string;
      readonly version: string | null;
      readonly input: string;
    }
  | { readonly kind: "timer"; readonly fireAt: Date };

/** How an execution ends. `text` is the output, the failure or the reason; `input` starts the next generation. */
export type Completion =
  | { readonly kind: "Completed" | "Failed" | "Terminated"; readonly text: string | null }
  | { readonly kind: "ContinuedAsNew"; readonly input: string };

/**
 * One replay of one execution: hands out sequence ids, matches them with the history and keeps what is new.
 * A replay starts from nothing in every episode.
 *
 * Source: DurableTask.Core `TaskOrchestrationContext.cs`, and the external event rules of the Durable extension's
 * `DurableOrchestrationContext.cs`.
 */
export class Replay {
  #nextId = 0;
  #now = new Date(0);
  #suspended = false;
  #decisions = new Map<number, Decision>();
  #heldBack = new Map<number, Decision>();
  #queued: HistoryEvent[] = [];
  #open = new Map<number, SyncTask>();
  #waiters = new Map<string, SyncTask[]>();
  #buffered = new Map<string, EventRaised[]>();
  #nextInput: string | undefined;
  #carried: EventRaised[] = [];
  #completion: Completion | undefined;
  readonly #onStarted: (started: ExecutionStarted) => void;

  /** `onStarted` runs the orchestration's code when its ExecutionStarted event is processed. */
  constructor(onStarted: (started: ExecutionStarted) => void) {
    this.#onStarted = onStarted;
  }

  /** Start of the episode that is being replayed. */
  get now(): Date {
    return this.#now;
  }

  get suspended(): boolean {
    return this.#suspended;
  }

  get completion(): Completion | undefined {
    return this.#completion;
  }

  /** Events that arrived after continue-as-new was asked for; they belong to the next generation. */
  get carried(): readonly EventRaised[] {
    return this.#carried;
  }

  /** What the history does not hold yet, in the order of sequence ids. */
  get decisions(): readonly (readonly [number, Decision])[] {
    return [...this.#decisions].sort(([left], [right]) => left - right);
  }

  /** Takes a sequence id for new or replayed work and returns its open task. */
  schedule(decide: (id: number) => Decision): SyncTask {
    const id = this.#nextId++;
    this.#decisions.set(id, decide(id));
    const task = new SyncTask();
    this.#open.set(id, task);
    task.onSettled(() => this.#open.delete(id));
    return task;
  }

  /** A wait takes no id. The latest waiter of a name gets the next event; names ignore case. */
  waitForEvent(name: string): SyncTask {
    const key = name.toLowerCase();
    if (this.#buffered.get(key)?.shift()) return SyncTask.settled("succeeded");
    const task = new SyncTask();
    this.#waiters.set(key, [...(this.#waiters.get(key) ?? []), task]);
    return task;
  }

  continueAsNew(input: string): void {
    this.#nextInput = input;
  }

  /** @throws NonDeterminismError when the history holds work that the code did not ask for. */
  process(event: HistoryEvent): void {
    const wakes =
      event.EventType === EventType.ExecutionResumed ||
      event.EventType === EventType.ExecutionTerminated;
    if (event.EventType === EventType.OrchestratorStarted) this.#now = new Date(event.Timestamp);
    else if (this.#suspended && !wakes) this.#queued.push(event);
    else this.#apply(event);
  }

  /**
   * Ends the execution when its code has ended and no work is open. Open work keeps even a failed execution
   * running; events that are waited for do not.
   */
  completeWhenIdle(result: Completion | undefined): void {
    if (this.#open.size > 0 || result === undefined) return;
    const input = this.#nextInput;
    if (result.kind === "Completed" && input !== undefined)
      this.complete({ kind: "ContinuedAsNew", input });
    else this.complete(result);
  }

  /** Ends the execution now, whatever is open. The first completion stands. */
  complete(completion: Completion): void {
    this.#completion ??= completion;
  }

  #apply(event: HistoryEvent): void {
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        this.#onStarted(event);
        break;
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
        this.#recorded(event);
        break;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        this.#open.get(event.TaskScheduledId)?.settle("succeeded");
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        this.#open.get(event.TaskScheduledId)?.settle("failed");
        break;
      case EventType.TimerFired:
        this.#open.get(event.TimerId)?.settle("succeeded");
        break;
      case EventType.EventRaised:
        this.#raise(event);
        break;
      case EventType.ExecutionSuspended:
        this.#suspend();
        break;
      case EventType.ExecutionResumed:
        this.#resume();
        break;
      case EventType.ExecutionTerminated:
        this.complete({ kind: "Terminated", text: event.Input });
        break;
      case EventType.OrchestratorStarted:
      case EventType.OrchestratorCompleted:
      case EventType.ExecutionCompleted:
        break;
    }
  }

  #recorded(event: WorkRecorded): void {
    assertSameWork(event, this.#decisions.get(event.EventId));
    this.#decisions.delete(event.EventId);
  }

  #raise(event: EventRaised): void {
    if (this.#nextInput !== undefined) {
      this.#carried.push(event);
      return;
    }
    const key = event.Name.toLowerCase();
    const waiter = this.#waiters.get(key)?.pop();
    if (waiter) waiter.settle("succeeded");
    else this.#buffered.set(key, [...(this.#buffered.get(key) ?? []), event]);
  }

  #suspend(): void {
    this.#suspended = true;
    for (const [id, decision] of this.#decisions) this.#heldBack.set(id, decision);
    this.#decisions.clear();
  }

  #resume(): void {
    this.#suspended = false;
    for (const [id, decision] of this.#heldBack) this.#decisions.set(id, decision);
    this.#heldBack.clear();
    const queued = this.#queued;
    this.#queued = [];
    for (const event of queued) this.process(event);
  }
}
