import type { KubeObject } from "../api/meta.js";
import { conflict, notFound } from "../api/status-error.js";
import type { Kind } from "../registry/kind.js";
import type { ApiRequest } from "./api-exchange.js";
import type { RequestContext } from "./backend.js";
import { groupVersion } from "./catalog.js";
import { inVersion } from "./prepare-object.js";
import type { ResourcePath } from "./request-path.js";
import { labelOf, refOf, type Writer } from "./writer.js";

/** One request to a resource: everything its handler needs. Its writes set in motion what the request's motion does. */
export interface Call extends Writer {
  readonly context: RequestContext;
  readonly request: ApiRequest;
  readonly query: URLSearchParams;
  readonly kind: Kind;
  readonly path: ResourcePath;
  /** As the path says it, such as `placement.kubernetes-fleet.io/v1beta1`. */
  readonly apiVersion: string;
  readonly now: Date;
}

/** What a handler answers; how it is written down is the edge's business. */
export type Answer =
  | {
      readonly type: "Object";
      readonly code: 200 | 201;
      readonly object: KubeObject;
      /** Texts for `Warning` headers. */
      readonly warnings?: readonly string[];
      /** The kind of the object when it is not the call's, as for Scale. */
      readonly kind?: Kind;
    }
  | {
      readonly type: "List";
      readonly items: readonly KubeObject[];
      readonly resourceVersion: string;
      readonly continueToken?: string;
      readonly remainingItemCount?: number;
    }
  | { readonly type: "Deleted"; readonly object: KubeObject }
  /** Anything that is no object of the API. */
  | { readonly type: "Value"; readonly value: object; readonly text: string }
  | { readonly type: "Stream"; readonly body: ReadableStream<Uint8Array> };

export type Handler = (call: Call) => Promise<Answer>;

export function apiVersionOf(path: ResourcePath): string {
  return groupVersion(path.group, path.version);
}

/** The object under the path's name, or under the name that an older spelling stands for. @throws StatusError 404 */
export async function findObject(call: Call): Promise<KubeObject> {
  const object = await lookUp(call);
  if (!object) throw notFound(labelOf(call.kind), call.path.name ?? "");
  return inVersion(call.kind, object, call.apiVersion);
}

/** As `findObject`, undefined when there is none. */
export async function lookUp(call: Call): Promise<KubeObject | undefined> {
  const { backend, kind, path } = call;
  const name = path.name ?? "";
  const object = await backend.store.get(refOf(kind, name, path.namespace));
  if (object || !kind.resolveName) return object;
  const actual = await kind.resolveName(name, path.namespace, backend.store);
  return actual === undefined ? undefined : backend.store.get(refOf(kind, actual, path.namespace));
}

/** Refuses a write that was made for another version of the object than the stored one. @throws StatusError 409 */
export function requireVersion(call: Call, sent: KubeObject, before: KubeObject): void {
  const { resourceVersion, uid } = sent.metadata;
  const { kind } = call;
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) {
    throw conflict(labelOf(kind), before.metadata.name);
  }
  if (uid && uid !== before.metadata.uid) throw conflict(labelOf(kind), before.metadata.name);
}
