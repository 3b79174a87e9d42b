import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { finished } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import type { MemberRequest } from "./member-connection.js";

/** Enough for a wave of parallel writes, and well below the share an API server gives to one client. */
const MAX_SOCKETS = 16;

/** Idle connections are closed before Azure's load balancers forget them (after four minutes by default). */
const IDLE_TIMEOUT_MS = 60_000;

/** Where an API server is and how to show who we are. */
export interface ServerAccess {
  readonly server: URL;
  readonly agent: HttpAgent;
  /** Headers of every request, credentials among them. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

export interface TlsOptions
  extends Pick<SecureContextOptions, "ca" | "cert" | "key" | "passphrase"> {
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

/** One answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
  readonly retryAfterSeconds: number | undefined;
}

/** Keeps connections to one server open between requests, and TLS sessions for when they are not. */
export function keepAliveAgent(server: URL, tls: TlsOptions): HttpAgent {
  const pool = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    scheduling: "lifo",
    timeout: IDLE_TIMEOUT_MS,
  } as const;
  return server.protocol === "http:" ? new HttpAgent(pool) : new HttpsAgent({ ...pool, ...tls });
}

/** Sends one request and reads its answer to the end. @throws the network's error, or the signal's */
export async function exchange(
  access: ServerAccess,
  request: MemberRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = { ...(await access.headers()), ...contentHeaders(request, body) };
  const message = await send(access, request, headers, body, signal);
  const text = await readText(message);
  return {
    status: message.statusCode ?? 0,
    body: parseBody(text),
    retryAfterSeconds: parseRetryAfter(message.headers["retry-after"]),
  };
}

function contentHeaders(request: MemberRequest, body: string | undefined): Record<string, string> {
  const accept = { Accept: "application/json" };
  if (body === undefined) return accept;
  return {
    ...accept,
    "Content-Type": request.contentType ?? "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
  };
}

function send(
  { server, agent }: ServerAccess,
  request: MemberRequest,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const base = server.pathname.replace(/\/$/, "");
  const open = server.protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const outgoing = open({
      protocol: server.protocol,
      hostname: server.hostname.replace(/^\[|\]$/g, ""),
      port: server.port,
      path: base + request.path,
      method: request.method,
      headers,
      agent,
      signal,
    });
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

function readText(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    finished(message, (error) => {
      if (error) reject(error);
      else resolve(Buffer.concat(chunks).toString("utf8"));
    });
  });
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page or a plain "404 page not found": the text is all there is.
    return text;
  }
}

/** Seconds; the date form of the header is not used by API servers. */
function parseRetryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
