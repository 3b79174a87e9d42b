/** Tells everyone who waits for a subject that something happened to it; those who do not wait look for themselves. */
export class Notifier {
  readonly #waiting = new Map<string, Set<(open: boolean) => void>>();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  notify(subject: string): void {
    this.#release(subject, true);
  }

  /** Ends all waits. */
  close(): void {
    this.#closed = true;
    for (const subject of this.#waiting.keys()) this.#release(subject, false);
  }

  /** Waits for the next notification; false when `signal` aborts or the notifier is closed first. */
  next(subject: string, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || this.#closed) return Promise.resolve(false);
    const waiting = this.#waiting.get(subject) ?? new Set();
    this.#waiting.set(subject, waiting);
    return new Promise((resolve) => {
      const settle = (open: boolean) => {
        waiting.delete(settle);
        signal.removeEventListener("abort", onAbort);
        resolve(open);
      };
      const onAbort = () => settle(false);
      signal.addEventListener("abort", onAbort);
      waiting.add(settle);
    });
  }

  #release(subject: string, open: boolean): void {
    for (const settle of [...(this.#waiting.get(subject) ?? [])]) settle(open);
  }
}
