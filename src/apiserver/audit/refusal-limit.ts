const WINDOW_MS = 60_000;

/**
 * Bounds how many refused requests are recorded: whoever may do nothing must not be able to fill the storage. What was
 * written is never counted here.
 */
export class RefusalLimit {
  private readonly perMinute: number;
  private windowStart = 0;
  private recorded = 0;
  private omitted = 0;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** @returns undefined when this one is too many, else how many were left out since the last that was recorded */
  admit(now: Date): number | undefined {
    const time = now.getTime();
    if (time - this.windowStart >= WINDOW_MS) {
      this.windowStart = time;
      this.recorded = 0;
    }
    if (this.recorded >= this.perMinute) {
      this.omitted += 1;
      return undefined;
    }
    this.recorded += 1;
    const { omitted } = this;
    this.omitted = 0;
    return omitted;
  }
}
