import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { freePort } from "../../local/ports.js";
import { Hub } from "../support/hub.js";
import {
  removeDataDir,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";
import { type SeenRequest, type ServedHub, WATCH_SECONDS } from "./served-hub.js";

/**
 * The app on the local Functions host, as `npm start` runs it, behind a proxy that sees every request and asks for short
 * watches in the name of clients, which ask for minutes.
 */
export async function serveHostedHub(): Promise<ServedHub> {
  const dataDir = temporaryDirectory("hosted-hub");
  const port = await freePort();
  const app = await startStagecoach({ dataDir, port, arguments: ["--members", "0"] });
  const requests: SeenRequest[] = [];
  let aging = false;
  const proxy = createServer((incoming, answer) => {
    const url = new URL(incoming.url ?? "/", app.url);
    if (url.searchParams.has("watch")) {
      url.searchParams.set("timeoutSeconds", String(WATCH_SECONDS));
      if (aging && url.searchParams.get("resourceVersion")) {
        aging = false;
        url.searchParams.set("resourceVersion", "1");
      }
    }
    forward(url, incoming, answer, (status, encoding) => {
      const { pathname: path, searchParams: query } = url;
      requests.push({ method: incoming.method ?? "", path, query, status, encoding });
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url,
    hub: new Hub(url),
    requests,
    ageNextWatch() {
      aging = true;
    },
    async stop() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      await app.interrupt();
      await removeDataDir(dataDir);
    },
  };
}

function forward(
  url: URL,
  incoming: IncomingMessage,
  answer: ServerResponse,
  seen: (status: number, encoding: string | null) => void,
): void {
  const { method, headers } = incoming;
  const outgoing = request(url, { method, headers: { ...headers, host: url.host } }, (response) => {
    const { statusCode = 502 } = response;
    seen(statusCode, response.headers["content-encoding"] ?? null);
    answer.writeHead(statusCode, response.headers);
    answer.flushHeaders();
    // Either side may go away in the middle of a watch; the other one is told by the closed connection.
    pipeline(response, answer).catch(() => answer.destroy());
  });
  answer.once("close", () => outgoing.destroy());
  pipeline(incoming, outgoing).catch(() => answer.destroy());
}
