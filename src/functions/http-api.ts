import type { HttpRequest, HttpResponseInit, TraceContext } from "@azure/functions";
import { type Door, identify } from "../access/fleet-caller.js";
import type { ApiRequest } from "../apiserver/api-exchange.js";
import type { ApiServer, Motion, Refusing } from "../apiserver/api-server.js";

/** Passes a Functions HTTP request to the API server, once it is clear who makes it, and its answer back, streams included. */
export async function serveHttp(
  { server, door }: { readonly server: ApiServer & Refusing; readonly door: Door },
  request: HttpRequest,
  motion: Motion,
  trace?: TraceContext,
): Promise<HttpResponseInit> {
  const gone = new AbortController();
  const operationId = operationIdOf(trace);
  const caller = identify(door, request.headers);
  const response = caller.ok
    ? await server.handle(toRequest(request), {
        user: caller.user,
        signal: gone.signal,
        motion,
        operationId,
      })
    : await server.refuse(toRequest(request), caller.problem, operationId);
  const { status, headers, body } = response;
  return {
    status,
    headers: Object.fromEntries(headers.entries()),
    ...(body !== null && { body: body instanceof ReadableStream ? streamed(body, gone) : body }),
  };
}

/** The trace id, which logs call the operation. Source: W3C Trace Context, `traceparent`. */
function operationIdOf(trace: TraceContext | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(trace?.traceParent ?? "")?.[1];
}

/** The body stays a stream: whoever reads it stops at the limit, and says so when the client breaks off. */
function toRequest({ method, url, headers, body }: HttpRequest): ApiRequest {
  // The same stream; the DOM's types and Node's each have a name of their own for it.
  return { method, url, headers, body: body as ReadableStream<Uint8Array> | null };
}

/**
 * The answer's body as the Functions library needs it. It sends the headers with the first chunk only, and a client of
 * a watch waits for them: so an empty chunk comes first. A client that goes away cancels the stream.
 */
function streamed(
  body: ReadableStream<Uint8Array>,
  gone: AbortController,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array());
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      gone.abort(reason);
      await reader.cancel(reason);
    },
  });
}
