import { describe, expect, it } from "vitest";
import { created, kindOf, refusals } from "./support/written.js";

const clusterKind = kindOf("ClusterResourceEnvelope");
const namespacedKind = kindOf("ResourceEnvelope");

const role = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "reader" },
};
const config = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "app", namespace: "team" },
  data: { key: "value" },
};
const inTeam = (data: Record<string, unknown>) => ({
  metadata: { name: "x", namespace: "team" },
  data,
});

describe("an envelope", () => {
  it("keeps its objects as they are, also of kinds that the hub does not know", () => {
    const widget = {
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "w", namespace: "team" },
      spec: { deep: [{ any: 1 }] },
    };
    const data = { "config.yaml": config, widget };
    expect(refusals(namespacedKind, inTeam(data))).toEqual([]);
    expect(created(namespacedKind, inTeam(data)).data).toEqual(data);
  });

  it.each([
    {
      behaviour: "an object without a kind and name",
      data: { a: { apiVersion: "v1" } },
      refused: ["data[a]: kind: Required value", "data[a]: metadata.name: Required value"],
    },
    {
      behaviour: "an object with a generated name",
      data: { a: { ...role, metadata: { generateName: "r-" } } },
      refused: ["data[a]: metadata.name: Required value"],
    },
    {
      behaviour: "something that is no object",
      data: { a: { ...role, metadata: "none" } },
      refused: ["data[a]: metadata.name: Required value"],
    },
    {
      behaviour: "the same object twice",
      data: { a: role, b: role },
      refused: ['data[b]: Duplicate value: "ClusterRole/reader is in data[a] already"'],
    },
    {
      behaviour: "a kind that means something on the hub only",
      data: {
        a: {
          apiVersion: "placement.kubernetes-fleet.io/v1",
          kind: "ClusterResourceEnvelope",
          metadata: { name: "inner" },
        },
      },
      refused: ["data[a]: kind: Forbidden: ClusterResourceEnvelope is never placed on members"],
    },
    {
      behaviour: "a namespaced object",
      data: { a: config },
      refused: [
        "data[a]: kind: Forbidden: ConfigMap is namespaced: a ClusterResourceEnvelope holds cluster-scoped objects only",
      ],
    },
    {
      behaviour: "an object of an unknown kind with a namespace",
      data: {
        a: { apiVersion: "example.com/v1", kind: "W", metadata: { name: "w", namespace: "n" } },
      },
      refused: [
        "data[a]: metadata.namespace: Forbidden: W is namespaced: a ClusterResourceEnvelope holds cluster-scoped objects only",
      ],
    },
    {
      behaviour: "nothing at all",
      data: {},
      refused: ["data: Required value: an envelope holds at least one object"],
    },
  ])("of cluster scope refuses $behaviour", ({ data, refused }) => {
    expect(refusals(clusterKind, { data })).toEqual(refused);
  });

  it.each([
    {
      behaviour: "a cluster-scoped object",
      data: { a: role },
      refused: [
        "data[a]: kind: Forbidden: ClusterRole is cluster-scoped: a ResourceEnvelope holds objects of its namespace only",
      ],
    },
    {
      behaviour: "an object of another namespace",
      data: { a: { ...config, metadata: { name: "app", namespace: "other" } } },
      refused: [
        'data[a]: metadata.namespace: Invalid value: "other": must be the envelope\'s own namespace, team',
      ],
    },
    {
      behaviour: "an object without a namespace",
      data: { a: { ...config, metadata: { name: "app" } } },
      refused: [
        'data[a]: metadata.namespace: Invalid value: "": must be the envelope\'s own namespace, team',
      ],
    },
  ])("of a namespace refuses $behaviour", ({ data, refused }) => {
    expect(refusals(namespacedKind, inTeam(data))).toEqual(refused);
  });

  it("holds at most 50 objects", () => {
    const data = Object.fromEntries(
      Array.from({ length: 51 }, (_, index) => [
        `k${index}`,
        { ...role, metadata: { name: `reader-${index}` } },
      ]),
    );
    expect(refusals(clusterKind, { data })).toEqual([
      "data: Too many: 51: must have at most 50 items",
    ]);
  });
});
