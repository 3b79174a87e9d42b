/**
 * Runs one call per key at a time. Callers of one turn of the event loop share a call, and those that arrive while it is
 * under way share the next: what they have just written is seen by it, however many they are.
 */
export class SharedCalls<T = void> {
  private readonly running = new Map<string, Promise<T>>();
  private readonly queued = new Map<string, Promise<T>>();

  call(key: string, work: () => Promise<T>): Promise<T> {
    const queued = this.queued.get(key);
    if (queued !== undefined) return queued;
    const start = () => {
      this.queued.delete(key);
      return this.start(key, work);
    };
    const free = this.running.get(key) ?? endOfTurn();
    const next = free.then(start, start);
    this.queued.set(key, next);
    return next;
  }

  private start(key: string, work: () => Promise<T>): Promise<T> {
    const call = work().finally(() => this.running.delete(key));
    this.running.set(key, call);
    return call;
  }
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
