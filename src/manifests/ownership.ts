import type { KubeObject } from "../api/meta.js";
import type { Owner } from "./outcome.js";

/** Annotation on every placed object that names the placement it belongs to. */
export const OWNED_BY_ANNOTATION = "stagecoach.dev/owned-by";

/** Annotation with the hash of the manifest that was applied last. Source: KubeFleet work applier. */
export const SPEC_HASH_ANNOTATION = "kubernetes-fleet.io/spec-hash";

/** `ClusterResourcePlacement/-/web/<uid>` or `ResourcePlacement/shop/web/<uid>`. */
export function ownerMark(owner: Owner): string {
  return [owner.kind, owner.namespace || "-", owner.name, owner.uid].join("/");
}

/** Reads what `ownerMark` wrote; undefined for any other text. */
export function parseOwnerMark(mark: string): Owner | undefined {
  const [kind, namespace, name, uid, ...rest] = mark.split("/");
  if (kind !== "ClusterResourcePlacement" && kind !== "ResourcePlacement") return undefined;
  if (!namespace || !name || !uid || rest.length > 0) return undefined;
  return { kind, ...(namespace !== "-" && { namespace }), name, uid };
}

/** The placement that a live object belongs to, if any. */
export function ownerOf(live: KubeObject): Owner | undefined {
  const mark = live.metadata.annotations?.[OWNED_BY_ANNOTATION];
  return mark === undefined ? undefined : parseOwnerMark(mark);
}

export function isOwnedBy(live: KubeObject, owner: Owner): boolean {
  return live.metadata.annotations?.[OWNED_BY_ANNOTATION] === ownerMark(owner);
}

/**
 * Whether `other` was an earlier placement of the same name. Placement names are unique on a hub, so it no longer
 * exists, and what it left behind has no owner.
 */
export function isPredecessor(other: Owner, owner: Owner): boolean {
  return ownerMark({ ...other, uid: "" }) === ownerMark({ ...owner, uid: "" });
}
