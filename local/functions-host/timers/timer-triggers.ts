import type { TaskHub } from "../durable/task-hub.js";
import { WakeUpTimer } from "../durable/wake-up-timer.js";
import { inputData, type TriggeredFunction } from "../functions-by-trigger.js";
import type { InvokeFunction } from "../invoke-function.js";
import { type NextTick, timerSchedule } from "./timer-schedule.js";

export interface TimerTriggersOptions {
  readonly functions: readonly TriggeredFunction[];
  readonly hub: TaskHub;
  readonly invoke: InvokeFunction;
  readonly clientPayload: string;
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

/** Ticks closer together than this are not remembered over a restart. Source: `useMonitor` documentation. */
const shortestMonitoredMs = 60_000;

/** Runs the app's timer triggers. The next tick of a function waits until its run has ended. */
export class TimerTriggers {
  readonly #triggers: TimerTrigger[];

  /** @throws naming the function whose schedule cannot be read. */
  constructor(options: TimerTriggersOptions) {
    this.#triggers = options.functions.map((target) => new TimerTrigger(target, options));
  }

  start(): void {
    for (const trigger of this.#triggers) trigger.start();
  }

  /** Runs a function now, beside its schedule; false when no timer trigger has this name. */
  runNow(name: string): boolean {
    const trigger = this.#triggers.find((each) => each.name.toLowerCase() === name.toLowerCase());
    trigger?.runNow();
    return trigger !== undefined;
  }

  stop(): void {
    for (const trigger of this.#triggers) trigger.stop();
  }
}

class TimerTrigger {
  readonly name: string;
  readonly #target: TriggeredFunction;
  readonly #options: TimerTriggersOptions;
  readonly #next: NextTick;
  readonly #timer = new WakeUpTimer(() => this.#wake());
  #last = new Date(0);
  #due: Date | undefined;
  #running = false;
  #stopped = false;

  constructor(target: TriggeredFunction, options: TimerTriggersOptions) {
    this.name = target.name;
    this.#target = target;
    this.#options = options;
    try {
      this.#next = timerSchedule(target.binding.schedule ?? "", options.settings);
    } catch (cause) {
      throw new Error(`Function ${target.name}: ${String(cause)}`, { cause });
    }
  }

  start(): void {
    const now = this.#options.now();
    const known = this.#options.hub.timerStatus(this.name);
    this.#last = known?.last ?? this.#last;
    this.#due = this.#next(now);
    const isPastDue = known !== undefined && known.next <= now && this.#isMonitored(now);
    this.#remember(now);
    if (isPastDue || this.#target.binding.runOnStartup) this.#run(isPastDue);
    else this.#arm();
  }

  runNow(): void {
    if (!this.#running) this.#run(false);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.stop();
  }

  #wake(): void {
    if (this.#due && this.#due <= this.#options.now()) this.#run(false);
    else this.#arm();
  }

  #run(isPastDue: boolean): void {
    this.#running = true;
    this.#last = this.#options.now();
    this.#due = this.#next(this.#last);
    this.#remember(this.#last);
    // The invocation has logged its failure; the schedule goes on, as in Azure.
    this.#invoke(isPastDue).then(
      () => this.#ended(),
      () => this.#ended(),
    );
  }

  #ended(): void {
    this.#running = false;
    if (!this.#stopped) this.#arm();
  }

  async #invoke(isPastDue: boolean): Promise<void> {
    const status = { Last: this.#last, LastUpdated: this.#last, Next: this.#due ?? null };
    const value = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: status,
      IsPastDue: isPastDue,
    };
    const data = { json: JSON.stringify(value) };
    const { invoke, clientPayload } = this.#options;
    await invoke(this.#target.registered, {
      inputData: inputData(this.#target, data, clientPayload),
    });
  }

  #remember(now: Date): void {
    if (this.#due && this.#isMonitored(now))
      this.#options.hub.saveTimerStatus(this.name, this.#last, this.#due);
  }

  #arm(): void {
    if (this.#due) this.#timer.wakeAt(this.#due, this.#options.now());
  }

  #isMonitored(now: Date): boolean {
    if (this.#target.binding.useMonitor === false) return false;
    const first = this.#next(now);
    const second = first && this.#next(first);
    if (!first || !second) return true;
    return second.getTime() - first.getTime() >= shortestMonitoredMs;
  }
}
