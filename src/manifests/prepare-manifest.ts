import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_KUBECTL_LAST_APPLIED } from "../api/names.js";
import type { ApplyStrategyOptions } from "./apply-strategy.js";
import { canonicalJson } from "./canonical-json.js";
import { LAST_APPLIED_ANNOTATION, withLastApplied } from "./last-applied.js";
import type { Owner } from "./outcome.js";
import { OWNED_BY_ANNOTATION, ownerMark, SPEC_HASH_ANNOTATION } from "./ownership.js";

/** A manifest as it is sent to a member. */
export interface PreparedManifest {
  /** Sanitised, with the annotations of its owner and hash and, for client-side apply, itself as it was applied last. */
  readonly desired: KubeObject;
  /** The same without our annotations: what is compared with live objects. */
  readonly manifest: KubeObject;
  readonly specHash: string;
}

const SERVER_OWNED_METADATA = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "ownerReferences",
  "resourceVersion",
  "selfLink",
  "uid",
]);

const FOREIGN_TO_A_MEMBER = new Set([
  "deployment.kubernetes.io/revision",
  ANNOTATION_KUBECTL_LAST_APPLIED,
  LAST_APPLIED_ANNOTATION,
  OWNED_BY_ANNOTATION,
  SPEC_HASH_ANNOTATION,
]);

/**
 * Makes a manifest fit for a member: removes once more what a server owns, then marks owner and hash.
 *
 * Source: KubeFleet work applier, second sanitising of manifests; finalizers stay and are applied.
 *
 * @param sha256 hex digest of a text
 */
export function prepareManifest(
  object: KubeObject,
  owner: Owner,
  { type }: Pick<ApplyStrategyOptions, "type">,
  sha256: (text: string) => string,
): PreparedManifest {
  const manifest = sanitize(object);
  const text = canonicalJson(manifest);
  const specHash = sha256(text);
  const annotations = {
    ...manifest.metadata.annotations,
    [OWNED_BY_ANNOTATION]: ownerMark(owner),
    [SPEC_HASH_ANNOTATION]: specHash,
  };
  const marked = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  const desired = type === "ServerSideApply" ? marked : withLastApplied(marked, text);
  return { manifest, specHash, desired };
}

/** An object without what a server or an earlier applier wrote into it. */
export function sanitize(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  const { annotations = {}, ...metadata } = without(object.metadata, SERVER_OWNED_METADATA);
  const kept = without(annotations, FOREIGN_TO_A_MEMBER);
  return {
    ...rest,
    metadata: { ...metadata, ...(Object.keys(kept).length > 0 && { annotations: kept }) },
  };
}

function without<T extends object>(record: T, keys: ReadonlySet<string>): T {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.has(key))) as T;
}
