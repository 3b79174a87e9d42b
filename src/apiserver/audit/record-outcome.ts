import { StatusError } from "../../api/status-error.js";
import type { Audit } from "./audit.js";
import type { AuditedRequest, AuditTrail, Outcome } from "./audit-trail.js";

/** The write stands, and nobody could tell later who made it. */
export class Unrecorded extends StatusError {
  constructor(message: string, options: ErrorOptions) {
    super(500, "InternalError", message);
    this.cause = options.cause;
  }
}

/**
 * Stores the events of a request that has come to its end. Refusals are bounded, and one that cannot be stored is only
 * reported.
 *
 * @throws Unrecorded when the request may have written and its record could not be stored
 */
export async function recordOutcome(
  audit: Audit,
  call: AuditedRequest,
  trail: AuditTrail,
  outcome: Outcome,
) {
  if (trail.isDryRun) return;
  const mayHaveWritten = outcome.code < 400 || outcome.code >= 500 || trail.hasWritten;
  const omitted = mayHaveWritten ? 0 : audit.refusals.admit(call.now);
  if (omitted === undefined) return;
  const events = trail.events(outcome, omitted);
  try {
    await audit.log.append(events);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const lost = new Unrecorded(
      `the request was carried out (${outcome.code}), but its audit record could not be stored: ${why}`,
      { cause: error },
    );
    call.backend.report(new Error(`${lost.message}; record: ${JSON.stringify(events)}`, lost));
    if (mayHaveWritten) throw lost;
  }
}
