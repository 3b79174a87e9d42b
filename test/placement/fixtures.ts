import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { MemberCluster, type MemberClusterStatus } from "../../src/api/member-cluster.js";
import type { Condition } from "../../src/api/meta.js";
import { KubeObject } from "../../src/api/meta.js";
import { Placement, type PlacementSpec } from "../../src/api/placement.js";
import type { PolicySnapshot } from "../../src/api/policy-snapshot.js";
import { ResourceBinding } from "../../src/api/resource-binding.js";
import { ResourceSnapshot } from "../../src/api/resource-snapshot.js";

const Document = z.object({ items: z.array(KubeObject) });

/** The objects of one file of test/fixtures/placement. */
export function readFixture(name: string): readonly KubeObject[] {
  const url = new URL(`../fixtures/placement/${name}.yaml`, import.meta.url);
  return Document.parse(parse(readFileSync(url, "utf8"))).items;
}

export function placementIn(objects: readonly KubeObject[]): Placement {
  return Placement.parse(objects.find(({ kind }) => kind.endsWith("ResourcePlacement")));
}

export function bindingsIn(objects: readonly KubeObject[]): ResourceBinding[] {
  return objects
    .filter(({ kind }) => kind.endsWith("ResourceBinding"))
    .map((object) => ResourceBinding.parse(object));
}

/** What the resource snapshots among the objects hold. */
export function resourcesIn(objects: readonly KubeObject[]): KubeObject[] {
  return objects
    .filter(({ kind }) => kind.endsWith("ResourceSnapshot"))
    .flatMap((object) => ResourceSnapshot.parse(object).spec.selectedResources);
}

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export const NOW = "2026-11-21T09:00:00Z";

export function makePlacement(spec: Partial<PlacementSpec> = {}): Placement {
  return {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourcePlacement",
    metadata: { name: "web", uid: "web-uid", generation: 1 },
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "web" }],
      strategy: { type: "External" },
      ...spec,
    },
  };
}

/** A member cluster that has said nothing of itself yet. */
export function makeMember(
  name: string,
  more: {
    readonly labels?: Record<string, string>;
    readonly deletionTimestamp?: string;
    readonly taints?: MemberCluster["spec"]["taints"];
    readonly conditions?: Condition[];
    /** The rest of what it says of itself. */
    readonly status?: Omit<MemberClusterStatus, "conditions">;
  } = {},
): MemberCluster {
  const { labels, deletionTimestamp, taints, conditions, status } = more;
  return MemberCluster.parse({
    apiVersion: "cluster.kubernetes-fleet.io/v1",
    kind: "MemberCluster",
    metadata: { name, labels, deletionTimestamp },
    spec: { kubeconfig: { context: name }, taints },
    status: { ...status, conditions },
  });
}

/** A binding of the placement `web`; `steps` are the conditions it has, all current. */
export function makeBinding(
  cluster: string,
  more: {
    readonly spec?: Partial<ResourceBinding["spec"]>;
    readonly metadata?: Partial<ResourceBinding["metadata"]>;
    readonly steps?: Readonly<Record<string, Condition["status"]>>;
  } = {},
): ResourceBinding {
  const conditions = Object.entries(more.steps ?? {}).map(([type, status]) => ({
    type,
    status,
    observedGeneration: 2,
    lastTransitionTime: NOW,
    reason: `${type}Reason`,
    message: `${type} of ${cluster}`,
  }));
  return {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourceBinding",
    metadata: { name: `web-${cluster}`, generation: 2, ...more.metadata },
    spec: {
      state: "Bound",
      resourceSnapshotName: "",
      schedulingPolicySnapshotName: "web-0",
      targetCluster: cluster,
      clusterDecision: { clusterName: cluster, selected: true, reason: `picked ${cluster}` },
      ...more.spec,
    },
    status: { conditions },
  };
}

/** The policy snapshot that picked the clusters of the bindings. */
export function policySnapshotOf(
  placement: Placement,
  bindings: readonly ResourceBinding[],
): PolicySnapshot {
  return {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterSchedulingPolicySnapshot",
    metadata: { name: `${placement.metadata.name}-0`, generation: 1 },
    spec: { policyHash: "" },
    status: {
      observedCRPGeneration: placement.metadata.generation ?? 1,
      conditions: [
        {
          type: "Scheduled",
          status: "True",
          observedGeneration: 1,
          lastTransitionTime: NOW,
          reason: "SchedulingPolicyFulfilled",
          message: `found all cluster needed as specified by the scheduling policy, found ${bindings.length} cluster(s)`,
        },
      ],
      targetClusters: bindings.map(({ spec }) => spec.clusterDecision),
    },
  };
}

/** A master resource snapshot of the placement `web`, without its contents. */
export function makeSnapshot(index: number, hash: string, latest: boolean): KubeObject {
  return {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourceSnapshot",
    metadata: {
      name: `web-${index}-snapshot`,
      labels: {
        "kubernetes-fleet.io/is-latest-snapshot": String(latest),
        "kubernetes-fleet.io/resource-index": String(index),
      },
      annotations: { "kubernetes-fleet.io/resource-hash": hash },
    },
  };
}
