import type { KubeObject } from "../../src/api/meta.js";
import type {
  ClusterResourceOverrideSnapshot,
  OverrideRule,
  ResourceOverrideSnapshot,
} from "../../src/api/override.js";

const API_VERSION = "placement.kubernetes-fleet.io/v1";
const selectorOf = ({ apiVersion, kind, metadata }: KubeObject) => {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  return { group, version, kind, name: metadata.name };
};

export const NAMESPACE: KubeObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "team" },
};
export const ROLE: KubeObject = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "reader", labels: { a: "b" } },
  rules: [],
};
export const CONFIG: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "app", namespace: "team" },
  data: { key: "value" },
};

/** Rules for all clusters, unless they say otherwise. */
export const patchRule = (
  path: string,
  value: unknown,
  clusterSelector: OverrideRule["clusterSelector"] = { clusterSelectorTerms: [] },
): OverrideRule => ({ clusterSelector, jsonPatchOverrides: [{ op: "add", path, value }] });

export const forLabel = (key: string, value: string): OverrideRule["clusterSelector"] => ({
  clusterSelectorTerms: [{ labelSelector: { matchLabels: { [key]: value } } }],
});

export function clusterOverride(
  name: string,
  selects: KubeObject,
  overrideRules: OverrideRule[],
  placement?: { name: string; scope?: "Cluster" | "Namespaced" },
): ClusterResourceOverrideSnapshot {
  return {
    apiVersion: API_VERSION,
    kind: "ClusterResourceOverrideSnapshot",
    metadata: { name },
    spec: {
      overrideHash: name,
      overrideSpec: {
        clusterResourceSelectors: [selectorOf(selects)],
        policy: { overrideRules },
        ...(placement && { placement }),
      },
    },
  };
}

export function namespacedOverride(
  name: string,
  selects: KubeObject,
  overrideRules: OverrideRule[],
  placement?: { name: string; scope?: "Cluster" | "Namespaced" },
): ResourceOverrideSnapshot {
  return {
    apiVersion: API_VERSION,
    kind: "ResourceOverrideSnapshot",
    metadata: { name, namespace: selects.metadata.namespace ?? "" },
    spec: {
      overrideHash: name,
      overrideSpec: {
        resourceSelectors: [selectorOf(selects)],
        policy: { overrideRules },
        ...(placement && { placement }),
      },
    },
  };
}

export function envelope(kind: string, namespace: string | undefined, data: object): KubeObject {
  const metadata = { name: "wrapped", ...(namespace !== undefined && { namespace }) };
  return { apiVersion: "placement.kubernetes-fleet.io/v1beta1", kind, metadata, data };
}
