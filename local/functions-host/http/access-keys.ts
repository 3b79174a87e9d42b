import type { IncomingMessage } from "node:http";

/** Keys that requests must carry. Core Tools asks for none locally, and neither does this host unless it is given some. */
export interface AccessKeys {
  /** `_master`: opens everything. */
  readonly master: string;
  /** The host key `default`: opens functions of level `function`. */
  readonly host: string;
}

/** Whether a request may call a function of this `authLevel`. Source: Functions access keys documentation. */
export function isAllowed(
  request: IncomingMessage,
  authLevel: string | undefined,
  keys: AccessKeys | undefined,
): boolean {
  const level = (authLevel ?? "function").toLowerCase();
  if (!keys || level === "anonymous") return true;
  const key = keyOf(request);
  return key === keys.master || (level === "function" && key === keys.host);
}

/** Whether a request may use `/runtime/webhooks/durabletask`. */
export function mayManage(
  request: IncomingMessage,
  systemKey: string,
  keys: AccessKeys | undefined,
): boolean {
  const key = keyOf(request);
  return !keys || key === systemKey || key === keys.master;
}

function keyOf(request: IncomingMessage): string | null {
  const header = request.headers["x-functions-key"];
  if (typeof header === "string") return header;
  return new URL(request.url ?? "/", "http://localhost").searchParams.get("code");
}
