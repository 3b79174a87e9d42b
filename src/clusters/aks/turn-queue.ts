/** A budget of requests: so many at once, and then so many a second. */
export interface RequestLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Whoever does not come this long after its turn has lost it. */
const LAPSE_MS = 120_000;

/**
 * Turns within one budget, without a clock of its own. Whoever has to wait is told when, and has that turn when it comes
 * back: a thousand that wait do not push each other away. All times are milliseconds of the same clock.
 */
export class TurnQueue {
  private readonly limit: RequestLimit;
  /** When the budget would be full again, if nothing more came. Source: the generic cell rate algorithm. */
  private fullAt = 0;
  private pausedUntil = 0;
  private turns = new Map<string, number>();

  constructor(limit: RequestLimit) {
    this.limit = limit;
  }

  /** When it is the turn of `key`. A turn that has come is used up by asking. */
  turnOf(key: string, now: number): number {
    this.forgetLapsed(now);
    const turn = Math.max(this.turns.get(key) ?? this.nextTurn(now), this.pausedUntil);
    if (turn > now) this.turns.set(key, turn);
    else this.turns.delete(key);
    return turn;
  }

  /** The server wants no request before `until`: everybody's turn comes so much later, and the budget is used up. */
  pause(until: number, now: number): void {
    const later = until - Math.max(this.pausedUntil, now);
    if (later <= 0) return;
    this.pausedUntil = until;
    this.turns = new Map([...this.turns].map(([key, turn]) => [key, turn + later]));
    const emptyAt = until + (this.limit.burst - 1) * this.intervalMs();
    this.fullAt = Math.max(this.fullAt + later, emptyAt);
  }

  private nextTurn(now: number): number {
    const turn = Math.max(now, this.fullAt - (this.limit.burst - 1) * this.intervalMs());
    this.fullAt = Math.max(this.fullAt, now) + this.intervalMs();
    return turn;
  }

  private intervalMs(): number {
    return 1000 / this.limit.perSecond;
  }

  private forgetLapsed(now: number): void {
    for (const [key, turn] of this.turns) {
      if (turn + LAPSE_MS < now) this.turns.delete(key);
    }
  }
}
