import type { KubeObject } from "../api/meta.js";
import { CLUSTER_GROUP } from "../api/names.js";
import type { ObjectRef } from "../storage/object-store.js";
import type { Dependencies } from "./dependencies.js";

/** Where a MemberCluster is stored. */
export function memberRef(name: string): ObjectRef {
  return { group: CLUSTER_GROUP, resource: "memberclusters", name };
}

/**
 * A MemberCluster as it is stored at this moment. `store` may remember members for some seconds; one that leaves must not
 * be taken for one that stays: what is placed on it is left alone.
 */
export function memberNow(deps: Dependencies, name: string): Promise<KubeObject | undefined> {
  return deps.snapshots.get(memberRef(name));
}
