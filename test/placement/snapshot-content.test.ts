import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { snapshotContent } from "../../src/placement/snapshot-content.js";
import { readFixture, resourcesIn, sha256 } from "./fixtures.js";

const namespace: KubeObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: "test-namespace",
    labels: { "kubernetes.io/metadata.name": "test-namespace" },
  },
  spec: { finalizers: ["kubernetes"] },
};

function configMap(name: string, data: Record<string, string>): KubeObject {
  return {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: { namespace: "test-namespace", name },
    data,
  };
}

describe("snapshotContent", () => {
  it.each([
    {
      behaviour: "hashes the tutorials' first content as KubeFleet does",
      value: "value1",
      hash: "0130c875defa5c7ebcfaa8e16ef8b3c3e10285f3a0e8cc6f39be8c802f03c479",
    },
    {
      behaviour: "hashes the tutorials' second content as KubeFleet does",
      value: "value2",
      hash: "10dd7a3d1e5f9849afe956cfbac080a60671ad771e9bda7dd34415f867c75648",
    },
  ])("$behaviour", ({ value, hash }) => {
    const content = snapshotContent([namespace, configMap("test-cm", { key: value })], sha256);
    expect(content.hash).toBe(hash);
    expect(content.parts.map((part) => part.hash)).toEqual([hash]);
  });

  it("hashes a Deployment and its Service as KubeFleet does", () => {
    const objects = readFixture("web-app-snapshot");
    const hash = objects[0]?.metadata.annotations?.["kubernetes-fleet.io/resource-hash"];
    expect(snapshotContent(resourcesIn(objects), sha256).hash).toBe(hash);
  });

  it("escapes what Go's encoder escapes before hashing", () => {
    const texts: string[] = [];
    snapshotContent([configMap("a", { html: "<a&b>" })], (text) => {
      texts.push(text);
      return "";
    });
    expect(texts[0]).toBe(
      String.raw`{"selectedResources":[{"apiVersion":"v1","data":{"html":"\u003ca\u0026b\u003e"},"kind":"ConfigMap","metadata":{"name":"a","namespace":"test-namespace"}}]}`,
    );
  });

  it("changes the hash with the order of the resources", () => {
    const a = configMap("a", {});
    const b = configMap("b", {});
    expect(snapshotContent([a, b], sha256).hash).not.toBe(snapshotContent([b, a], sha256).hash);
  });

  it("makes one empty part of nothing", () => {
    const content = snapshotContent([], sha256);
    expect(content.parts.map((part) => part.resources)).toEqual([[]]);
    expect(content.envelopeCount).toBe(0);
  });

  it("counts envelopes", () => {
    const envelope: KubeObject = {
      apiVersion: "placement.kubernetes-fleet.io/v1beta1",
      kind: "ResourceEnvelope",
      metadata: { name: "quota", namespace: "test-namespace" },
      data: {},
    };
    expect(snapshotContent([namespace, envelope], sha256).envelopeCount).toBe(1);
  });

  it("starts a new part when the limit of 800 KiB would be passed", () => {
    const large = (name: string, kib: number) => configMap(name, { text: "x".repeat(kib * 1024) });
    const resources = [
      large("a", 500),
      large("b", 200),
      large("c", 200),
      large("d", 900),
      large("e", 1),
    ];
    const content = snapshotContent(resources, sha256);
    const names = content.parts.map((part) => part.resources.map(({ metadata }) => metadata.name));
    expect(names).toEqual([["a", "b"], ["c"], ["d"], ["e"]]);
    expect(new Set([content.hash, ...content.parts.map((part) => part.hash)]).size).toBe(5);
  });
});
