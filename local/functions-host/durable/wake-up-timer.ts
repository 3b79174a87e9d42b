/** The longest delay that `setTimeout` takes. */
const longestDelayMs = 2 ** 31 - 1;

/** One timer for the earliest of many moments. It may call early or once too often, so the callee looks again. */
export class WakeUpTimer {
  readonly #wake: () => void;
  #at: Date | undefined;
  #timeout: NodeJS.Timeout | undefined;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  wakeAt(at: Date, now: Date): void {
    if (this.#at && this.#at <= at) return;
    clearTimeout(this.#timeout);
    this.#at = at;
    const delay = Math.min(Math.max(at.getTime() - now.getTime(), 0), longestDelayMs);
    this.#timeout = setTimeout(() => {
      this.#at = undefined;
      this.#wake();
    }, delay);
  }

  stop(): void {
    clearTimeout(this.#timeout);
    this.#at = undefined;
  }
}
