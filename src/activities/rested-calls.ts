/**
 * What is asked for after a call rests ten times as long as the call took, within some bounds; what is asked for while it
 * is under way, for the lower bound from its beginning.
 */
const REST_PER_MS = 10;

/** Milliseconds that a call rests, at least and at most. */
export interface RestBounds {
  /** What is asked for when nothing was before rests so long: none by default. */
  readonly first?: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** The latest call of a key. */
interface Call {
  /** Ends its rest; absent once it has begun. */
  begin: (() => void) | undefined;
  /** Milliseconds of `performance.now()` before which no other begins. */
  restUntil: number;
  readonly done: Promise<void>;
}

/**
 * Calls that tell others what has changed, and need not tell of each change by itself: those that are asked for while
 * one rests become one. The busier the process is, the longer they rest.
 */
export class RestedCalls {
  private readonly rest: RestBounds;
  private readonly latest = new Map<string, Call>();

  constructor(rest: RestBounds) {
    this.rest = rest;
  }

  /** Sees to it that `work` of this key is done before long, by somebody; `settle` waits for it. */
  call(key: string, work: () => Promise<unknown>): void {
    const before = this.latest.get(key);
    if (before?.begin) return;
    const { promise: rest, resolve: begin } = Promise.withResolvers<void>();
    const restUntil = before?.restUntil ?? performance.now() + (this.rest.first ?? 0);
    const timer = setTimeout(begin, Math.max(0, restUntil - performance.now()));
    const done = rest.then(async () => {
      clearTimeout(timer);
      call.begin = undefined;
      const begun = performance.now();
      call.restUntil = begun + this.rest.atLeast;
      await before?.done.catch(() => undefined);
      await work();
      call.restUntil = performance.now() + this.restAfter(performance.now() - begun);
    });
    const call: Call = { begin, restUntil, done };
    this.latest.set(key, call);
    // Whoever settles is told of a failure: nobody may be there yet to hear of it.
    done.catch(() => undefined);
  }

  /** Does at once what rests, and waits for it. @throws what the latest call throws */
  async settle(key: string): Promise<void> {
    const call = this.latest.get(key);
    call?.begin?.();
    try {
      await call?.done;
    } finally {
      if (this.latest.get(key) === call) this.latest.delete(key);
    }
  }

  private restAfter(tookMs: number): number {
    const { atLeast, atMost } = this.rest;
    return Math.min(atMost, Math.max(atLeast, tookMs * REST_PER_MS));
  }
}
