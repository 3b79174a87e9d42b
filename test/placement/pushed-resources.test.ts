import { describe, expect, it } from "vitest";
import { pushedResources } from "../../src/placement/pushed-resources.js";

const KINDS = [
  { group: "", kind: "Namespace", namespaced: false },
  { group: "", kind: "ConfigMap", namespaced: true },
  { group: "", kind: "Service", namespaced: true },
  { group: "rbac.authorization.k8s.io", kind: "ClusterRole", namespaced: false },
];
const CLUSTER = {};
const TEAM = { namespace: "team" };

const configMap = (metadata: object, parts: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "cm", namespace: "team", ...metadata },
  ...parts,
});
const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const clusterRole = (metadata: object = {}) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "reader", ...metadata },
});

function resourcesOf(body: unknown, scope = CLUSTER) {
  const pushed = pushedResources(body, scope, KINDS);
  if (!pushed.ok) throw new Error(JSON.stringify(pushed.causes));
  return pushed.resources;
}

describe("pushed resources", () => {
  it("are ordered and stripped as selected ones are", () => {
    const body = [
      configMap({ uid: "1", resourceVersion: "7", creationTimestamp: null }, { data: { k: null } }),
      namespace("team"),
    ];
    expect(resourcesOf(body)).toEqual([namespace("team"), configMap({}, { data: {} })]);
  });

  it.each([
    { behaviour: "one object", body: configMap({}), count: 1 },
    { behaviour: "a list of objects", body: [configMap({}), namespace("team")], count: 2 },
    {
      behaviour: "the items of a List",
      body: { apiVersion: "v1", kind: "List", items: [configMap({}), namespace("team")] },
      count: 2,
    },
    { behaviour: "nothing", body: undefined, count: 0 },
  ])("can be $behaviour", ({ body, count }) => {
    expect(resourcesOf(body)).toHaveLength(count);
  });

  it("may be of kinds that only members know", () => {
    const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } };
    expect(resourcesOf(widget)).toEqual([widget]);
  });

  it("get the namespace of a namespaced placement", () => {
    const [object] = resourcesOf(configMap({ namespace: undefined }), TEAM);
    expect(object?.metadata.namespace).toBe("team");
  });

  it.each([
    { body: "text", field: "document 1", says: "must be an object" },
    { body: [namespace("a"), {}], field: "document 2: apiVersion", says: "Required value" },
    { body: { apiVersion: "v1" }, field: "document 1: kind", says: "Required value" },
    { body: configMap({ name: "" }), field: "document 1: metadata.name", says: "Required value" },
    {
      body: { kind: "ConfigMapList", items: [configMap({}), configMap({ name: null })] },
      field: "document 1, item 2: metadata.name",
      says: "Required value",
    },
    {
      body: {
        apiVersion: "placement.kubernetes-fleet.io/v1",
        kind: "ClusterResourceEnvelope",
        metadata: { name: "e" },
        data: { key: clusterRole({ name: "" }) },
      },
      field: "document 1: data[key]: metadata.name",
      says: "Required value",
    },
    {
      body: configMap({ labels: { a: 1 } }),
      field: "document 1: metadata.labels.a",
      says: "expected string",
    },
    {
      body: configMap({ namespace: undefined }),
      field: "document 1: metadata.namespace",
      says: "Required value",
    },
    {
      body: clusterRole({ namespace: "team" }),
      field: "document 1: metadata.namespace",
      says: "ClusterRole is cluster-scoped",
    },
    {
      body: { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "team" } },
      field: "document 1: kind",
      says: "Pod is never placed on members",
    },
    {
      body: configMap({ name: "kube-root-ca.crt" }),
      field: "document 1: metadata.name",
      says: "every cluster makes its own ConfigMap/team/kube-root-ca.crt",
    },
    {
      body: namespace("kube-system"),
      field: "document 1: metadata.name",
      says: "namespace kube-system is not allowed to propagate",
    },
    {
      body: configMap({ namespace: "default" }),
      field: "document 1: metadata.namespace",
      says: "namespace default is not allowed to propagate",
    },
    {
      body: [configMap({}), namespace("team"), configMap({})],
      field: "document 3",
      says: "ConfigMap/team/cm is in document 1 already",
    },
    {
      body: configMap({ namespace: "other" }),
      scope: TEAM,
      field: "document 1: metadata.namespace",
      says: "must be the placement's own namespace, team",
    },
    {
      body: clusterRole(),
      scope: TEAM,
      field: "document 1: kind",
      says: "ClusterRole is cluster-scoped",
    },
  ])("are refused at $field: $says", ({ body, scope = CLUSTER, field, says }) => {
    const pushed = pushedResources(body, scope, KINDS);
    expect(pushed).toMatchObject({ ok: false });
    const cause = pushed.ok ? undefined : pushed.causes.find((each) => each.field === field);
    expect(cause?.message).toContain(says);
  });
});
