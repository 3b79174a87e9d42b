import type { AuditEvent } from "../api/audit-event.js";

/** Which events to read: all of what is given has to fit. */
export interface AuditFilter {
  /** Not before. */
  readonly since?: Date | undefined;
  /** Before. */
  readonly until?: Date | undefined;
  readonly user?: string | undefined;
  readonly verb?: string | undefined;
  /** The plural. */
  readonly resource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  /** Where the next page begins; there is none without it. */
  readonly continueToken?: string | undefined;
}

/** Events of requests, kept for a while and never changed. */
export interface AuditLog {
  /** Stores the events of one request. One storage operation, unless a request wrote more than a hundred objects. */
  append(events: readonly AuditEvent[]): Promise<void>;
  /**
   * May answer fewer events than `limit`, even none, with a continue token: storage looks at so many rows at a time.
   *
   * @throws InvalidContinueToken
   */
  page(filter: AuditFilter, limit: number, continueToken?: string): Promise<AuditPage>;
  /** Removes up to `max` events of days before the one that `keep` is in. @returns whether there may be more */
  removeBefore(keep: Date, max: number): Promise<boolean>;
}

/** A continue token that this log did not give out. */
export class InvalidContinueToken extends Error {
  constructor() {
    super("the continue token is not one of this list");
    this.name = "InvalidContinueToken";
  }
}
