import { describe, expect, it } from "vitest";
import type { ResourceIdentifier } from "../../src/manifests/outcome.js";
import { builtInMapping, restPath } from "../../src/manifests/rest-path.js";

function path(identifier: ResourceIdentifier): string | undefined {
  const mapping = builtInMapping(identifier);
  return mapping && restPath(mapping, identifier);
}

describe("restPath", () => {
  it.each([
    {
      behaviour: "addresses core objects below /api",
      identifier: { version: "v1", kind: "ConfigMap", namespace: "a", name: "b" },
      expected: "/api/v1/namespaces/a/configmaps/b",
    },
    {
      behaviour: "addresses other groups below /apis",
      identifier: { group: "apps", version: "v1", kind: "Deployment", namespace: "a", name: "b" },
      expected: "/apis/apps/v1/namespaces/a/deployments/b",
    },
    {
      behaviour: "has no namespace for cluster-scoped kinds, even when one is given",
      identifier: { version: "v1", kind: "Namespace", namespace: "a", name: "b" },
      expected: "/api/v1/namespaces/b",
    },
    {
      behaviour: "falls back to the default namespace",
      identifier: { version: "v1", kind: "Secret", name: "b" },
      expected: "/api/v1/namespaces/default/secrets/b",
    },
    {
      behaviour: "escapes names that paths cannot hold",
      identifier: {
        group: "rbac.authorization.k8s.io",
        version: "v1",
        kind: "ClusterRole",
        name: "system:x/y",
      },
      expected: "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Ax%2Fy",
    },
    {
      behaviour: "does not know custom kinds",
      identifier: { group: "x.io", version: "v1", kind: "Deployment", name: "b" },
      expected: undefined,
    },
  ])("$behaviour", ({ identifier, expected }) => {
    expect(path(identifier)).toBe(expected);
  });
});
