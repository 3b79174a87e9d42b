import { randomUUID } from "node:crypto";
import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream/promises";
import { inputData } from "../functions-by-trigger.js";
import type { InvokeFunction } from "../invoke-function.js";
import type { TypedData } from "../worker-contract.js";
import { joinedHeaders } from "./buffered-invocation.js";
import type { RouteMatch } from "./route-table.js";

/**
 * The app's listener closes connections that are idle for five seconds. A request that is sent while one is being closed
 * is lost, so they are given up before.
 */
const agent = new Agent({ keepAlive: true, timeout: 4000 });

/**
 * Answers a request for an app that has turned streaming on: the function is invoked with an almost empty message, and
 * the request itself is forwarded, at the same time, to the listener that the programming model opened. Bytes pass both
 * ways as they come. A client that goes away ends the forwarded request at once.
 *
 * Source: Azure/azure-functions-host `DefaultHttpProxyService.cs`; `@azure/functions` 4.16 `src/http/httpProxy.ts`.
 *
 * Rejects with what the app threw, if it threw before it answered, or with why the request did not reach it.
 */
export async function invokeStreamed(
  request: IncomingMessage,
  response: ServerResponse,
  match: RouteMatch,
  invoke: InvokeFunction,
  clientPayload: string,
  httpUri: string,
): Promise<void> {
  const invocationId = randomUUID();
  const forwarded = httpRequest(forwardingOptions(request, httpUri, invocationId));
  const gone = () => forwarded.destroy();
  response.once("close", gone);
  const relayed = relay(request, forwarded, response);
  let threw = false;
  const invoked = invoke(match.target.registered, {
    invocationId,
    inputData: inputData(match.target, { http: {} }, clientPayload),
    triggerMetadata: triggerMetadata(request, match.params),
    traceParent: request.headers.traceparent,
  }).catch((error: unknown) => {
    // The programming model writes nothing for a function that throws, so the forwarded request would wait for ever.
    threw = true;
    forwarded.destroy();
    throw error;
  });
  // The function waits for a request that does not arrive for ever: nobody is to wait for the function then.
  const lost = Promise.withResolvers<never>();
  relayed.catch((error: unknown) => {
    if (!threw && !response.headersSent && !response.destroyed) lost.reject(error);
  });
  const settled = Promise.allSettled([invoked, relayed]);
  const [outcome, passed] = await Promise.race([settled, lost.promise]);
  response.off("close", gone);
  if (outcome.status === "rejected") throw outcome.reason;
  if (passed.status === "rejected" && !response.destroyed) throw passed.reason;
}

async function relay(
  request: IncomingMessage,
  forwarded: ReturnType<typeof httpRequest>,
  response: ServerResponse,
): Promise<void> {
  const answered = Promise.withResolvers<IncomingMessage>();
  forwarded.once("response", answered.resolve);
  forwarded.once("error", answered.reject);
  forwarded.once("close", () => answered.reject(new Error("the app closed the request")));
  request.pipe(forwarded);
  const answer = await answered.promise;
  response.writeHead(answer.statusCode ?? 500, endToEndHeaders(answer));
  response.flushHeaders();
  await pipeline(answer, response);
}

function forwardingOptions(request: IncomingMessage, httpUri: string, invocationId: string) {
  const target = new URL(httpUri);
  return {
    agent,
    // The listener is on all interfaces; the name in its address may resolve to another family.
    host: "127.0.0.1",
    port: target.port,
    method: request.method,
    path: request.url,
    headers: {
      ...endToEndHeaders(request),
      "x-ms-invocation-id": invocationId,
      "x-forwarded-host": request.headers.host ?? "localhost",
      "x-forwarded-proto": "http",
    },
  };
}

function triggerMetadata(
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
): Record<string, TypedData> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const values = Object.entries(params).map(([name, value]) => [name, { string: value }] as const);
  return {
    ...Object.fromEntries(values),
    Headers: { json: JSON.stringify({ ...joinedHeaders(request), ...forwardedFor(request) }) },
    Query: { json: JSON.stringify(Object.fromEntries(url.searchParams)) },
  };
}

/** What Azure's front end adds to the headers that a function sees. */
function forwardedFor({ headers, socket }: IncomingMessage): Record<string, string> {
  const seen = [headers["x-forwarded-for"], socket.remoteAddress].flatMap(
    (address) => address ?? [],
  );
  return seen.length > 0 ? { "x-forwarded-for": seen.join(", ") } : {};
}

const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "te", "upgrade"]);

// Transfer-Encoding stays: it says that there is a body, and Node frames that anew on either side.
function endToEndHeaders(message: IncomingMessage): OutgoingHttpHeaders {
  const entries = Object.entries(message.headersDistinct)
    .filter(([name]) => !hopByHop.has(name))
    .map(([name, values]) => [name, values?.length === 1 ? values[0] : values] as const);
  return Object.fromEntries(entries);
}
