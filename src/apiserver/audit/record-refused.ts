import type { StatusError } from "../../api/status-error.js";
import type { ApiRequest } from "../api-exchange.js";
import { asStatusError } from "../as-status-error.js";
import { refuseImpersonation } from "../authorization.js";
import type { Backend, RequestContext } from "../backend.js";
import { parseRequestPath, type ResourcePath } from "../request-path.js";
import { AuditTrail } from "./audit-trail.js";
import { recordOutcome } from "./record-outcome.js";

/** Records a request that was refused before anybody looked at what it asks for, when it would have written. */
export async function recordRefused(
  backend: Pick<Backend, "audit" | "now" | "newUid" | "report">,
  request: ApiRequest,
  context: Pick<RequestContext, "user" | "operationId">,
  { code, reason }: StatusError,
): Promise<void> {
  const { audit } = backend;
  const path = resourceIn(request);
  const verb = path && verbOf(request.method, path);
  if (!audit || !verb) return;
  const call = { request, path, context, backend, now: backend.now() };
  await recordOutcome(audit, call, new AuditTrail(call, verb), { code, reason });
}

/** @throws StatusError 403 when the caller wants to be somebody else */
export async function refuseImpersonationRecorded(
  backend: Backend,
  request: ApiRequest,
  context: RequestContext,
): Promise<void> {
  try {
    refuseImpersonation(request, context.user);
  } catch (error) {
    await recordRefused(backend, request, context, asStatusError(error, backend.report));
    throw error;
  }
}

/** Source: apiserver `RequestInfoFactory`. */
function verbOf(method: string, { name }: ResourcePath): string | undefined {
  const verbs: Readonly<Record<string, string>> = {
    POST: "create",
    PUT: "update",
    PATCH: "patch",
    DELETE: name === undefined ? "deletecollection" : "delete",
  };
  return verbs[method];
}

function resourceIn({ url }: ApiRequest): ResourcePath | undefined {
  try {
    const path = parseRequestPath(new URL(url).pathname);
    return path.at === "resource" ? path.resource : undefined;
  } catch {
    // A path that cannot be read is about no resource.
    return undefined;
  }
}
