import { openSqliteObjectStore } from "../../../local/simulated-members/sqlite-object-store.js";
import type { KubeObject } from "../../../src/api/meta.js";
import {
  type ApiServerOptions,
  createApiServer,
  type RequestContext,
} from "../../../src/apiserver/api-server.js";
import type { UserInfo, Wake } from "../../../src/registry/kind.js";
import { memberKinds } from "../../../src/registry/kinds.js";
import { widgetKind } from "./widget-kind.js";

/** An answer with its body parsed: JSON where it is JSON, else the text. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into bodies of every form.
  readonly body: Record<string, unknown> & { metadata: KubeObject["metadata"] };
  readonly text: string;
}

export interface TestRequest {
  readonly body?: unknown;
  readonly contentType?: string | null;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who makes it; the tester when absent. */
  readonly user?: UserInfo;
}

const TESTER: UserInfo = { username: "tester", uid: "7", groups: ["testers"] };

export const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
export const MERGE_PATCH = "application/merge-patch+json";
export const APPLY_PATCH = "application/apply-patch+yaml";

/** An API server in memory with the built-in kinds and Widgets; it records what it sets in motion and what goes wrong. */
export function openTestApi(options: Partial<ApiServerOptions> = {}) {
  const store = openSqliteObjectStore(":memory:");
  const unexpected: unknown[] = [];
  const motion: { step: "mark" | "wake"; wakes: readonly Wake[] }[] = [];
  const server = createApiServer({
    kinds: [...memberKinds(), widgetKind()],
    store,
    onUnexpected: (error) => unexpected.push(error),
    ...options,
  });
  const context = (
    user: UserInfo = TESTER,
    signal: AbortSignal = new AbortController().signal,
  ): RequestContext => ({
    user,
    signal,
    motion: {
      mark: async (wakes) => void motion.push({ step: "mark", wakes }),
      wake: async (wakes) => void motion.push({ step: "wake", wakes }),
    },
  });
  const fetchRaw = async (
    method: string,
    path: string,
    request: TestRequest = {},
    signal?: AbortSignal,
  ) => {
    const asked = toRequest(method, path, request);
    const { body, ...init } = await server.handle(asked, context(request.user, signal));
    return new Response(body as BodyInit | null, init);
  };
  const send = async (method: string, path: string, request?: TestRequest): Promise<TestAnswer> => {
    const response = await fetchRaw(method, path, request);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? JSON.parse(text) : undefined,
    };
  };
  return {
    store,
    server,
    unexpected,
    motion,
    fetchRaw,
    send,
    get: (path: string, request?: TestRequest) => send("GET", path, request),
    post: (path: string, body: unknown, request?: TestRequest) =>
      send("POST", path, { body, ...request }),
    put: (path: string, body: unknown, request?: TestRequest) =>
      send("PUT", path, { body, ...request }),
    patch: (path: string, body: unknown, request?: TestRequest) =>
      send("PATCH", path, { contentType: MERGE_PATCH, body, ...request }),
    delete: (path: string, request?: TestRequest) => send("DELETE", path, request),
    close: () => store.close(),
  };
}

export type TestApi = ReturnType<typeof openTestApi>;

function toRequest(method: string, path: string, request: TestRequest): Request {
  const { body, contentType = "application/json", accept = "application/json" } = request;
  const headers = new Headers({ accept, "user-agent": "tester/1.0", ...request.headers });
  if (body !== undefined && contentType !== null) headers.set("content-type", contentType);
  const bytes =
    typeof body === "string" || body instanceof Uint8Array || body === undefined
      ? body
      : JSON.stringify(body);
  const built = new Request(`http://api.test${path}`, {
    method,
    headers,
    ...(bytes !== undefined && { body: bytes as BodyInit }),
  });
  if (contentType === null) built.headers.delete("content-type");
  return built;
}

export function widget(name: string, spec: object = { color: "red" }, metadata: object = {}) {
  return { apiVersion: "example.com/v1", kind: "Widget", metadata: { name, ...metadata }, spec };
}

export function configMap(name: string, data: object = { k: "v" }, metadata: object = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

export const WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
export const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
