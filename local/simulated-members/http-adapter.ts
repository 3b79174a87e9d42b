import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ApiRequest } from "../../src/apiserver/api-exchange.js";
import type { ApiServer, Motion } from "../../src/apiserver/api-server.js";
import type { UserInfo } from "../../src/registry/kind.js";

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly hostname?: string;
  /** Whoever connects is this user. */
  readonly user: UserInfo;
  /** Default: nothing is set in motion. */
  readonly motion?: Motion;
}

/** Longer than clients keep idle connections: a request must not meet a connection that is being closed. */
const KEEP_ALIVE_MS = 120_000;

/** Larger than nearly all objects. */
const SMALL_BODY_BYTES = 64 * 1024;

const STILL: Motion = { mark: async () => {}, wake: async () => {} };

/** Serves an API server over HTTP/1.1. @throws Error with code EADDRINUSE when the port is taken */
export async function serveApi(
  server: ApiServer,
  options: ServeOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const { port, hostname = "127.0.0.1", user, motion = STILL } = options;
  const http = createServer((incoming, outgoing) => {
    answer(server, { user, motion }, incoming, outgoing).catch((error: unknown) => {
      // The answer has begun or cannot be made: all that is left is to tell the client that it is not complete.
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  http.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, hostname, () => {
      http.off("error", reject);
      resolve();
    });
  });
  const address = http.address() as AddressInfo;
  return {
    url: `http://${hostname}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        http.close((error) => (error ? reject(error) : resolve()));
        http.closeAllConnections();
      }),
  };
}

async function answer(
  server: ApiServer,
  caller: { readonly user: UserInfo; readonly motion: Motion },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request = await toRequest(incoming);
  const { status, headers, body } = await server.handle(request, {
    ...caller,
    signal: gone.signal,
  });
  outgoing.statusCode = status;
  outgoing.setHeaders(headers);
  if (!(body instanceof ReadableStream)) {
    outgoing.end(body ?? undefined);
    return;
  }
  // They go out with what is there already, and do not wait for the first event of a watch.
  setImmediate(() => {
    if (!outgoing.writableEnded) outgoing.flushHeaders();
  });
  await pump(body, outgoing, gone.signal);
  outgoing.end();
}

async function toRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const { method = "GET", headers, url = "/" } = incoming;
  return {
    method,
    url: new URL(url, `http://${headers.host ?? "localhost"}`).href,
    headers: { get: (name) => oneValue(headers[name.toLowerCase()]) },
    body: await bodyOf(incoming),
  };
}

function oneValue(header: string | string[] | undefined): string | null {
  return Array.isArray(header) ? header.join(", ") : (header ?? null);
}

/** Small bodies are taken whole: a stream for each would cost more than all else that is done for its request. */
async function bodyOf(incoming: IncomingMessage): Promise<ApiRequest["body"]> {
  const { method, headers } = incoming;
  if (method === "GET" || method === "HEAD") return null;
  const length = headers["content-length"];
  if (length !== undefined && Number(length) <= SMALL_BODY_BYTES) return wholeBody(incoming);
  return Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
}

function wholeBody(incoming: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.once("end", () => resolve(Buffer.concat(chunks)));
    incoming.once("error", reject);
  });
}

async function pump(
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel();
  gone.addEventListener("abort", cancel, { once: true });
  for (;;) {
    const { done, value } = await reader.read();
    if (done || gone.aborted) return;
    if (!outgoing.write(value)) await drained(outgoing, gone);
  }
}

function drained(outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) return resolve();
    outgoing.once("drain", resolve);
    gone.addEventListener("abort", () => resolve(), { once: true });
  });
}
