import type { ClientInfo, WriteContext } from "../registry/kind.js";
import type { RequestContext } from "./backend.js";
import type { Call } from "./call.js";

/** Who makes a request, with what and when: for the rules of its kind. */
export function writeContext({
  request,
  context,
  now,
}: Pick<Call, "request" | "now"> & {
  readonly context: Pick<RequestContext, "user">;
}): WriteContext {
  return { now, user: context.user, client: clientOf(request.headers) };
}

/**
 * Each proxy appends whom it saw, so only the last entry of X-Forwarded-For is not the client's own claim. Azure's has
 * a port, which says nothing.
 */
function clientOf(headers: Call["request"]["headers"]): ClientInfo {
  const userAgent = headers.get("user-agent");
  const seen = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  const address = seen?.replace(/^\[(.*)\](:\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
  return { ...(userAgent && { userAgent }), ...(address && { address }) };
}
