import { parseGoDuration } from "../../api/go-duration.js";
import { badRequest } from "../../api/status-error.js";
import type { AuditFilter } from "../../storage/audit-log.js";

/** What one page of the audit log is to hold. */
export interface AuditQuery {
  readonly filter: AuditFilter;
  readonly limit: number;
  readonly continueToken: string | undefined;
}

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/** Each parameter of `GET /audit`, and what it means. */
export const AUDIT_PARAMETERS = {
  user: "Of this user.",
  verb: "With this verb, such as create, patch or delete.",
  resource: "About this resource, by its plural.",
  namespace: "In this namespace.",
  name: "About the object of this name.",
  since: "Not before this time (RFC 3339), or not longer ago than this duration, such as 90m.",
  until: "Before this time (RFC 3339), or longer ago than this duration.",
  limit: `At most so many, 1 to ${MAX_LIMIT}; ${DEFAULT_LIMIT} by default.`,
  continue: "The token of the page before, with the same parameters.",
} as const;

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A parameter that is unknown is refused: a filter with a typing error would show everything. @throws StatusError 400 */
export function parseAuditQuery(query: URLSearchParams, now: Date): AuditQuery {
  for (const name of new Set(query.keys())) {
    if (!(name in AUDIT_PARAMETERS)) {
      const known = Object.keys(AUDIT_PARAMETERS).join(", ");
      throw badRequest(`${name}: no such parameter; there are ${known}`);
    }
    const values = query.getAll(name);
    if (values.length > 1) throw badRequest(`${name}: given ${values.length} times`);
    if (values[0] === "") throw badRequest(`${name}: must not be empty`);
  }
  const text = (name: keyof typeof AUDIT_PARAMETERS) => query.get(name) ?? undefined;
  return {
    filter: {
      user: text("user"),
      verb: text("verb"),
      resource: text("resource"),
      namespace: text("namespace"),
      name: text("name"),
      since: parseTime("since", text("since"), now),
      until: parseTime("until", text("until"), now),
    },
    limit: parseLimit(text("limit")),
    continueToken: text("continue"),
  };
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (/^[0-9]+$/.test(text) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw badRequest(`limit: "${text}" is not a whole number from 1 to ${MAX_LIMIT}`);
}

function parseTime(name: string, text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined;
  const time = RFC3339.test(text) ? new Date(text) : before(now, text);
  if (time && time.getTime() >= 0 && time.getTime() <= LATEST) return time;
  throw badRequest(
    `${name}: "${text}" is neither a time such as 2026-01-31T12:00:00Z nor a duration such as 90m`,
  );
}

/** The end of the year 9999. */
const LATEST = 253_402_300_799_999;

function before(now: Date, duration: string): Date | undefined {
  try {
    return new Date(now.getTime() - parseGoDuration(duration));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
