import { jsonEqual } from "../api/json.js";
import type { KubeObject } from "../api/meta.js";
import { describeIdentifier, identifierOf, identityKey } from "./identifier.js";

/** What differs between the manifests of two snapshots; objects as `Kind/namespace/name`, sorted. */
export interface SnapshotDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** How many objects are the same in both. */
  readonly unchanged: number;
}

/** Compares by identity: the order of a snapshot, and the version an object is written in, say nothing. */
export function compareSnapshots(
  from: readonly KubeObject[],
  to: readonly KubeObject[],
): SnapshotDifference {
  const before = byIdentity(from);
  const after = byIdentity(to);
  const names = (objects: readonly KubeObject[]) =>
    objects.map((object) => describeIdentifier(identifierOf(object))).sort();
  const kept = [...after].filter(([key]) => before.has(key));
  const changed = kept.filter(([key, object]) => !jsonEqual(before.get(key), object));
  return {
    added: names([...after].filter(([key]) => !before.has(key)).map(([, object]) => object)),
    changed: names(changed.map(([, object]) => object)),
    removed: names([...before].filter(([key]) => !after.has(key)).map(([, object]) => object)),
    unchanged: kept.length - changed.length,
  };
}

function byIdentity(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(objects.map((object) => [identityKey(identifierOf(object)), object]));
}
