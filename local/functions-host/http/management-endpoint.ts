import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type ManagementDeps, manage } from "../durable/management-api.js";
import { errorText } from "../error-text.js";
import type { HostLog } from "../host-log.js";

/** Path of the public management API, guarded by the system key. */
export const webhookPath = "/runtime/webhooks/durabletask/";
/** Path of the same API on the loopback port that the SDK uses. */
export const rpcPath = "/durabletask/";

/** Answers a request to the management API that lies below `basePath`. */
export async function answerManagement(
  request: IncomingMessage,
  response: ServerResponse,
  basePath: string,
  deps: ManagementDeps,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const token = request.headers["x-ms-continuation-token"];
  const { status, headers, body } = manage(
    {
      method: request.method ?? "GET",
      path: url.pathname.slice(basePath.length),
      query: url.searchParams,
      body: await text(request),
      continuationToken: typeof token === "string" ? token : undefined,
    },
    deps,
  );
  response.writeHead(status, { ...headers, "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** Creates the loopback server that the SDK's client talks to. It asks for no key. */
export function rpcServer(deps: Promise<ManagementDeps>, log: HostLog): Server {
  return createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const answered = deps.then(async (ready) => {
      if (path.startsWith(rpcPath)) await answerManagement(request, response, rpcPath, ready);
      else response.writeHead(404).end();
    });
    answered.catch((error: unknown) => {
      log({
        level: "error",
        message: `${request.method} ${request.url} failed: ${errorText(error)}`,
      });
      if (!response.headersSent) response.writeHead(error instanceof URIError ? 400 : 500);
      response.end();
    });
  });
}
