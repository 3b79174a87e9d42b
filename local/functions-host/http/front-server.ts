import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ManagementDeps } from "../durable/management-api.js";
import { platformAuthenticates } from "../environment.js";
import { errorText } from "../error-text.js";
import type { HostLog } from "../host-log.js";
import type { InvokeFunction } from "../invoke-function.js";
import { type AccessKeys, isAllowed, mayManage } from "./access-keys.js";
import { invokeBuffered } from "./buffered-invocation.js";
import { answerManagement, webhookPath } from "./management-endpoint.js";
import { findRoute, pathBelow, type RouteTable } from "./route-table.js";
import { invokeStreamed } from "./streamed-invocation.js";

/** An idle connection is the client's to close. Source: Kestrel, `KeepAliveTimeout`. */
const keepAliveMs = 130_000;

/** Longest body that the host accepts, in bytes. Source: `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`. */
const maximumBodyBytes = 104_857_600;

export interface FrontOptions {
  readonly routes: RouteTable;
  readonly routePrefix: string;
  readonly invoke: InvokeFunction;
  readonly clientPayload: string;
  /** The programming model's own listener, when the app streams. */
  readonly httpUri: string | undefined;
  readonly management: ManagementDeps;
  readonly keys: AccessKeys | undefined;
  /** Runs a function by name for `POST /admin/functions/{name}`; false when there is none. */
  readonly runByName: (name: string) => boolean;
  /** Milliseconds without a byte after which the front end gives up. */
  readonly idleTimeoutMs: number;
}

/** Answers one request to the host: built-in paths first, then the app's functions, then the home page. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: FrontOptions,
): Promise<void> {
  if (!platformAuthenticates()) stripPlatformHeaders(request);
  // As the web server of the real host: a target begins with a slash, and further slashes before it mean nothing.
  if (!request.url?.startsWith("/")) return end(response, 400);
  request.url = request.url.replace(/^\/+/, "/");
  const { pathname } = new URL(request.url, "http://localhost");
  if (Number(request.headers["content-length"] ?? 0) > maximumBodyBytes) return end(response, 413);
  if (pathname.startsWith(webhookPath)) return answerWebhook(request, response, options);
  if (pathname.startsWith("/admin/")) return answerAdmin(request, response, pathname, options);
  const path = pathBelow(options.routePrefix, pathname);
  const match =
    path === undefined ? undefined : findRoute(options.routes, request.method ?? "GET", path);
  if (!match) return pathname === "/" ? homePage(response) : end(response, 404);
  if (!isAllowed(request, match.target.binding.authLevel, options.keys)) return end(response, 401);
  abandonWhenIdle(response, options.idleTimeoutMs);
  const { invoke, clientPayload, httpUri } = options;
  if (httpUri === undefined) await invokeBuffered(request, response, match, invoke, clientPayload);
  else await invokeStreamed(request, response, match, invoke, clientPayload, httpUri);
}

/**
 * Creates the public server; requests wait until the app is ready. What a request ends with when it fails: 400 for a path that cannot be decoded, otherwise
 * 500 without a body; the reason is in the log only.
 */
export function frontServer(ready: Promise<FrontOptions>, log: HostLog): Server {
  const server = createServer((request, response) => {
    const answered = ready.then((options) => answer(request, response, options));
    answered.catch((error: unknown) => {
      const status = error instanceof URIError ? 400 : 500;
      log({
        level: "error",
        message: `${request.method} ${request.url} failed with ${status}: ${errorText(error)}`,
      });
      if (response.headersSent) response.destroy();
      else end(response, status);
    });
  });
  // Streams may stay open for long; the front end's own limit counts from the last byte.
  server.requestTimeout = 0;
  server.keepAliveTimeout = keepAliveMs;
  return server;
}

async function answerWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  { management, keys }: FrontOptions,
): Promise<void> {
  if (!mayManage(request, management.endpoints.systemKey, keys)) return end(response, 401);
  await answerManagement(request, response, webhookPath, management);
}

function answerAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  { keys, runByName }: FrontOptions,
): void {
  const allowed = isAllowed(request, "admin", keys);
  const name = /^\/admin\/functions\/([^/]+)$/.exec(pathname)?.[1];
  const runs =
    allowed &&
    request.method === "POST" &&
    name !== undefined &&
    runByName(decodeURIComponent(name));
  if (allowed) end(response, runs ? 202 : 404);
  else end(response, 401);
}

function homePage(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/html" });
  response.end("<!doctype html><title>Functions host</title><p>Your Functions app is running.</p>");
}

// Only the platform says who is logged in; from a client these headers are a forgery. Where it authenticates, it stands
// in front of the host and has taken them away itself.
function stripPlatformHeaders(request: IncomingMessage): void {
  const isPlatform = (name: string) => /^x-ms-(client-principal|token-)/i.test(name);
  const raw: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(index, index + 2);
    if (isPlatform(name)) {
      delete request.headers[name.toLowerCase()];
      delete request.headersDistinct[name.toLowerCase()];
    } else raw.push(name, value);
  }
  request.rawHeaders = raw;
}

function abandonWhenIdle(response: ServerResponse, idleTimeoutMs: number): void {
  response.setTimeout(idleTimeoutMs, () => {
    if (response.headersSent) response.destroy();
    else end(response, 504);
  });
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-length": 0 }).end();
}
