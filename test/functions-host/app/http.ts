import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { app, type HttpRequest } from "@azure/functions";
import * as df from "durable-functions";
import { calls } from "./orchestrations.js";

app.http("calls", { methods: ["GET"], handler: async () => ({ jsonBody: calls }) });
app.http("echoRequest", {
  methods: ["POST"],
  route: "echo/{kind:alpha}/{*rest}",
  handler: async (request: HttpRequest) => ({
    jsonBody: {
      url: request.url,
      params: request.params,
      query: [...request.query.entries()],
      headers: Object.fromEntries(request.headers.entries()),
      body: await request.text(),
    },
  }),
});
// What JavaScript may return though the type does not say so.
app.http("nothing", { methods: ["GET"], handler: async () => JSON.parse("null") });
app.http("headers", {
  methods: ["GET"],
  handler: async () => ({
    status: 201,
    body: "made",
    headers: { "x-made": "yes" },
    cookies: [{ name: "a", value: "1", httpOnly: true, sameSite: "Strict" }],
  }),
});
app.http("throws", {
  methods: ["GET"],
  handler: async () => {
    throw new Error("handler broke, Password=hunter2");
  },
});
app.http("guarded", {
  methods: ["GET"],
  authLevel: "function",
  handler: async () => ({ body: "in" }),
});
// The name decides the order of routes: "a_catchAll" is tried before "b_exact" though it is less specific.
app.http("a_catchAll", {
  methods: ["GET"],
  route: "order/{*rest}",
  handler: async () => ({ body: "catch-all" }),
});
app.http("b_exact", {
  methods: ["GET"],
  route: "order/exact",
  handler: async () => ({ body: "exact" }),
});
app.http("reserved", { route: "administrators", handler: async () => ({ body: "never" }) });
app.http("count", {
  methods: ["POST"],
  handler: async (request: HttpRequest) => {
    const bytes = await request.arrayBuffer();
    return { jsonBody: { bytes: bytes.byteLength } };
  },
});
// A watch sends a line for every POST to "release".
let release: (() => void) | undefined;
app.http("release", {
  methods: ["POST"],
  handler: async () => {
    release?.();
    return {};
  },
});
app.http("watch", {
  methods: ["GET"],
  handler: async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        // An empty chunk makes the programming model send the headers.
        controller.enqueue(new Uint8Array());
        let lines = 0;
        release = () => {
          lines += 1;
          controller.enqueue(Buffer.from(`line ${lines}\n`));
          if (lines === 2) controller.close();
        };
      },
    });
    return { body: stream };
  },
});
app.http("never", {
  methods: ["GET"],
  handler: async () => {
    await delay(60_000);
    return { body: "late" };
  },
});
// The programming model hides the connection, so the sample looks where Node reports it.
const nevers = { opened: 0, closed: 0 };
subscribe("http.server.request.start", (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  if (request.url !== "/api/never" || !request.headers["x-ms-invocation-id"]) return;
  nevers.opened += 1;
  response.once("close", () => {
    nevers.closed += 1;
  });
});
app.http("nevers", { methods: ["GET"], handler: async () => ({ jsonBody: nevers }) });

/** Runs one call of the durable client and answers with its result. */
app.http("client", {
  methods: ["POST"],
  route: "client/{call}",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const call = String(request.params.call);
    const method: unknown = Reflect.get(client, call);
    if (typeof method !== "function") return { status: 404 };
    const args: unknown[] = JSON.parse(await request.text());
    try {
      const result: unknown = await method.call(client, ...args.map(revived));
      return { jsonBody: { result: result ?? null } };
    } catch (error) {
      return { jsonBody: { rejected: String(error) } };
    }
  },
});
app.http("start", {
  methods: ["POST"],
  route: "start/{name}",
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew(String(request.params.name), { input: {} });
    return client.createCheckStatusResponse(request, id);
  },
});

function revived(argument: unknown): unknown {
  if (typeof argument !== "object" || argument === null) return argument;
  const entries = Object.entries(argument).map(([key, value]) => [
    key,
    /^createdTime/.test(key) ? new Date(String(value)) : value,
  ]);
  return Array.isArray(argument) ? argument : Object.fromEntries(entries);
}

export const ticks: unknown[] = [];
app.timer("tick", {
  schedule: "%TICK_SCHEDULE%",
  handler: async (timer) => {
    ticks.push(timer);
  },
});
app.http("ticks", { methods: ["GET"], handler: async () => ({ jsonBody: ticks }) });
