/** How a task ended. The interpreter never needs its value: the SDK reads that from the history. */
export type Settlement = "succeeded" | "failed" | "cancelled";

/**
 * A task whose continuations run inline, in the call that settles it. Promises would resume later, in an order of
 * their own, and sequence ids depend on that order.
 */
export class SyncTask {
  #settlement: Settlement | undefined;
  #continuations: ((settlement: Settlement) => void)[] = [];

  static settled(settlement: Settlement): SyncTask {
    const task = new SyncTask();
    task.settle(settlement);
    return task;
  }

  get settlement(): Settlement | undefined {
    return this.#settlement;
  }

  /** Ends the task. A task ends once; a second call changes nothing, as with a .NET `TrySetResult`. */
  settle(settlement: Settlement): void {
    if (this.#settlement !== undefined) return;
    this.#settlement = settlement;
    const continuations = this.#continuations;
    this.#continuations = [];
    for (const resume of continuations) resume(settlement);
  }

  onSettled(resume: (settlement: Settlement) => void): void {
    if (this.#settlement === undefined) this.#continuations.push(resume);
    else resume(this.#settlement);
  }
}

/** A generator that waits for tasks: each yield gives back how the yielded task ended. */
export type Steps = Generator<SyncTask, Settlement, Settlement>;

/** Runs a generator of tasks as far as it goes; the task returned ends as the generator says. */
export function runSteps(steps: Steps): SyncTask {
  const whole = new SyncTask();
  const advance = (settlement: Settlement | undefined): void => {
    let next = settlement === undefined ? steps.next() : steps.next(settlement);
    while (!next.done) {
      const ended = next.value.settlement;
      if (ended === undefined) {
        next.value.onSettled(advance);
        return;
      }
      next = steps.next(ended);
    }
    whole.settle(next.value);
  };
  advance(undefined);
  return whole;
}

/** Ends when every task has ended; failed or cancelled when any of them is. */
export function whenAll(tasks: readonly SyncTask[]): SyncTask {
  return runSteps(
    (function* () {
      let result: Settlement = "succeeded";
      for (const task of tasks) {
        const settlement = yield task;
        if (settlement !== "succeeded" && result !== "failed") result = settlement;
      }
      return result;
    })(),
  );
}

/** Ends with the first of the tasks. */
export function whenAny(tasks: readonly SyncTask[]): SyncTask {
  const first = new SyncTask();
  for (const task of tasks) task.onSettled((settlement) => first.settle(settlement));
  return first;
}
