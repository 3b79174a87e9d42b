import { CLUSTER_GROUP } from "../api/names.js";
import {
  ClusterResourceOverrideSnapshot,
  type OverrideSnapshotNames,
  ResourceOverrideSnapshot,
} from "../api/override.js";
import { type ClusterManifests, clusterManifests } from "../placement/cluster-manifests.js";
import {
  hasOverrides,
  NO_OVERRIDES,
  type OverrideSnapshots,
} from "../placement/matching-overrides.js";
import type { OverrideCluster } from "../placement/override-values.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { readSnapshot } from "./read-snapshot.js";
import { placementRef, scopeOf } from "./scope.js";

/** What was decided to be on a cluster. */
export interface ClusterContent {
  /** Gives the scope. */
  readonly target: Pick<TargetRef, "namespace">;
  readonly placementName: string;
  readonly snapshotIndex: string;
  readonly cluster: string;
  readonly overrides: OverrideSnapshotNames;
}

export type ReadClusterManifests =
  | ClusterManifests
  /** A snapshot that was chosen is not there any more. */
  | { readonly kind: "Gone"; readonly message: string }
  /** The cluster has left. */
  | { readonly kind: "NoMember"; readonly message: string };

/** What is to be on one cluster. Its override snapshots, and its labels, are read only when it has some. */
export async function readClusterManifests(
  deps: Dependencies,
  content: ClusterContent,
): Promise<ReadClusterManifests> {
  const { target, placementName, snapshotIndex, overrides } = content;
  const reading = readSnapshot(deps, target, placementName, snapshotIndex);
  if (!hasOverrides(overrides)) {
    const resources = await reading;
    return resources ? clusterManifests(resources, NO_OVERRIDES) : gone("resource", snapshotIndex);
  }
  const [resources, snapshots, cluster] = await Promise.all([
    reading,
    readOverrides(deps, overrides),
    readCluster(deps, content.cluster),
  ]);
  if (!resources) return gone("resource", snapshotIndex);
  if ("missing" in snapshots) return gone("override", snapshots.missing);
  if (!cluster) return { kind: "NoMember", message: `MemberCluster ${content.cluster} not found` };
  return clusterManifests(resources, snapshots, cluster);
}

function gone(what: "resource" | "override", name: string): ReadClusterManifests {
  return { kind: "Gone", message: `${what} snapshot ${name} is gone` };
}

async function readOverrides(
  deps: Dependencies,
  names: OverrideSnapshotNames,
): Promise<OverrideSnapshots | { readonly missing: string }> {
  const { clusterResourceOverrideSnapshots = [], resourceOverrideSnapshots = [] } = names;
  const read = async (name: string, namespace?: string) => {
    const { overrideSnapshots } = scopeOf({ namespace });
    return deps.store.get(placementRef({ namespace }, overrideSnapshots, name));
  };
  const [cluster, namespaced] = await Promise.all([
    Promise.all(clusterResourceOverrideSnapshots.map((name) => read(name))),
    Promise.all(resourceOverrideSnapshots.map(({ name, namespace }) => read(name, namespace))),
  ]);
  const missing = [
    ...clusterResourceOverrideSnapshots.filter((_, index) => !cluster[index]),
    ...resourceOverrideSnapshots
      .filter((_, index) => !namespaced[index])
      .map(({ name, namespace }) => `${namespace}/${name}`),
  ];
  if (missing.length > 0) return { missing: missing.join(", ") };
  return {
    cluster: cluster.map((object) => ClusterResourceOverrideSnapshot.parse(object)),
    namespaced: namespaced.map((object) => ResourceOverrideSnapshot.parse(object)),
  };
}

async function readCluster(deps: Dependencies, name: string): Promise<OverrideCluster | undefined> {
  const ref = { group: CLUSTER_GROUP, resource: "memberclusters", name };
  const member = await deps.store.get(ref);
  return member && { name, labels: member.metadata.labels ?? {} };
}
