import { StatusError } from "../api/status-error.js";
import type { ApiRequest, ApiResponse } from "./api-exchange.js";
import { parseRequestPath } from "./request-path.js";
import { failure, plainText } from "./respond.js";

/**
 * The answer to a request whose caller is not known: 401 with the problem. Probes of the server's health are answered:
 * they say nothing that the refusal itself does not say.
 */
export function refuseUnidentified(
  { method, url }: Pick<ApiRequest, "method" | "url">,
  problem: string,
): ApiResponse {
  if (isHealthProbe(method, url)) return plainText(200, method === "HEAD" ? "" : "ok");
  return failure(unauthorized(problem));
}

/** Of a caller who is not known. */
export function unauthorized(problem: string): StatusError {
  return new StatusError(401, "Unauthorized", `Unauthorized: ${problem}`);
}

function isHealthProbe(method: string, url: string): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  try {
    return parseRequestPath(new URL(url).pathname).at === "health";
  } catch {
    // A path that cannot be read is no probe.
    return false;
  }
}
