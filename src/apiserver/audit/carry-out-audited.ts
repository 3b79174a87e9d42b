import type { StatusError } from "../../api/status-error.js";
import type { ApiResponse } from "../api-exchange.js";
import { asStatusError } from "../as-status-error.js";
import type { Call } from "../call.js";
import { AuditTrail, type Outcome } from "./audit-trail.js";
import { recordOutcome, Unrecorded } from "./record-outcome.js";

const READS = new Set(["get", "list", "watch"]);

/**
 * Carries out a request, and records it before its answer is given when it writes: nobody is told of a write that is
 * not recorded. Reading and dry-runs are not recorded.
 *
 * @throws StatusError what `carryOut` failed with; 500 when the request wrote and its record could not be stored
 */
export async function carryOutAudited(
  call: Call,
  verb: string,
  carryOut: (call: Call) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const { audit } = call.backend;
  if (!audit || READS.has(verb) || call.query.getAll("dryRun").includes("All")) {
    return carryOut(call);
  }
  const trail = new AuditTrail(call, verb);
  // With the host before the first write: what a crash leaves without a record is found by it.
  audit.announce?.(requestLine(call, trail));
  try {
    const response = await carryOut({ ...call, observer: trail });
    await recordOutcome(audit, call, trail, { code: response.status });
    return response;
  } catch (error) {
    if (error instanceof Unrecorded) throw error;
    const status = asStatusError(error, call.backend.report);
    await recordOutcome(audit, call, trail, refusal(call, status));
    throw status;
  }
}

function refusal({ kind }: Call, { code, reason, details }: StatusError): Outcome {
  return { code, reason, name: details?.kind === kind.plural ? details.name : undefined };
}

function requestLine({ context, path, kind }: Call, { auditID, verb }: AuditTrail): string {
  const { subresource, namespace, name } = path;
  const { operationId, user } = context;
  const fields = {
    auditID,
    user: user.username,
    verb,
    group: kind.group,
    resource: kind.plural,
    subresource,
    namespace,
    name,
    operationId,
  };
  return `request ${JSON.stringify(fields)}`;
}
