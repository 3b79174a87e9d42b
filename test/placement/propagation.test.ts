import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import {
  isPropagatedKind,
  isPropagatedObject,
  isReservedNamespace,
} from "../../src/placement/propagation.js";

const PLACEMENT = "placement.kubernetes-fleet.io";

describe("isPropagatedKind", () => {
  it.each([
    { behaviour: "takes ConfigMaps along", group: "", kind: "ConfigMap", expected: true },
    { behaviour: "leaves Pods out", group: "", kind: "Pod", expected: false },
    { behaviour: "leaves Nodes out", group: "", kind: "Node", expected: false },
    { behaviour: "leaves core Events out", group: "", kind: "Event", expected: false },
    { behaviour: "leaves new Events out", group: "events.k8s.io", kind: "Event", expected: false },
    {
      behaviour: "leaves Leases out",
      group: "coordination.k8s.io",
      kind: "Lease",
      expected: false,
    },
    {
      behaviour: "leaves MemberClusters out",
      group: "cluster.kubernetes-fleet.io",
      kind: "MemberCluster",
      expected: false,
    },
    {
      behaviour: "leaves placements out",
      group: PLACEMENT,
      kind: "ResourcePlacement",
      expected: false,
    },
    {
      behaviour: "takes envelopes along",
      group: PLACEMENT,
      kind: "ResourceEnvelope",
      expected: true,
    },
    {
      behaviour: "leaves imports of services out",
      group: "networking.fleet.azure.com",
      kind: "ServiceImport",
      expected: false,
    },
    {
      behaviour: "takes exports of services along",
      group: "networking.fleet.azure.com",
      kind: "ServiceExport",
      expected: true,
    },
    { behaviour: "takes custom resources along", group: "x.example", kind: "Pod", expected: true },
  ])("$behaviour", ({ group, kind, expected }) => {
    expect(isPropagatedKind({ group, kind })).toBe(expected);
  });
});

describe("isPropagatedObject", () => {
  const owned = {
    ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "u" }],
  };

  it.each([
    {
      behaviour: "leaves a Deployment's ReplicaSet out",
      object: make("apps/v1", "ReplicaSet", "web", owned),
      expected: false,
    },
    {
      behaviour: "takes a standalone ReplicaSet along",
      object: make("apps/v1", "ReplicaSet", "web"),
      expected: true,
    },
    {
      behaviour: "leaves the cluster's root certificate out",
      object: make("v1", "ConfigMap", "kube-root-ca.crt"),
      expected: false,
    },
    {
      behaviour: "leaves the default ServiceAccount out",
      object: make("v1", "ServiceAccount", "default"),
      expected: false,
    },
    {
      behaviour: "leaves tokens of ServiceAccounts out",
      object: { ...make("v1", "Secret", "t"), type: "kubernetes.io/service-account-token" },
      expected: false,
    },
    {
      behaviour: "takes other Secrets along",
      object: { ...make("v1", "Secret", "t"), type: "Opaque" },
      expected: true,
    },
    {
      behaviour: "leaves the Endpoints of a Service out",
      object: make("v1", "Endpoints", "served"),
      expected: false,
    },
    {
      behaviour: "takes Endpoints without a Service along",
      object: make("v1", "Endpoints", "external"),
      expected: true,
    },
    {
      behaviour: "leaves managed EndpointSlices out",
      object: make("discovery.k8s.io/v1", "EndpointSlice", "s", {
        labels: { "endpointslice.kubernetes.io/managed-by": "controller" },
      }),
      expected: false,
    },
  ])("$behaviour", ({ object, expected }) => {
    const hasService = (namespace: string, name: string) => `${namespace}/${name}` === "web/served";
    expect(isPropagatedObject(object, hasService)).toBe(expected);
  });

  function make(
    apiVersion: string,
    kind: string,
    name: string,
    metadata: Partial<KubeObject["metadata"]> = {},
  ): KubeObject {
    return { apiVersion, kind, metadata: { name, namespace: "web", ...metadata } };
  }
});

describe("isReservedNamespace", () => {
  it.each([
    { behaviour: "reserves default", name: "default", expected: true },
    { behaviour: "reserves what begins with kube-", name: "kube-system", expected: true },
    { behaviour: "reserves what begins with fleet-", name: "fleet-member-a", expected: true },
    { behaviour: "leaves default-like names free", name: "default-web", expected: false },
    { behaviour: "leaves kube without a dash free", name: "kubernetes", expected: false },
  ])("$behaviour", ({ name, expected }) => {
    expect(isReservedNamespace(name)).toBe(expected);
  });
});
