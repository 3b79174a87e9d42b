import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { functionsByTrigger } from "../../local/functions-host/functions-by-trigger.js";
import { findRoute, routeTable } from "../../local/functions-host/http/route-table.js";
import { invokeStreamed } from "../../local/functions-host/http/streamed-invocation.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function matchOf(name: string) {
  const req = { type: "httpTrigger", direction: "in", name: "req", route: name, methods: ["POST"] };
  const metadata = { name, functionId: name, bindings: { req } };
  const { http } = functionsByTrigger(new Map([[name, { metadata, callback: () => undefined }]]));
  const match = findRoute(routeTable(http), "POST", name);
  if (!match) throw new Error(`no route ${name}`);
  return match;
}

it("a request that does not reach the app fails at once, although the function waits for it", async () => {
  const app = await listening((request) => request.socket.destroy());
  const waits = () => new Promise<never>(() => {});
  const front = await listening((request, response) => {
    invokeStreamed(request, response, matchOf("f"), waits, "{}", app).catch((error: unknown) =>
      response.writeHead(502).end(String(error)),
    );
  });
  const answer = await fetch(`${front}/f`, { method: "POST", body: "x" });
  expect(answer.status).toBe(502);
  expect(await answer.text()).toMatch(/socket hang up|ECONNRESET|closed/);
});
