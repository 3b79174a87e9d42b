import { randomUUID } from "node:crypto";
import { conflict, notFound, StatusError } from "../api/status-error.js";
import type { Kind } from "../registry/kind.js";
import { isStoreError, type ObjectStore } from "../storage/object-store.js";
import type { ApiRequest, ApiResponse } from "./api-exchange.js";
import { asStatusError } from "./as-status-error.js";
import type { Audit } from "./audit/audit.js";
import { carryOutAudited } from "./audit/carry-out-audited.js";
import { listAudit } from "./audit/list-audit.js";
import { recordRefused, refuseImpersonationRecorded } from "./audit/record-refused.js";
import { RefusalLimit } from "./audit/refusal-limit.js";
import { type Authorize, allowEverything, requireAccess } from "./authorization.js";
import type { Backend, RequestContext } from "./backend.js";
import { type Answer, apiVersionOf, type Call } from "./call.js";
import { type Catalog, createCatalog } from "./catalog.js";
import { answerDiscovery } from "./discovery-endpoints.js";
import { ensureNamespaces } from "./namespaces.js";
import { refuseUnidentified, unauthorized } from "./refuse-unidentified.js";
import { parseIncludeObject, showList, showObject, type View } from "./representation.js";
import { requireTimeout } from "./request-options.js";
import { parseRequestPath, type ResourcePath } from "./request-path.js";
import { addWarnings, failure, pageNotFound, plainText, respondWith } from "./respond.js";
import { chooseForm } from "./response-form.js";
import { answerReview, findReview, type Review } from "./reviews.js";
import { methodNotAllowed, noSuchResource, type Route, routeOf } from "./routes.js";
import { labelOf } from "./writer.js";

export type { Motion, RequestContext } from "./backend.js";

/** The platform cuts requests at 230 seconds. */
const WATCH_SECONDS = 210;
/** What a real API server takes. Source: apiserver `MaxRequestBodyBytes`. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;
/** Refused requests that are recorded in a minute, at most. */
const RECORDED_REFUSALS = 100;

/** Source: apiserver, `user.Anonymous` and `user.AllUnauthenticated`. */
const ANONYMOUS = { username: "system:anonymous", groups: ["system:unauthenticated"] };

/** The kinds that are served at the moment; the same array as long as they do not change. */
export type KindSource = () => Promise<readonly Kind[]>;

export interface ApiServerOptions {
  /** Fixed, or asked for at every request. */
  readonly kinds: readonly Kind[] | KindSource;
  readonly store: ObjectStore;
  readonly now?: () => Date;
  readonly newUid?: () => string;
  /** Watch streams end politely after this many seconds (default 210: the platform cuts at 230). */
  readonly watchSeconds?: number;
  /** Larger bodies are answered with 413. Default 3 MiB. */
  readonly maxBodyBytes?: number;
  /** Default: everybody may do everything. */
  readonly authorize?: Authorize;
  /** Where requests that write are recorded, and who hears of them before; by default nowhere. */
  readonly audit?: Pick<Audit, "log" | "announce">;
  /** Hears of every error that is the server's own fault, also of work that goes on after the answer. */
  readonly onUnexpected?: (error: unknown, request: ApiRequest) => void;
}

/** The Kubernetes API over an object store, as a function from requests to answers. */
export interface ApiServer {
  /** Never throws: a failure is an answer with a `metav1.Status`. */
  handle(request: ApiRequest, context: RequestContext): Promise<ApiResponse>;
}

/** For whoever finds out who makes a request. */
export interface Refusing {
  /** The answer to a request whose caller is not known; `problem` says why. */
  refuse(request: ApiRequest, problem: string, operationId?: string): Promise<ApiResponse>;
}

export function createApiServer(options: ApiServerOptions): ApiServer & Refusing {
  const catalogNow = catalogSource(options.kinds);
  const shared: Omit<Backend, "report" | "catalog"> = {
    store: options.store,
    authorize: options.authorize ?? allowEverything,
    audit: options.audit && { ...options.audit, refusals: new RefusalLimit(RECORDED_REFUSALS) },
    now: options.now ?? (() => new Date()),
    newUid: options.newUid ?? randomUUID,
    watchSeconds: options.watchSeconds ?? WATCH_SECONDS,
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
  };
  const prepared = once(async () => ensureNamespaces({ ...shared, catalog: await catalogNow() }));
  return {
    handle: async (request, context) => {
      const report = (error: unknown) => options.onUnexpected?.(error, request);
      try {
        const catalog = await catalogNow();
        return await dispatch({ ...shared, catalog, report }, prepared, request, context);
      } catch (error) {
        return failure(asStatusError(error, report));
      }
    },
    refuse: async (request, problem, operationId) => {
      const report = (error: unknown) => options.onUnexpected?.(error, request);
      const context = { user: ANONYMOUS, operationId };
      await recordRefused({ ...shared, report }, request, context, unauthorized(problem));
      return refuseUnidentified(request, problem);
    },
  };
}

/** The catalog of the kinds of the moment, made anew when they change. */
function catalogSource(kinds: ApiServerOptions["kinds"]): () => Promise<Catalog> {
  let catalog = createCatalog(typeof kinds === "function" ? [] : kinds);
  if (typeof kinds !== "function") return async () => catalog;
  return async () => {
    const current = await kinds();
    if (catalog.kinds !== current) catalog = createCatalog(current);
    return catalog;
  };
}

/** Runs `prepare` until it has succeeded once, however many ask for it. */
function once(prepare: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= prepare().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}

async function dispatch(
  backend: Backend,
  prepared: () => Promise<void>,
  request: ApiRequest,
  context: RequestContext,
): Promise<ApiResponse> {
  const url = new URL(request.url);
  const path = parseRequestPath(url.pathname);
  await refuseImpersonationRecorded(backend, request, context);
  if (path.at === "audit") return listAudit(backend, url.searchParams, request, context);
  if (path.at !== "resource") return answerDiscovery(backend, path, url, request);
  requireTimeout(url.searchParams);
  const { resource } = path;
  const review = findReview(resource.group, resource.version, resource.plural);
  if (review) return respondToReview(review, resource, { backend, request, context });
  const kind = backend.catalog.find(resource.group, resource.version, resource.plural);
  if (!kind) return unknownResource(backend, resource);
  await prepared();
  return respondToCall({
    backend,
    context,
    motion: context.motion,
    request,
    query: url.searchParams,
    kind,
    path: resource,
    apiVersion: apiVersionOf(resource),
    now: backend.now(),
  });
}

function unknownResource({ catalog }: Backend, { group }: ResourcePath): ApiResponse {
  if (!catalog.groups.some(({ name }) => name === group)) return pageNotFound();
  throw noSuchResource();
}

async function respondToReview(
  review: Review,
  path: ResourcePath,
  { backend, request, context }: Pick<Call, "backend" | "request" | "context">,
): Promise<ApiResponse> {
  if (path.namespace !== undefined || path.name !== undefined) throw noSuchResource();
  if (request.method !== "POST") throw methodNotAllowed();
  const { encoding } = chooseForm(request.headers.get("accept"));
  const answered = await answerReview(review, request, context, backend);
  return respondWith(request, encoding, 201, answered);
}

async function respondToCall(call: Call): Promise<ApiResponse> {
  const route = routeOf(call);
  return carryOutAudited(call, route.verb, (audited) => carryOut(audited, route));
}

async function carryOut(call: Call, route: Route): Promise<ApiResponse> {
  const { kind, path, backend, context } = call;
  const { verb, handle, plainText } = route;
  const form = chooseForm(call.request.headers.get("accept"), plainText);
  requireAccess(backend.authorize, context.user, {
    verb,
    ...labelOf(kind),
    version: path.version,
    subresource: path.subresource,
    namespace: path.namespace,
    name: path.name,
  });
  const includeObject = parseIncludeObject(call.query);
  const conceal = concealmentFor(call);
  const { apiVersion, now } = call;
  const view: View = { kind, apiVersion, form, includeObject, now, conceal };
  const answer = await handle(call, view).catch((error: unknown) => {
    throw fromStore(error, call);
  });
  const response = await respond(call, view, answer);
  if (kind.deprecation !== undefined) addWarnings(response.headers, [kind.deprecation]);
  return response;
}

/** Undefined when the caller may see all that the kind has. */
function concealmentFor({ backend, context, kind, path: { namespace } }: Call): View["conceal"] {
  if (!kind.conceal) return undefined;
  const secrets = { verb: "get", group: "", resource: "secrets", namespace };
  return backend.authorize(context.user, secrets).allowed ? undefined : kind.conceal;
}

async function respond({ request, kind }: Call, view: View, answer: Answer): Promise<ApiResponse> {
  const { encoding } = view.form;
  switch (answer.type) {
    case "Object": {
      const headers = new Headers();
      addWarnings(headers, answer.warnings ?? []);
      const shown = showObject(answer.kind ? ofKind(view, answer.kind) : view, answer.object);
      return respondWith(request, encoding, answer.code, shown, headers);
    }
    case "List":
      return respondWith(request, encoding, 200, showList(view, answer));
    case "Deleted":
      return respondWith(request, encoding, 200, deletedStatus(kind, answer));
    case "Value":
      if (encoding === "text") return plainText(200, `${answer.text}\n`);
      return respondWith(request, encoding, 200, answer.value);
    case "Stream": {
      const type = encoding === "text" ? "text/plain" : "application/json";
      return { status: 200, headers: new Headers({ "content-type": type }), body: answer.body };
    }
  }
}

function ofKind(view: View, kind: Kind): View {
  return { ...view, kind, apiVersion: `${kind.group}/${kind.versions[0] ?? "v1"}` };
}

/** kubectl waits for the object with this uid to go. */
function deletedStatus(kind: Kind, { object }: Extract<Answer, { type: "Deleted" }>): object {
  const { name, uid } = object.metadata;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(kind.group && { group: kind.group }), kind: kind.plural, uid },
  };
}

/** What a store refuses, in the words of the API. */
function fromStore(error: unknown, { kind, path }: Call): unknown {
  const label = labelOf(kind);
  const name = path.name ?? "";
  if (isStoreError(error, "NotFound")) return notFound(label, name);
  if (isStoreError(error, "Conflict")) return conflict(label, name);
  if (isStoreError(error, "TooLarge")) {
    return new StatusError(413, "RequestEntityTooLarge", error.message);
  }
  return error;
}
