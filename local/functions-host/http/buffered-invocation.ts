import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { inputData } from "../functions-by-trigger.js";
import type { InvokeFunction } from "../invoke-function.js";
import type {
  InvocationResponse,
  RpcHttpCookie,
  RpcHttpRequest,
  RpcHttpResponse,
} from "../worker-contract.js";
import type { RouteMatch } from "./route-table.js";

/**
 * Answers a request for an app that has not turned streaming on: everything travels in one message each way. A body
 * without Content-Length does not arrive, as in Azure.
 */
export async function invokeBuffered(
  request: IncomingMessage,
  response: ServerResponse,
  match: RouteMatch,
  invoke: InvokeFunction,
  clientPayload: string,
): Promise<void> {
  const http = await rpcRequest(request, match.params);
  const data = inputData(match.target, { http }, clientPayload);
  const answer = await invoke(match.target.registered, {
    inputData: data,
    traceParent: request.headers.traceparent,
  });
  writeRpcResponse(answer, response);
}

async function rpcRequest(
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
): Promise<RpcHttpRequest> {
  const url = new URL(`http://${request.headers.host ?? "localhost"}${request.url ?? "/"}`);
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams)
    query[name] = name in query ? `${query[name]},${value}` : value;
  const hasBody = Number(request.headers["content-length"] ?? 0) > 0;
  return {
    url: url.href,
    method: request.method ?? "GET",
    headers: {},
    query: {},
    params: {},
    nullableHeaders: nullable(joinedHeaders(request)),
    nullableQuery: nullable(query),
    nullableParams: nullable(params),
    ...(hasBody && { body: { bytes: await buffer(request) } }),
  };
}

/** A request's headers by lower-case name, repeated ones joined by a comma. */
export function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(",")] as const,
  );
  return Object.fromEntries(entries);
}

function nullable(values: Readonly<Record<string, string>>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function writeRpcResponse(answer: InvocationResponse, response: ServerResponse): void {
  const http = answer.returnValue?.http as RpcHttpResponse | null | undefined;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  const cookies = (http.cookies ?? []).map(cookieText);
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.writeHead(Number(http.statusCode ?? 200)).end(http.body?.bytes ?? undefined);
}

function cookieText(cookie: RpcHttpCookie): string {
  const seconds = cookie.expires?.value?.seconds;
  const sameSite = { Strict: "Strict", Lax: "Lax", ExplicitNone: "None" }[
    cookie.sameSite?.replace(/^./, (first) => first.toUpperCase()) ?? ""
  ];
  const attributes = [
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    cookie.path?.value && `Path=${cookie.path.value}`,
    seconds != null && `Expires=${new Date(seconds * 1000).toUTCString()}`,
    cookie.maxAge?.value != null && `Max-Age=${cookie.maxAge.value}`,
    cookie.secure?.value && "Secure",
    cookie.httpOnly?.value && "HttpOnly",
    sameSite && `SameSite=${sameSite}`,
  ];
  const pair = `${cookie.name ?? ""}=${encodeURIComponent(cookie.value ?? "")}`;
  return [pair, ...attributes].filter((part) => typeof part === "string").join("; ");
}
