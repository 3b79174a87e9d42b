import type { AuditLog } from "../storage/audit-log.js";

const DAY_MS = 24 * 60 * 60 * 1000;
/** What one round removes at most: ten transactions. */
const ROUND = 1000;

/**
 * Removes audit events once their day is `retentionDays` ago. Days are removed as a whole, so nothing becomes due
 * between two midnights (UTC), and an idle app is asked once a day.
 */
export class AuditExpiry {
  private readonly log: AuditLog;
  private readonly retentionDays: number;
  private readonly now: () => Date;
  /** Milliseconds since 1970; nothing is known before the first look. */
  private nextLook = 0;

  constructor(log: AuditLog, retentionDays: number, now: () => Date) {
    this.log = log;
    this.retentionDays = retentionDays;
    this.now = now;
  }

  /** Removes what is due; what is too much for one round is left for the next. */
  async collect(): Promise<void> {
    const now = this.now().getTime();
    if (now < this.nextLook) return;
    const keep = new Date(now - this.retentionDays * DAY_MS);
    const isMore = await this.log.removeBefore(keep, ROUND);
    if (!isMore) this.nextLook = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  }
}
