import { HttpRequest } from "@azure/functions";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import type { AccessEntry } from "../../src/access/access-setting.js";
import { fleetAuthorizer } from "../../src/access/fleet-authorizer.js";
import type { Door } from "../../src/access/fleet-caller.js";
import { createApiServer } from "../../src/apiserver/api-server.js";
import { serveHttp } from "../../src/functions/http-api.js";
import { type KindOptions, serveHubKinds } from "../../src/registry/kinds.js";
import { claimsOf, clientPrincipal, type TestPrincipal } from "./client-principal.js";

const MOTION = { mark: async () => {}, wake: async () => {} };

export interface Said {
  readonly status: number;
  readonly message: string;
  readonly body: Record<string, unknown>;
}

/** The hub's API behind its door, in memory: requests come in as the Functions host hands them over. */
export function openGuardedApi(
  options: {
    readonly access?: readonly AccessEntry[];
    readonly door?: Door;
    readonly kinds?: Partial<KindOptions>;
  } = {},
) {
  const store = openSqliteObjectStore(":memory:");
  const served = serveHubKinds({ defaultRunState: "Run", ...options.kinds }, store);
  const server = createApiServer({
    kinds: served.kinds,
    store: served.store,
    authorize: fleetAuthorizer(options.access ?? []),
  });
  const door = options.door ?? { kind: "Platform" };

  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Said> {
    const request = new HttpRequest({
      method,
      url: `http://api.test${path}`,
      headers: {
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
        ...headers,
      },
      ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
    });
    const answer = await serveHttp({ server, door }, request, MOTION);
    const stream = answer.body as ReadableStream;
    if (answer.status === 200 && path.includes("watch=true")) {
      await stream.cancel();
      return { status: 200, message: "", body: {} };
    }
    const text = await new Response(stream).text();
    const json = text.startsWith("{") ? JSON.parse(text) : {};
    return { status: answer.status ?? 0, message: String(json.message ?? text), body: json };
  }

  return {
    store,
    kinds: served.kinds,
    send,
    /** Makes requests as somebody whom App Service has let through. */
    as(principal: TestPrincipal) {
      const header = clientPrincipal(claimsOf(principal));
      return (method: string, path: string, body?: unknown) =>
        send(method, path, { "x-ms-client-principal": header }, body);
    },
    close: () => store.close(),
  };
}

export type GuardedApi = ReturnType<typeof openGuardedApi>;
