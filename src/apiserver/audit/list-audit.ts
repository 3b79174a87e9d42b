import type { AuditEvent } from "../../api/audit-event.js";
import { badRequest } from "../../api/status-error.js";
import { type AuditPage, InvalidContinueToken } from "../../storage/audit-log.js";
import type { ApiRequest, ApiResponse } from "../api-exchange.js";
import { requireAccess } from "../authorization.js";
import type { Backend, RequestContext } from "../backend.js";
import { pageNotFound, plainText, respondWith } from "../respond.js";
import { chooseForm } from "../response-form.js";
import { methodNotAllowed } from "../routes.js";
import { parseAuditQuery } from "./audit-query.js";

/**
 * `GET /audit`: what requests have written, newest first, as an `audit.k8s.io/v1` EventList or as a table of text.
 *
 * @throws StatusError 400 naming the parameter, 403, 405, 406
 */
export async function listAudit(
  { audit, authorize, now }: Backend,
  query: URLSearchParams,
  request: ApiRequest,
  { user }: RequestContext,
): Promise<ApiResponse> {
  if (!audit) return pageNotFound();
  if (request.method !== "GET") throw methodNotAllowed();
  requireAccess(authorize, user, { verb: "get", path: "/audit" });
  const { encoding } = chooseForm(request.headers.get("accept"), true);
  const { filter, limit, continueToken } = parseAuditQuery(query, now());
  const page = await audit.log.page(filter, limit, continueToken).catch((error: unknown) => {
    throw error instanceof InvalidContinueToken ? badRequest(`continue: ${error.message}`) : error;
  });
  return encoding === "text"
    ? plainText(200, tableOf(page))
    : respondWith(request, encoding, 200, eventList(page));
}

function eventList({ events, continueToken }: AuditPage): object {
  return {
    kind: "EventList",
    apiVersion: "audit.k8s.io/v1",
    metadata: continueToken === undefined ? {} : { continue: continueToken },
    items: events,
  };
}

const HEADER = ["TIME", "USER", "VERB", "RESOURCE", "NAMESPACE", "NAME", "CODE", "FROM"];

function tableOf({ events, continueToken }: AuditPage): string {
  const rows = [HEADER, ...events.map(cellsOf)];
  const widths = HEADER.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd(),
  );
  const more = continueToken === undefined ? [] : ["", `More with continue=${continueToken}`];
  return [...lines, ...more, ""].join("\n");
}

function cellsOf(event: AuditEvent): readonly string[] {
  const { resource, subresource, namespace = "", name = "" } = event.objectRef;
  const cells = [
    event.requestReceivedTimestamp,
    event.user.username,
    event.verb,
    subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    String(event.responseStatus.code),
    event.sourceIPs?.join(",") ?? "",
  ];
  // A name may hold anything that a client puts into a URL.
  return cells.map((cell) => cell.replace(/\p{C}/gu, "?"));
}
