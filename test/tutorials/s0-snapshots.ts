import { expect } from "vitest";

/** The snapshot of the edited ConfigMap, whole. */
export const LATEST_SNAPSHOT = {
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ClusterResourceSnapshot",
  metadata: {
    annotations: {
      "kubernetes-fleet.io/number-of-enveloped-object": "0",
      "kubernetes-fleet.io/number-of-resource-snapshots": "1",
      "kubernetes-fleet.io/resource-hash":
        "10dd7a3d1e5f9849afe956cfbac080a60671ad771e9bda7dd34415f867c75648",
    },
    creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    generation: 1,
    labels: {
      "kubernetes-fleet.io/is-latest-snapshot": "true",
      "kubernetes-fleet.io/parent-CRP": "example-placement",
      "kubernetes-fleet.io/resource-index": "1",
    },
    name: "example-placement-1-snapshot",
    ownerReferences: [
      {
        apiVersion: "placement.kubernetes-fleet.io/v1beta1",
        blockOwnerDeletion: true,
        controller: true,
        kind: "ClusterResourcePlacement",
        name: "example-placement",
        uid: expect.any(String),
      },
    ],
    resourceVersion: expect.any(String),
    uid: expect.any(String),
  },
  spec: { selectedResources: selectedResources("value2") },
};

/** A row of the list of snapshots with their labels. */
export function snapshotRow(index: number, latest: boolean): Record<string, unknown> {
  return {
    NAME: `example-placement-${index}-snapshot`,
    GEN: "1",
    AGE: expect.stringMatching(/^\d+s$/),
    LABELS: `kubernetes-fleet.io/is-latest-snapshot=${latest},kubernetes-fleet.io/parent-CRP=example-placement,kubernetes-fleet.io/resource-index=${index}`,
  };
}

/** What is in a snapshot. */
export function selectedResources(value: string): unknown[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        labels: { "kubernetes.io/metadata.name": "test-namespace" },
        name: "test-namespace",
      },
      spec: { finalizers: ["kubernetes"] },
    },
    {
      apiVersion: "v1",
      data: { key: value },
      kind: "ConfigMap",
      metadata: { name: "test-cm", namespace: "test-namespace" },
    },
  ];
}
