import { createHash } from "node:crypto";
import type { ApiRequest, ApiResponse } from "./api-exchange.js";
import { auditDocument } from "./audit/audit-openapi.js";
import type { Backend } from "./backend.js";
import type { Catalog } from "./catalog.js";
import { aggregatedDiscovery, coreVersions, group, groupList, resourceList } from "./discovery.js";
import { type MediaType, parseAccept } from "./media-type.js";
import { type OpenApiDocument, openApiDocument, openApiIndex } from "./openapi/openapi.js";
import { emptyOpenApiV2 } from "./openapi/openapi-v2.js";
import type { ServerPath } from "./request-path.js";
import { pageNotFound, plainText, respondText, respondWith } from "./respond.js";
import { notAcceptable } from "./response-form.js";
import { methodNotAllowed } from "./routes.js";

/** The minor version that kubectl 1.31 to 1.33 take without a warning. */
const VERSION = {
  major: "1",
  minor: "32",
  gitVersion: "v1.32.0+stagecoach",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "node",
  platform: "any",
};

const YEAR_SECONDS = 31_536_000;

/** What discovery tells of. */
type DiscoveredServer = Pick<Backend, "catalog" | "audit">;

/** Everything outside the resources: what the server serves, its version and its health. */
export async function answerDiscovery(
  server: DiscoveredServer,
  path: ServerPath,
  url: URL,
  request: ApiRequest,
): Promise<ApiResponse> {
  if (request.method === "HEAD") return withoutBody(await answerGet(server, path, url, request));
  if (request.method !== "GET" && path.at !== "nowhere") throw methodNotAllowed();
  return answerGet(server, path, url, request);
}

/** Probes and load balancers ask like this whether the server is well. */
function withoutBody({ status, headers }: ApiResponse): ApiResponse {
  return { status, headers, body: null };
}

async function answerGet(
  { catalog, audit }: DiscoveredServer,
  path: ServerPath,
  url: URL,
  request: ApiRequest,
): Promise<ApiResponse> {
  switch (path.at) {
    case "nowhere":
      return pageNotFound();
    case "health":
      return plainText(200, healthText(path.check, url));
    case "version":
      return respondWith(request, "json", 200, VERSION);
    case "openApi":
      return openApi(catalog, audit ? { audit: auditDocument } : {}, path.document, url, request);
    case "openApiV2":
      return emptyOpenApiV2(request);
    case "coreGroup":
      return discovery(catalog, "core", request);
    case "groups":
      return discovery(catalog, "others", request);
    case "group":
      return found(request, group(catalog, path.group));
    case "groupVersion":
      return found(request, resourceList(catalog, path.group, path.version));
  }
}

/** Source: apiserver `healthz.handleRootHealth`. */
function healthText(check: string, { searchParams }: URL): string {
  return searchParams.has("verbose") ? `[+]ping ok\n${check} check passed\n` : "ok";
}

async function found(request: ApiRequest, document: object | undefined): Promise<ApiResponse> {
  if (!document) return pageNotFound();
  jsonOnly(request);
  return respondWith(request, "json", 200, document);
}

/** The aggregated form when the client prefers it; kubectl recognises it by the Content-Type. */
async function discovery(
  catalog: Catalog,
  part: "core" | "others",
  request: ApiRequest,
): Promise<ApiResponse> {
  for (const media of parseAccept(request.headers.get("accept"))) {
    const version = aggregatedVersion(media);
    if (version) {
      const document = aggregatedDiscovery(catalog, part, version);
      return cacheable(request, document, new Headers({ "content-type": aggregatedType(version) }));
    }
    if (isPlainJson(media)) {
      const document = part === "core" ? coreVersions(catalog) : groupList(catalog);
      return respondWith(request, "json", 200, document, new Headers({ vary: "Accept" }));
    }
  }
  throw notAcceptable(["application/json", aggregatedType("v2")]);
}

function aggregatedType(version: "v2" | "v2beta1"): string {
  return `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
}

function aggregatedVersion({ type, parameters }: MediaType): "v2" | "v2beta1" | undefined {
  if (type !== "application/json") return undefined;
  if (parameters.get("as") !== "APIGroupDiscoveryList") return undefined;
  if (parameters.get("g") !== "apidiscovery.k8s.io") return undefined;
  const version = parameters.get("v");
  return version === "v2" || version === "v2beta1" ? version : undefined;
}

function isPlainJson({ type, parameters }: MediaType): boolean {
  return ["application/json", "application/*", "*/*"].includes(type) && !parameters.has("as");
}

function jsonOnly(request: ApiRequest): void {
  if (parseAccept(request.headers.get("accept")).some(isPlainJson)) return;
  throw notAcceptable(["application/json"]);
}

async function cacheable(
  request: ApiRequest,
  document: object,
  headers: Headers,
): Promise<ApiResponse> {
  const text = `${JSON.stringify(document)}\n`;
  const etag = `"${createHash("sha256").update(text).digest("hex")}"`;
  headers.set("etag", etag);
  headers.set("cache-control", "public");
  headers.set("vary", "Accept");
  if (request.headers.get("if-none-match") === etag) {
    return { status: 304, headers, body: null };
  }
  return respondText(request, 200, text, headers);
}

/** A document asked for by its hash never changes. */
async function openApi(
  catalog: Catalog,
  others: Readonly<Record<string, OpenApiDocument>>,
  document: string | undefined,
  url: URL,
  request: ApiRequest,
): Promise<ApiResponse> {
  if (document === undefined)
    return respondWith(request, "json", 200, openApiIndex(catalog.kinds, others));
  const content = others[document] ?? openApiDocument(catalog.kinds, document);
  if (!content) return pageNotFound();
  const headers = new Headers({ "content-type": "application/json" });
  const hash = url.searchParams.get("hash");
  if (hash) {
    headers.set("etag", `"${hash}"`);
    headers.set("cache-control", `public, immutable, max-age=${YEAR_SECONDS}`);
  }
  return respondText(request, 200, content.body, headers);
}
