/** Wakes everybody who waits at that moment. Whoever does not wait looks for itself before it does. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the next ring, when `signal` aborts, or after `timeoutMs`. */
  wait(signal: AbortSignal | undefined, timeoutMs?: number): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(wake, timeoutMs);
      signal?.addEventListener("abort", wake);
      this.#waiting.add(wake);
    });
  }
}
