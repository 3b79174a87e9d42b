/** Tells everyone who waits that something happened; those who do not wait at that moment look for themselves. */
export class Notifier {
  readonly #waiting = new Set<(open: boolean) => void>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  notify(): void {
    this.#release(true);
  }

  /** Ends all waits. */
  close(): void {
    this.#closed = true;
    this.#release(false);
  }

  /** Waits for the next notification; false when `signal` aborts or the notifier is closed first. */
  next(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (open: boolean) => {
        this.#waiting.delete(settle);
        signal.removeEventListener("abort", onAbort);
        resolve(open);
      };
      const onAbort = () => settle(false);
      signal.addEventListener("abort", onAbort);
      this.#waiting.add(settle);
    });
  }

  #release(open: boolean): void {
    for (const settle of [...this.#waiting]) settle(open);
  }
}
