import { describe, expect, it } from "vitest";
import { cells, created, kindOf, refusals, updateRefusals } from "./support/written.js";

const kind = kindOf("ClusterResourcePlacement");
const namespacedKind = kindOf("ResourcePlacement");

const NAMESPACE = { group: "", version: "v1", kind: "Namespace", name: "test-namespace" };
const CONFIG_MAP = { group: "", version: "v1", kind: "ConfigMap", name: "test-cm" };
const DEFAULT_APPLY = {
  comparisonOption: "PartialComparison",
  type: "ClientSideApply",
  whenToApply: "Always",
  whenToTakeOver: "Always",
};

const spec = (parts: Record<string, unknown> = {}) => ({
  spec: { resourceSelectors: [NAMESPACE], strategy: { type: "External" }, ...parts },
});

describe("a new ClusterResourcePlacement", () => {
  it("is stored with the defaults of a real hub", () => {
    expect(created(kind, spec({ policy: { placementType: "PickAll" } })).spec).toEqual({
      policy: { placementType: "PickAll" },
      resourceSelectors: [{ ...NAMESPACE, selectionScope: "NamespaceWithResources" }],
      revisionHistoryLimit: 10,
      statusReportingScope: "ClusterScopeOnly",
      strategy: { type: "External", applyStrategy: DEFAULT_APPLY },
    });
  });

  it("rolls out by itself to every cluster unless it says otherwise", () => {
    expect(created(kind, { spec: { resourceSelectors: [NAMESPACE] } }).spec).toMatchObject({
      policy: { placementType: "PickAll" },
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%", unavailablePeriodSeconds: 60 },
      },
    });
  });

  it.each([0, 3, "0%", "25%", "100%"])("may have %j clusters unavailable", (maxUnavailable) => {
    const rollingUpdate = { maxUnavailable, maxSurge: maxUnavailable };
    expect(refusals(kind, spec({ strategy: { type: "RollingUpdate", rollingUpdate } }))).toEqual(
      [],
    );
  });

  it.each([
    {
      behaviour: "a share that is none",
      rollingUpdate: { maxUnavailable: "3" },
      refused: "spec.strategy.rollingUpdate.maxUnavailable",
    },
    {
      behaviour: "a share of more than all",
      rollingUpdate: { maxSurge: "101%" },
      refused: "spec.strategy.rollingUpdate.maxSurge",
    },
    {
      behaviour: "a negative number of unavailable clusters",
      rollingUpdate: { maxUnavailable: -1 },
      refused: "spec.strategy.rollingUpdate.maxUnavailable",
    },
    {
      behaviour: "a negative time",
      rollingUpdate: { unavailablePeriodSeconds: -1 },
      refused: "spec.strategy.rollingUpdate.unavailablePeriodSeconds",
    },
  ])("is refused with $behaviour", ({ rollingUpdate, refused }) => {
    const causes = refusals(kind, spec({ strategy: { type: "RollingUpdate", rollingUpdate } }));
    expect(causes.map((cause) => cause.split(":")[0])).toEqual([refused]);
  });

  it("gets the finalizers that hold it until it is taken off the members", () => {
    expect(created(kind, spec()).metadata.finalizers).toEqual([
      "kubernetes-fleet.io/crp-cleanup",
      "kubernetes-fleet.io/scheduler-cleanup",
    ]);
  });

  it.each([
    {
      behaviour: "may pick named clusters",
      parts: spec({ policy: { placementType: "PickFixed", clusterNames: ["member1"] } }),
    },
    {
      behaviour: "may pick a number of clusters",
      parts: spec({ policy: { placementType: "PickN", numberOfClusters: 0 } }),
    },
    {
      behaviour: "may select inside one namespace",
      parts: spec({
        resourceSelectors: [
          { ...NAMESPACE, selectionScope: "NamespaceWithResourceSelectors" },
          CONFIG_MAP,
        ],
      }),
    },
  ])("$behaviour", ({ parts }) => {
    expect(refusals(kind, parts)).toEqual([]);
  });

  it.each([
    {
      behaviour: "is refused when its name is longer than 63",
      parts: { ...spec(), metadata: { name: "a".repeat(64) } },
      refused: "metadata.name: Invalid value: the name field cannot have length exceeding 63",
    },
    {
      behaviour: "is refused when it selects nothing",
      parts: spec({ resourceSelectors: [] }),
      refused:
        "spec.resourceSelectors: Invalid value: 0: spec.resourceSelectors in body should have at least 1 items",
    },
    {
      behaviour: "is refused when a selector has a name and labels",
      parts: spec({ resourceSelectors: [{ ...NAMESPACE, labelSelector: {} }] }),
      refused:
        "spec.resourceSelectors[0]: Invalid value: name and labelSelector are mutually exclusive in a resource selector",
    },
    {
      behaviour: "is refused when it selects a kind that does not exist",
      parts: spec({ resourceSelectors: [{ group: "x.io", version: "v1", kind: "Foo" }] }),
      refused:
        'spec.resourceSelectors[0]: Invalid value: failed to get GVR of the selector: no matches for kind "Foo" in version "x.io/v1"',
    },
    {
      behaviour: "is refused when it selects a kind in a version that does not exist",
      parts: spec({ resourceSelectors: [{ ...NAMESPACE, version: "v2" }] }),
      refused:
        'spec.resourceSelectors[0]: Invalid value: failed to get GVR of the selector: no matches for kind "Namespace" in version "v2"',
    },
    {
      behaviour: "is refused when it selects a namespaced kind",
      parts: spec({ resourceSelectors: [CONFIG_MAP] }),
      refused:
        "spec.resourceSelectors[0]: Invalid value: the resource is not found in schema (please retry) or it is not a cluster scoped resource: v1, Kind=ConfigMap",
    },
    {
      behaviour: "is refused when it picks named clusters and a number",
      parts: spec({ policy: { placementType: "PickFixed", numberOfClusters: 2 } }),
      refused:
        "spec.policy: Invalid value: affinity, numberOfClusters, topologySpreadConstraints, and tolerations cannot be set when placementType is PickFixed",
    },
    {
      behaviour: "is refused when it picks all clusters and names some",
      parts: spec({ policy: { placementType: "PickAll", clusterNames: ["member1"] } }),
      refused:
        "spec.policy: Invalid value: clusterNames, numberOfClusters, and topologySpreadConstraints cannot be set when placementType is PickAll",
    },
    {
      behaviour: "is refused when it picks a number without saying which",
      parts: spec({ policy: { placementType: "PickN" } }),
      refused:
        "spec.policy: Invalid value: clusterNames cannot be set and numberOfClusters must be set when placementType is PickN",
    },
    {
      behaviour: "is refused when it names a cluster twice",
      parts: spec({ policy: { placementType: "PickFixed", clusterNames: ["a", "a"] } }),
      refused:
        "spec.policy.clusterNames: Invalid value: cluster names must be unique for policy type PickFixed",
    },
    {
      behaviour: "is refused when a toleration of any value has one",
      parts: spec({ policy: { tolerations: [{ key: "k", operator: "Exists", value: "v" }] } }),
      refused:
        "spec.policy.tolerations[0]: Invalid value: value must be empty when operator is Exists",
    },
    {
      behaviour: "is refused when a toleration has neither key nor Exists",
      parts: spec({ policy: { tolerations: [{ value: "v" }] } }),
      refused:
        "spec.policy.tolerations[0]: Invalid value: operator must be Exists when key is empty",
    },
    {
      behaviour: "is refused when an external rollout is also a rolling update",
      parts: spec({ strategy: { type: "External", rollingUpdate: {} } }),
      refused:
        "spec.strategy.rollingUpdate: Forbidden: rollingUpdateConifg is not valid for ExternalRollout strategy type",
    },
    {
      behaviour: "is refused when it forces conflicts without server-side apply",
      parts: spec({
        strategy: { type: "External", applyStrategy: { serverSideApplyConfig: { force: true } } },
      }),
      refused:
        "spec.strategy.applyStrategy.serverSideApplyConfig: Forbidden: serverSideApplyConfig is only valid for ServerSideApply strategy type",
    },
    {
      behaviour: "is refused when it selects inside a namespace that it finds by labels",
      parts: spec({
        resourceSelectors: [
          {
            group: "",
            version: "v1",
            kind: "Namespace",
            labelSelector: {},
            selectionScope: "NamespaceWithResourceSelectors",
          },
        ],
      }),
      refused:
        "spec: Invalid value: namespace selector with NamespaceWithResourceSelectors mode must select by name (not by label)",
    },
    {
      behaviour: "is refused when its status is to be shown in no namespace",
      parts: spec({
        statusReportingScope: "NamespaceAccessible",
        resourceSelectors: [{ group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass" }],
      }),
      refused:
        "spec: Invalid value: when statusReportingScope is NamespaceAccessible, exactly one resourceSelector with kind 'Namespace' is required",
    },
  ])("$behaviour", ({ parts, refused }) => {
    expect(refusals(kind, parts)).toEqual([refused]);
  });
});

describe("a placement that asks for properties of clusters", () => {
  const NODES = "kubernetes-fleet.io/node-count";
  const asking = (name: string, values: readonly string[]) => {
    const propertySelector = { matchExpressions: [{ name, operator: "Ge", values }] };
    const clusterSelectorTerms = [{ propertySelector }];
    const requiredDuringSchedulingIgnoredDuringExecution = { clusterSelectorTerms };
    return spec({
      policy: {
        affinity: { clusterAffinity: { requiredDuringSchedulingIgnoredDuringExecution } },
      },
    });
  };
  const RULE =
    "spec.policy.affinity.clusterAffinity.requiredDuringSchedulingIgnoredDuringExecution.clusterSelectorTerms[0].propertySelector.matchExpressions[0]";

  it.each([NODES, "resources.kubernetes-fleet.io/available-cpu", "example.com/price"])(
    "may ask for %s",
    (name) => {
      expect(refusals(kind, asking(name, ["1500m"]))).toEqual([]);
    },
  );

  it.each([
    {
      behaviour: "compares with one value",
      parts: asking(NODES, []),
      refused: `${RULE}.values: Invalid value: []: every operator compares with exactly one value`,
    },
    {
      behaviour: "compares with a quantity",
      parts: asking(NODES, ["many"]),
      refused: `${RULE}.values[0]: Invalid value: "many": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    },
    {
      behaviour: "names the property",
      parts: asking("", ["1"]),
      refused: `${RULE}.name: Required value`,
    },
    {
      behaviour: "names an amount that there is",
      parts: asking("resources.kubernetes-fleet.io/free-cpu", ["1"]),
      refused: `${RULE}.name: Invalid value: "resources.kubernetes-fleet.io/free-cpu": a property of resources.kubernetes-fleet.io is total-, allocatable- or available- and the name of a resource`,
    },
  ])("$behaviour", ({ parts, refused }) => {
    expect(refusals(kind, parts)).toEqual([refused]);
  });
});

describe("changing a ClusterResourcePlacement", () => {
  it.each([
    {
      behaviour: "allows a rolling update to become external",
      before: spec({ strategy: { type: "RollingUpdate" } }),
      after: spec(),
      refused: [],
    },
    {
      behaviour: "refuses an external rollout to become anything else",
      before: spec(),
      after: spec({ strategy: { type: "RollingUpdate" } }),
      refused: [
        "spec.strategy: Invalid value: cannot change rollout strategy type from 'External' to other types",
      ],
    },
    {
      behaviour: "refuses another placement type",
      before: spec({ policy: { placementType: "PickAll" } }),
      after: spec({ policy: { placementType: "PickN", numberOfClusters: 1 } }),
      refused: ["spec.policy.placementType: Invalid value: placement type is immutable"],
    },
    {
      behaviour: "refuses to take a toleration away",
      before: spec({ policy: { tolerations: [{ key: "a", operator: "Exists" }] } }),
      after: spec({ policy: { tolerations: [{ key: "b", operator: "Exists" }] } }),
      refused: [
        "spec.policy.tolerations: Invalid value: tolerations have been updated/deleted, only additions to tolerations are allowed",
      ],
    },
    {
      behaviour: "refuses another reporting scope",
      before: spec(),
      after: spec({ statusReportingScope: "NamespaceAccessible" }),
      refused: ["spec.statusReportingScope: Invalid value: statusReportingScope is immutable"],
    },
  ])("$behaviour", ({ before, after, refused }) => {
    expect(updateRefusals(kind, before, after)).toEqual(refused);
  });
});

describe("a ResourcePlacement", () => {
  const own = { spec: { resourceSelectors: [CONFIG_MAP], strategy: { type: "External" } } };

  it("is stored without the defaults that only the cluster-scoped kind gets", () => {
    expect(created(namespacedKind, own).spec).toEqual({
      resourceSelectors: [{ ...CONFIG_MAP, selectionScope: "NamespaceWithResources" }],
      revisionHistoryLimit: 10,
      statusReportingScope: "ClusterScopeOnly",
      strategy: { type: "External" },
    });
  });

  it.each([
    { asked: "Create", refused: [] },
    { asked: "Wait", refused: [] },
    {
      asked: "Ignore",
      refused: [
        'metadata.annotations[stagecoach.dev/missing-namespace]: Unsupported value: "Ignore": supported values: "Create", "Wait"',
      ],
    },
  ])("answers $refused when it asks to $asked a missing namespace", ({ asked, refused }) => {
    const metadata = { name: "x", annotations: { "stagecoach.dev/missing-namespace": asked } };
    expect(refusals(namespacedKind, { ...own, metadata })).toEqual(refused);
  });

  it.each([
    { asked: "10m", refused: [] },
    { asked: "Never", refused: [] },
    {
      asked: "sometimes",
      refused: [
        'metadata.annotations[stagecoach.dev/drift-check]: Invalid value: "sometimes": must be Never, or a duration of 1s or more such as 10m',
      ],
    },
  ])("answers $refused when it asks to look for drift $asked", ({ asked, refused }) => {
    const metadata = { name: "x", annotations: { "stagecoach.dev/drift-check": asked } };
    expect(refusals(namespacedKind, { ...own, metadata })).toEqual(refused);
  });

  it("is refused when it selects a cluster-scoped kind", () => {
    expect(refusals(namespacedKind, spec())).toEqual([
      "spec.resourceSelectors[0]: Invalid value: the resource is not found in schema (please retry) or it is a cluster scoped resource: v1, Kind=Namespace",
    ]);
  });

  it("keeps the policy it has", () => {
    const policy = { placementType: "PickAll" };
    const before = { spec: { ...own.spec, policy } };
    expect(updateRefusals(namespacedKind, before, own)).toEqual([
      "spec: Invalid value: policy cannot be removed once set",
    ]);
  });
});

describe("the row of a placement", () => {
  it.each([
    { name: "ClusterResourcePlacement", prefix: "ClusterResourcePlacement" },
    { name: "ResourcePlacement", prefix: "ResourcePlacement" },
  ])("reads the conditions of a $name by their prefixed types", ({ name, prefix }) => {
    const placement = {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: name,
      metadata: { name: "x", generation: 2, creationTimestamp: "2026-11-21T09:00:00Z" },
      status: {
        conditions: [
          { type: `${prefix}Scheduled`, status: "True", observedGeneration: 2 },
          { type: `${prefix}Available`, status: "False", observedGeneration: 1 },
        ],
      },
    };
    expect(cells(kindOf(name), placement)).toEqual([2, "True", 2, "False", 1, "60m"]);
  });
});
