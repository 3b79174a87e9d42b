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

  async function ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ) {
    const request = new HttpRequest({
      method,
      url: `http://api.test${path}`,
      headers: {
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
        ...headers,
      },
      ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
    });
    return serveHttp({ server, door }, request, MOTION);
  }

  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<Said> {
    const answer = await ask(method, path, headers, body);
    const said = new Response(answer.body as BodyInit | null);
    if (answer.status === 200 && path.includes("watch=true")) {
      await said.body?.cancel();
      return { status: 200, message: "", body: {} };
    }
    const text = await said.text();
    const json = text.startsWith("{") ? JSON.parse(text) : {};
    return { status: answer.status ?? 0, message: String(json.message ?? text), body: json };
  }

  return {
    store,
    kinds: served.kinds,
    send,
    /** Makes requests as somebody whom App Service has let through. */
    as(principal: TestPrincipal) {
      const who = { "x-ms-client-principal": clientPrincipal(claimsOf(principal)) };
      const request = (
        method: string,
        path: string,
        body?: unknown,
        headers: Record<string, string> = {},
      ) => send(method, path, { ...who, ...headers }, body);
      /** Everything that a stream says until it ends. */
      const follow = async (path: string) => {
        const { body } = await ask("GET", path, who);
        return new Response(body as ReadableStream).text();
      };
      return Object.assign(request, { follow });
    },
    close: () => store.close(),
  };
}

export type GuardedApi = ReturnType<typeof openGuardedApi>;
