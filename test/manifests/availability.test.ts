import { describe, expect, it } from "vitest";
import { availabilityOf } from "../../src/manifests/availability.js";

const waits = (message: string) => ({ state: "NotAvailableYet", message });
const available = { state: "Available" };
const notTrackable = { state: "NotTrackable" };

interface Case {
  readonly behaviour: string;
  readonly spec?: object;
  readonly status?: object | null;
  readonly expected: object;
}

function availability(apiVersion: string, kind: string, { spec, status }: Case) {
  return availabilityOf({
    apiVersion,
    kind,
    metadata: { name: "a", generation: 2 },
    ...(spec !== undefined && { spec }),
    ...(status !== undefined && { status }),
  });
}

describe("a Deployment", () => {
  const done = { observedGeneration: 2, updatedReplicas: 3, availableReplicas: 3 };
  it.each<Case>([
    { behaviour: "is available with all replicas", status: done, expected: available },
    {
      behaviour: "waits for its controller",
      status: { ...done, observedGeneration: 1 },
      expected: waits("generation 2 has not been observed by its controller yet"),
    },
    {
      behaviour: "waits for its controller when there is no status at all",
      expected: waits("generation 2 has not been observed by its controller yet"),
    },
    {
      behaviour: "waits for updates before it counts available replicas",
      status: { ...done, updatedReplicas: 2 },
      expected: waits("2 of 3 replicas are updated"),
    },
    {
      behaviour: "waits for replicas",
      status: { ...done, availableReplicas: 1 },
      expected: waits("1 of 3 replicas are available"),
    },
    {
      behaviour: "waits for old replicas that are not available",
      status: { ...done, unavailableReplicas: 1 },
      expected: waits("1 replicas are unavailable"),
    },
    {
      behaviour: "says why it does not progress",
      status: {
        ...done,
        availableReplicas: 1,
        conditions: [
          { type: "Progressing", status: "False", message: 'ReplicaSet "a-1" has timed out.' },
        ],
      },
      expected: waits('1 of 3 replicas are available (ReplicaSet "a-1" has timed out.)'),
    },
  ])("$behaviour", (item) => {
    expect(availability("apps/v1", "Deployment", { spec: { replicas: 3 }, ...item })).toEqual(
      item.expected,
    );
  });

  it.each<Case>([
    {
      behaviour: "has one replica unless it says otherwise",
      spec: {},
      status: { observedGeneration: 2, updatedReplicas: 1, availableReplicas: 1 },
      expected: available,
    },
    {
      behaviour: "is available when scaled to nothing",
      spec: { replicas: 0 },
      status: { observedGeneration: 2 },
      expected: available,
    },
  ])("$behaviour", (item) => {
    expect(availability("apps/v1", "Deployment", item)).toEqual(item.expected);
  });
});

describe("a StatefulSet", () => {
  const done = {
    observedGeneration: 2,
    availableReplicas: 2,
    currentReplicas: 2,
    updatedReplicas: 2,
    currentRevision: "r2",
    updateRevision: "r2",
  };
  it.each<Case>([
    { behaviour: "is available with one revision", status: done, expected: available },
    {
      behaviour: "waits for replicas",
      status: { ...done, availableReplicas: 1 },
      expected: waits("1 of 2 replicas are available"),
    },
    {
      behaviour: "waits for replicas of the old revision",
      status: { ...done, currentReplicas: 1, updatedReplicas: 1, currentRevision: "r1" },
      expected: waits("revision r2 has not replaced r1 yet"),
    },
    {
      behaviour: "waits while revisions are mixed",
      status: { ...done, currentReplicas: 0, currentRevision: "r1" },
      expected: waits("2 replicas have the new revision, 0 the current one"),
    },
  ])("$behaviour", (item) => {
    expect(availability("apps/v1", "StatefulSet", { spec: { replicas: 2 }, ...item })).toEqual(
      item.expected,
    );
  });
});

describe("a DaemonSet", () => {
  const done = {
    observedGeneration: 2,
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    numberAvailable: 3,
    updatedNumberScheduled: 3,
  };
  it.each<Case>([
    { behaviour: "is available on every node", status: done, expected: available },
    {
      behaviour: "waits for pods",
      status: { ...done, numberAvailable: 2 },
      expected: waits("2 of 3 pods are available"),
    },
    {
      behaviour: "waits for updates",
      status: { ...done, updatedNumberScheduled: 1 },
      expected: waits("1 of 3 pods are updated"),
    },
    {
      behaviour: "is available without nodes",
      status: { observedGeneration: 2 },
      expected: available,
    },
  ])("$behaviour", (item) => {
    expect(availability("apps/v1", "DaemonSet", item)).toEqual(item.expected);
  });
});

describe("a Service", () => {
  const balanced = (ingress: object[]) => ({ loadBalancer: { ingress } });
  const loadBalancer = { type: "LoadBalancer", clusterIPs: ["10.0.0.1"] };
  it.each<Case>([
    {
      behaviour: "is available with a cluster IP",
      spec: { type: "ClusterIP", clusterIPs: ["10.0.0.1"] },
      expected: available,
    },
    {
      behaviour: "is available when headless",
      spec: { clusterIPs: ["None"] },
      expected: available,
    },
    {
      behaviour: "waits for a cluster IP",
      spec: { type: "NodePort" },
      expected: waits("no cluster IP has been assigned yet"),
    },
    {
      behaviour: "is available with a load balancer's IP",
      spec: loadBalancer,
      status: balanced([{ ip: "20.0.0.1" }]),
      expected: available,
    },
    {
      behaviour: "is available with a load balancer's host name",
      spec: loadBalancer,
      status: balanced([{ hostname: "lb.test" }]),
      expected: available,
    },
    {
      behaviour: "waits for its load balancer",
      spec: loadBalancer,
      status: { loadBalancer: {} },
      expected: waits("the load balancer has no address yet"),
    },
    {
      behaviour: "cannot be tracked as ExternalName",
      spec: { type: "ExternalName" },
      expected: notTrackable,
    },
  ])("$behaviour", (item) => {
    expect(availability("v1", "Service", item)).toEqual(item.expected);
  });
});

describe("a CustomResourceDefinition", () => {
  const condition = (type: string, status = "True") => ({ type, status });
  it.each<Case>([
    {
      behaviour: "is available when established",
      status: { conditions: [condition("NamesAccepted"), condition("Established")] },
      expected: available,
    },
    {
      behaviour: "waits for its names",
      status: { conditions: [condition("NamesAccepted", "False"), condition("Established")] },
      expected: waits("condition NamesAccepted is not True yet"),
    },
    {
      behaviour: "waits to be established, with null for conditions",
      status: { conditions: null },
      expected: waits("condition NamesAccepted is not True yet"),
    },
  ])("$behaviour", (item) => {
    expect(availability("apiextensions.k8s.io/v1", "CustomResourceDefinition", item)).toEqual(
      item.expected,
    );
  });
});

describe("a PodDisruptionBudget", () => {
  const condition = { type: "DisruptionAllowed", status: "True", message: "" };
  it.each<Case>([
    {
      behaviour: "is available when its conditions are current",
      status: { conditions: [{ ...condition, observedGeneration: 2 }] },
      expected: available,
    },
    {
      behaviour: "waits for current conditions",
      status: { conditions: [{ ...condition, observedGeneration: 1 }] },
      expected: waits("conditions do not tell about generation 2 yet"),
    },
  ])("$behaviour", (item) => {
    expect(availability("policy/v1", "PodDisruptionBudget", item)).toEqual(item.expected);
  });
});

describe("other kinds", () => {
  it.each([
    { apiVersion: "v1", kind: "ConfigMap", expected: available },
    { apiVersion: "v1", kind: "Namespace", expected: available },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", expected: available },
    { apiVersion: "batch/v1", kind: "Job", expected: notTrackable },
    { apiVersion: "networking.k8s.io/v1", kind: "Ingress", expected: notTrackable },
    { apiVersion: "serving.knative.dev/v1", kind: "Service", expected: notTrackable },
  ])("$kind of $apiVersion: $expected.state", ({ apiVersion, kind, expected }) => {
    expect(availability(apiVersion, kind, { behaviour: "", expected })).toEqual(expected);
  });
});
