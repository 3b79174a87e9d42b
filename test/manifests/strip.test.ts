import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { stripForSnapshot } from "../../src/manifests/strip.js";

function stripMetadata(metadata: Partial<KubeObject["metadata"]>) {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", ...metadata } };
  return stripForSnapshot(object).metadata;
}

describe("stripForSnapshot", () => {
  it("removes what the API server gave to the object", () => {
    const metadata = {
      namespace: "web",
      labels: { app: "web" },
      finalizers: ["example.org/hold"],
    };
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "b", uid: "u" };
    const server = {
      uid: "u",
      resourceVersion: "12",
      generation: 3,
      creationTimestamp: "2026-11-21T09:00:00Z",
      deletionTimestamp: "2026-11-21T09:00:00Z",
      managedFields: [{ manager: "kubectl" }],
      ownerReferences: [owner],
    };
    expect(stripMetadata({ ...metadata, ...server })).toEqual({ name: "a", ...metadata });
  });

  it("removes annotations about earlier applies and keeps the others", () => {
    const bookkeeping = {
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
      "deployment.kubernetes.io/revision": "4",
    };
    expect(stripMetadata({ annotations: { ...bookkeeping, team: "a" } }).annotations).toEqual({
      team: "a",
    });
    expect(stripMetadata({ annotations: bookkeeping })).toEqual({ name: "a" });
  });

  it("removes the status and keeps every other field", () => {
    const object = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "web" },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    };
    const { status: _, ...rest } = object;
    expect(stripForSnapshot(object)).toEqual(rest);
  });

  it("leaves the given object as it is", () => {
    const object = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", uid: "u" },
      spec: { clusterIP: "10.0.0.1", ports: [{ port: 80, nodePort: 30080 }] },
    };
    const copy = structuredClone(object);
    stripForSnapshot(object);
    expect(object).toEqual(copy);
  });

  it.each([
    {
      behaviour: "removes addresses and node ports of a Service",
      spec: {
        clusterIP: "10.0.0.1",
        clusterIPs: ["10.0.0.1"],
        healthCheckNodePort: 31000,
        ports: [{ port: 80, nodePort: 30080 }],
        ipFamilies: ["IPv4"],
      },
      stripped: { ports: [{ port: 80 }], ipFamilies: ["IPv4"] },
    },
    {
      behaviour: "keeps a headless Service headless",
      spec: { clusterIP: "None", clusterIPs: ["None"], ports: [{ port: 80 }] },
      stripped: { clusterIP: "None", clusterIPs: ["None"], ports: [{ port: 80 }] },
    },
    {
      behaviour: "strips a Service without ports",
      spec: { type: "ExternalName", externalName: "example.org", clusterIP: "" },
      stripped: { type: "ExternalName", externalName: "example.org" },
    },
  ])("$behaviour", ({ spec, stripped }) => {
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec };
    expect(stripForSnapshot(service).spec).toEqual(stripped);
  });

  it("does not take another group's Service for a core one", () => {
    const spec = { clusterIP: "kept" };
    const service = {
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      metadata: { name: "web" },
      spec,
    };
    expect(stripForSnapshot(service).spec).toEqual(spec);
  });

  const generated = { "controller-uid": "u", "batch.kubernetes.io/controller-uid": "u" };
  const labels = { ...generated, app: "report" };

  it("removes the labels by which a Job finds its own pods", () => {
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "report" },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels, creationTimestamp: null }, spec: { containers: [] } },
      },
    };
    expect(stripForSnapshot(job).spec).toEqual({
      selector: { matchLabels: { app: "report" } },
      template: { metadata: { labels: { app: "report" } }, spec: { containers: [] } },
    });
  });

  it("keeps the selector of a Job that brings its own", () => {
    const spec = { manualSelector: true, selector: { matchLabels: labels } };
    const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "report" }, spec };
    expect(stripForSnapshot(job).spec).toEqual(spec);
  });
});
