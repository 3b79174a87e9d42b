/** Nobody waits longer for the others, however long the work took. */
const WAIT_AT_MOST_MS = 5000;

/** Runs a piece of work; what it resolves to may come a little later than it is done. */
export type InStep = <T>(work: () => Promise<T>) => Promise<T>;

/** For work that has nobody beside it. */
export const alone: InStep = (work) => work();

/**
 * Keeps the slots of a lane in step: members answer one after the other, and whoever is done waits for the others, so that
 * what all of them record next is one transaction. Nobody waits longer than his own work took: one slow member makes
 * its neighbours at most twice as slow at theirs.
 */
export class SlotsInStep {
  readonly #now: () => number;
  /** Slots whose work in this turn is not done. */
  #coming = 0;
  readonly #done = new Set<() => void>();

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** One turn of a slot, which does its work in step with the others, once at most, or finds nothing to do. */
  async turn<T>(take: (inStep: InStep) => Promise<T>): Promise<T> {
    let isComing = true;
    const arrive = () => {
      if (isComing) this.#coming -= 1;
      isComing = false;
    };
    this.#coming += 1;
    try {
      return await take(async (work) => {
        const begun = this.#now();
        try {
          return await work();
        } finally {
          arrive();
          await this.#others(this.#now() - begun);
        }
      });
    } finally {
      arrive();
      if (this.#coming === 0) this.#release();
    }
  }

  /** Until nobody is coming any more, or somebody has waited long enough: all who are done go on together. */
  #others(tookMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#release(), Math.min(tookMs, WAIT_AT_MOST_MS));
      this.#done.add(() => {
        clearTimeout(timer);
        resolve();
      });
      if (this.#coming === 0) this.#release();
    });
  }

  #release(): void {
    const done = [...this.#done];
    this.#done.clear();
    for (const goOn of done) goOn();
  }
}
