import { describe, expect, it } from "vitest";
import {
  concerning,
  overridesOfCluster,
  sameOverrides,
} from "../../src/placement/matching-overrides.js";
import {
  CONFIG,
  clusterOverride,
  envelope,
  forLabel,
  NAMESPACE,
  namespacedOverride,
  patchRule,
  ROLE,
} from "./override-fixtures.js";

const RULES = [patchRule("/metadata/labels", {})];
const PLACEMENT = { name: "p" };
const IN_TEAM = { name: "p", namespace: "team" };

const names = ({ cluster, namespaced }: ReturnType<typeof concerning>) =>
  [...cluster, ...namespaced].map(({ metadata }) => metadata.name);

describe("the overrides that concern a placement", () => {
  it.each([
    {
      behaviour: "select one of its resources",
      overrides: {
        cluster: [clusterOverride("c", ROLE, RULES)],
        namespaced: [namespacedOverride("n", CONFIG, RULES)],
      },
      resources: [ROLE, CONFIG],
      expected: ["c", "n"],
    },
    {
      behaviour: "select nothing of other groups, versions or names",
      overrides: {
        cluster: [
          clusterOverride(
            "version",
            { ...ROLE, apiVersion: "rbac.authorization.k8s.io/v2" },
            RULES,
          ),
          clusterOverride("group", { ...ROLE, apiVersion: "v1" }, RULES),
          clusterOverride("name", { ...ROLE, metadata: { name: "writer" } }, RULES),
        ],
        namespaced: [
          namespacedOverride(
            "namespace",
            { ...CONFIG, metadata: { name: "app", namespace: "other" } },
            RULES,
          ),
        ],
      },
      resources: [ROLE, CONFIG],
      expected: [],
    },
    {
      behaviour: "select a namespaced object through its Namespace",
      overrides: { cluster: [clusterOverride("c", NAMESPACE, RULES)], namespaced: [] },
      resources: [CONFIG],
      expected: ["c"],
    },
    {
      behaviour: "select something inside an envelope",
      overrides: {
        cluster: [clusterOverride("c", ROLE, RULES)],
        namespaced: [namespacedOverride("n", CONFIG, RULES)],
      },
      resources: [
        envelope("ClusterResourceEnvelope", undefined, { role: ROLE }),
        envelope("ResourceEnvelope", "team", { config: CONFIG }),
      ],
      expected: ["c", "n"],
    },
    {
      behaviour: "name it, and not another one",
      overrides: {
        cluster: [
          clusterOverride("mine", ROLE, RULES, { name: "p" }),
          clusterOverride("other", ROLE, RULES, { name: "q" }),
        ],
        namespaced: [
          namespacedOverride("mine", CONFIG, RULES, { name: "p", scope: "Cluster" }),
          namespacedOverride("twin", CONFIG, RULES, { name: "p", scope: "Namespaced" }),
        ],
      },
      resources: [ROLE, CONFIG],
      expected: ["mine", "mine"],
    },
    {
      behaviour: "name it in its own namespace when it is namespaced",
      placement: IN_TEAM,
      overrides: {
        cluster: [clusterOverride("cluster", NAMESPACE, RULES, { name: "p", scope: "Cluster" })],
        namespaced: [
          namespacedOverride("mine", CONFIG, RULES, { name: "p", scope: "Namespaced" }),
          namespacedOverride("twin", CONFIG, RULES, { name: "p" }),
          namespacedOverride("any", CONFIG, RULES),
        ],
      },
      resources: [CONFIG],
      expected: ["mine", "any"],
    },
  ])("$behaviour", ({ placement = PLACEMENT, overrides, resources, expected }) => {
    expect(names(concerning(overrides, placement, resources))).toEqual(expected);
  });
});

describe("the overrides of a cluster", () => {
  const overrides = {
    cluster: [
      clusterOverride("b-0", ROLE, [patchRule("/x", 1, forLabel("env", "prod"))]),
      clusterOverride("a-3", ROLE, RULES),
      clusterOverride("none", ROLE, [{ overrideType: "Delete" }]),
    ],
    namespaced: [namespacedOverride("n-1", CONFIG, [patchRule("/x", 1, forLabel("env", "test"))])],
  };

  it("are those with a rule for it, by name", () => {
    expect(overridesOfCluster(overrides, { labels: { env: "prod" } })).toEqual({
      clusterResourceOverrideSnapshots: ["a-3", "b-0"],
    });
    expect(overridesOfCluster(overrides, { labels: { env: "test" } })).toEqual({
      clusterResourceOverrideSnapshots: ["a-3"],
      resourceOverrideSnapshots: [{ name: "n-1", namespace: "team" }],
    });
  });

  it("are the same whether nothing is an empty list or no list", () => {
    expect(sameOverrides({}, { clusterResourceOverrideSnapshots: [] })).toBe(true);
    expect(sameOverrides({}, { clusterResourceOverrideSnapshots: ["a"] })).toBe(false);
  });
});
