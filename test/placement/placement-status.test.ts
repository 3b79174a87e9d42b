import { describe, expect, it } from "vitest";
import type { Placement } from "../../src/api/placement.js";
import type { PlacementStatus } from "../../src/api/placement-status.js";
import type { ResourceBinding } from "../../src/api/resource-binding.js";
import { identifierOf } from "../../src/manifests/identifier.js";
import {
  invalidSelectorsStatus,
  observedIndex,
  type PlacementStatusInput,
  placementStatus,
} from "../../src/placement/placement-status.js";
import {
  bindingsIn,
  makeBinding,
  makePlacement,
  makeSnapshot,
  NOW,
  placementIn,
  policySnapshotOf,
  readFixture,
  resourcesIn,
} from "./fixtures.js";

const selected = [
  { kind: "Namespace", name: "test-namespace", version: "v1" },
  { kind: "ConfigMap", name: "test-cm", namespace: "test-namespace", version: "v1" },
];

const DONE = {
  RolloutStarted: "True",
  Overridden: "True",
  WorkSynchronized: "True",
  Applied: "True",
  Available: "True",
} as const;

/** Input for a placement whose bindings are all picked. */
function inputOf(
  placement: Placement,
  bindings: readonly ResourceBinding[],
  more: Partial<PlacementStatusInput> = {},
): PlacementStatusInput {
  return {
    placement,
    policySnapshot: policySnapshotOf(placement, bindings),
    bindings,
    snapshots: [makeSnapshot(0, "a", false), makeSnapshot(1, "b", true)],
    selected,
    observed: [],
    now: NOW,
    ...more,
  };
}

function conditionsOf(status: PlacementStatus): readonly string[] {
  return (status.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
}

function at(index: number, steps: Parameters<typeof makeBinding>[1] = {}) {
  return { ...steps, spec: { resourceSnapshotName: `web-${index}-snapshot` } };
}

describe("placementStatus as observed on KubeFleet", () => {
  it("is that of a placement no run has touched", () => {
    const objects = readFixture("before-any-run");
    const { status, ...placement } = placementIn(objects);
    const input = inputOf(placement, bindingsIn(objects), { now: "2026-11-21T07:43:38Z" });
    expect(placementStatus(input)).toEqual(status);
  });

  it("is that of a placement whose clusters are all at one snapshot", () => {
    const objects = readFixture("rolled-out");
    const placement = placementIn(objects);
    const snapshots = readFixture("two-snapshots");
    const input = inputOf(placement, bindingsIn(objects), { snapshots });
    expect(observedIndex(input)).toBe("1");
    expect(placementStatus({ ...input, observed: selected })).toEqual(placement.status);
  });

  it("is that of a placement in mid-run whose first cluster fails", () => {
    const objects = readFixture("namespace-missing");
    const placement = placementIn(objects);
    const snapshots = readFixture("web-app-snapshot");
    const input = inputOf(placement, bindingsIn(objects), { snapshots });
    const [entry] = placementStatus(input).placementStatuses?.slice(1, 2) ?? [];
    expect(placementStatus(input)).toEqual(placement.status);
    expect(entry?.failedPlacements?.map(({ kind }) => kind)).toEqual(["Service", "Deployment"]);
  });

  it("is that of a placement with a rolling update", () => {
    const objects = readFixture("rolling-update");
    const placement = placementIn(objects);
    const snapshots = objects.filter(({ kind }) => kind === "ClusterResourceSnapshot");
    const bindings = (placement.status?.placementStatuses ?? []).map((entry) => {
      const [scheduled, ...conditions] = entry.conditions ?? [];
      const clusterName = entry.clusterName ?? "";
      const binding = makeBinding(clusterName, {
        metadata: { generation: 1 },
        spec: {
          resourceSnapshotName: "test-namespace-placement-0-snapshot",
          clusterDecision: { clusterName, selected: true, reason: scheduled?.message ?? "" },
        },
      });
      return { ...binding, status: { conditions } };
    });
    const input = inputOf(placement, bindings, {
      snapshots,
      selected: resourcesIn(objects).map(identifierOf),
    });
    expect(placementStatus(input)).toEqual(placement.status);
  });
});

describe("placementStatus with the RollingUpdate strategy", () => {
  it("says why a cluster may not have the latest snapshot yet", () => {
    const placement = makePlacement({ strategy: { type: "RollingUpdate" } });
    const bindings = [
      makeBinding("a", at(1, { steps: { ...DONE, Available: "False" } })),
      makeBinding("b", at(0, { steps: DONE })),
    ];
    const blocked = new Map([["b", "one at a time"]]);
    const status = placementStatus(inputOf(placement, bindings, { blocked }));
    expect(conditionsOf(status)).toEqual([
      "ClusterResourcePlacementScheduled=True SchedulingPolicyFulfilled",
      "ClusterResourcePlacementRolloutStarted=False RolloutNotStartedYet",
    ]);
    expect(status.conditions?.at(-1)?.message).toBe(
      "The rollout is being blocked by the rollout strategy in 1 cluster(s)",
    );
    expect(status.placementStatuses?.[1]).toMatchObject({
      clusterName: "b",
      observedResourceIndex: "1",
      conditions: [
        { type: "Scheduled", status: "True" },
        { type: "RolloutStarted", status: "False", message: "one at a time" },
      ],
    });
  });
});

describe("placementStatus with the External strategy", () => {
  it.each([
    {
      behaviour: "is undecided while clusters are at different snapshots",
      bindings: [
        makeBinding("a", at(0, { steps: DONE })),
        makeBinding("b", at(1, { steps: DONE })),
      ],
      message: "different resource snapshot versions are observed across clusters",
    },
    {
      behaviour: "is undecided while only some clusters have a snapshot",
      bindings: [makeBinding("a", at(0, { steps: DONE })), makeBinding("b")],
      message: "different resource snapshot versions are observed across clusters",
    },
    {
      behaviour: "is undecided when the snapshots of all clusters were removed",
      bindings: [makeBinding("a", at(7, { steps: DONE }))],
      message:
        "no resource snapshot name is observed across clusters. To determine rollout status, check the ClusterStagedUpdateRun resources with spec.placementName matching this placement",
    },
    {
      behaviour: "names the first cluster whose rollout is not confirmed",
      bindings: [
        makeBinding("a", at(1, { steps: DONE })),
        makeBinding("b", at(1)),
        makeBinding("c", at(1)),
      ],
      message: "cluster b is in RolloutStarted Unknown state",
    },
    {
      behaviour: "takes what a binding says of an earlier spec for unknown",
      bindings: [makeBinding("a", at(1, { steps: DONE, metadata: { generation: 3 } }))],
      message: "cluster a is in RolloutStarted Unknown state",
    },
  ])("$behaviour", ({ bindings, message }) => {
    const status = placementStatus(inputOf(makePlacement(), bindings));
    expect(conditionsOf(status)).toEqual([
      "ClusterResourcePlacementScheduled=True SchedulingPolicyFulfilled",
      "ClusterResourcePlacementRolloutStarted=Unknown RolloutControlledByExternalController",
    ]);
    expect(status.conditions?.[1]?.message).toBe(
      `Rollout is controlled by an external controller and ${message}`,
    );
  });

  it("tells of a namespace that had to be made with the placement's generation, as of everything", () => {
    const made = {
      type: "NamespaceCreated",
      status: "True",
      reason: "NamespaceWasMissing",
    } as const;
    const told = { ...made, message: "", observedGeneration: 2, lastTransitionTime: NOW };
    const binding = makeBinding("a", at(1, { steps: DONE, metadata: { generation: 2 } }));
    const conditions = [...(binding.status?.conditions ?? []), told];
    const [cluster] =
      placementStatus(inputOf(makePlacement(), [{ ...binding, status: { conditions } }]))
        .placementStatuses ?? [];
    expect(cluster?.conditions?.at(-1)).toEqual({ ...told, observedGeneration: 1 });
  });

  it("names the namespaced run kind to a namespaced placement", () => {
    const objects = readFixture("namespace-missing");
    const placement = placementIn(objects);
    const waiting = bindingsIn(objects).filter(({ spec }) => spec.state === "Scheduled");
    const status = placementStatus(inputOf(placement, waiting));
    expect(status.conditions?.[1]?.message).toContain("check the StagedUpdateRun resources");
  });

  it("keeps index and resources of the snapshot the clusters share when one is not confirmed", () => {
    const bindings = [makeBinding("a", at(0))];
    const status = placementStatus(inputOf(makePlacement(), bindings, { observed: selected }));
    expect(status.observedResourceIndex).toBe("0");
    expect(status.selectedResources).toEqual(selected);
  });

  it.each([
    {
      behaviour: "stops at the first step that is not done everywhere",
      steps: [DONE, { ...DONE, Applied: "False" }] as const,
      last: "ClusterResourcePlacementApplied=False ApplyFailed",
      message:
        "Failed to apply resources to 1 cluster(s), please check the `failedPlacements` status",
    },
    {
      behaviour: "puts what is unknown of one cluster before the failure of another",
      steps: [
        { RolloutStarted: "True", Overridden: "True", WorkSynchronized: "True" },
        { ...DONE, Applied: "False" },
      ] as const,
      last: "ClusterResourcePlacementApplied=Unknown ApplyPending",
      message:
        "There are still 1 cluster(s) in the process of applying the resources on the member cluster",
    },
    {
      behaviour: "waits for availability last",
      steps: [
        { ...DONE, Available: "False" },
        { ...DONE, Available: "False" },
      ] as const,
      last: "ClusterResourcePlacementAvailable=False ResourceNotAvailableYet",
      message: "The selected resources in 2 cluster(s) are still not available yet",
    },
  ])("$behaviour", ({ steps, last, message }) => {
    const bindings = steps.map((each, index) => makeBinding(`m${index}`, at(1, { steps: each })));
    const status = placementStatus(inputOf(makePlacement(), bindings));
    expect(conditionsOf(status).at(-1)).toBe(last);
    expect(status.conditions?.at(-1)?.message).toBe(message);
  });

  it("reports differences instead of applying when that is the apply strategy", () => {
    const placement = makePlacement({
      strategy: { type: "External", applyStrategy: { type: "ReportDiff" } },
    });
    const steps = {
      RolloutStarted: "True",
      Overridden: "True",
      WorkSynchronized: "True",
      DiffReported: "True",
    } as const;
    const status = placementStatus(inputOf(placement, [makeBinding("a", at(1, { steps }))]));
    expect(conditionsOf(status).at(-1)).toBe(
      "ClusterResourcePlacementDiffReported=True DiffReportingCompleted",
    );
  });

  it("leaves out clusters that are unscheduled", () => {
    const picked = makeBinding("a", at(1, { steps: DONE }));
    const gone = makeBinding("b", { spec: { state: "Unscheduled" } });
    const input = inputOf(makePlacement(), [picked]);
    const status = placementStatus({ ...input, bindings: [picked, gone] });
    expect(status.placementStatuses?.map(({ clusterName }) => clusterName)).toEqual(["a"]);
  });

  it("keeps only the scheduling and the live selection when no cluster is picked", () => {
    const status = placementStatus(inputOf(makePlacement(), []));
    expect(conditionsOf(status)).toEqual([
      "ClusterResourcePlacementScheduled=True SchedulingPolicyFulfilled",
    ]);
    expect(status.selectedResources).toEqual(selected);
    expect(status.placementStatuses).toBeUndefined();
  });

  it("lists a wanted cluster that was not found without its name", () => {
    const placement = makePlacement({
      policy: { placementType: "PickFixed", clusterNames: ["a", "x"] },
    });
    const binding = makeBinding("a", at(1, { steps: DONE }));
    const policySnapshot = policySnapshotOf(placement, [binding]);
    const reason = 'Specified cluster "x" is not found';
    policySnapshot.status?.targetClusters?.push({ clusterName: "x", selected: false, reason });
    const status = placementStatus(inputOf(placement, [binding], { policySnapshot }));
    expect(status.placementStatuses?.[1]).toEqual({
      conditions: [
        {
          type: "Scheduled",
          status: "False",
          observedGeneration: 1,
          lastTransitionTime: NOW,
          reason: "ScheduleFailed",
          message: reason,
        },
      ],
    });
  });
});

describe("placementStatus with a rolling update", () => {
  it("is about the latest snapshot, of which a cluster at an older one tells nothing", () => {
    const placement = makePlacement({ strategy: { type: "RollingUpdate" } });
    const bindings = [
      makeBinding("a", at(1, { steps: DONE })),
      makeBinding("b", at(0, { steps: DONE })),
    ];
    const status = placementStatus(inputOf(placement, bindings));
    expect(status.observedResourceIndex).toBe("1");
    expect(status.conditions?.at(-1)).toMatchObject({
      type: "ClusterResourcePlacementRolloutStarted",
      status: "Unknown",
      reason: "RolloutStartedUnknown",
    });
  });
});

describe("placementStatus of one cluster", () => {
  const identifier = { version: "v1", kind: "ConfigMap", name: "settings", namespace: "web" };
  const drifted = {
    ...identifier,
    observationTime: NOW,
    targetClusterObservedGeneration: 0,
    firstDriftedObservedTime: NOW,
  };
  const diffed = { ...identifier, observationTime: NOW, firstDiffedObservedTime: NOW };
  const problems = { driftedPlacements: [drifted], diffedPlacements: [diffed] };

  function entryOf(binding: ResourceBinding) {
    const withProblems = { ...binding, status: { ...binding.status, ...problems } };
    return placementStatus(inputOf(makePlacement(), [withProblems])).placementStatuses?.[0];
  }

  it.each([
    {
      behaviour: "tells drift once it was applied, and differences only when that failed",
      steps: DONE,
      drift: true,
      diff: false,
    },
    {
      behaviour: "tells drift and differences when applying failed",
      steps: { ...DONE, Applied: "False" } as const,
      drift: true,
      diff: true,
    },
    {
      behaviour: "tells neither before it was applied",
      steps: { RolloutStarted: "True" } as const,
      drift: false,
      diff: false,
    },
  ])("$behaviour", ({ steps, drift, diff }) => {
    const entry = entryOf(makeBinding("a", at(1, { steps })));
    expect(entry?.driftedPlacements).toEqual(drift ? [drifted] : undefined);
    expect(entry?.diffedPlacements).toEqual(diff ? [diffed] : undefined);
  });

  it.each([
    { status: "True", failures: false },
    { status: "False", failures: true },
  ] as const)(
    "tells differences when reporting them is $status, and failures: $failures",
    ({ status, failures }) => {
      const applyStrategy = { type: "ReportDiff" } as const;
      const condition = { type: "DiffReported", status, reason: "r", message: "no" };
      const failed = { ...identifier, condition: { ...condition, lastTransitionTime: NOW } };
      const steps = {
        RolloutStarted: "True",
        Overridden: "True",
        WorkSynchronized: "True",
      } as const;
      const binding = makeBinding("a", at(1, { steps: { ...steps, DiffReported: status } }));
      const withProblems = {
        ...binding,
        status: { ...binding.status, failedPlacements: [failed], diffedPlacements: [diffed] },
      };
      const placement = makePlacement({ strategy: { type: "External", applyStrategy } });
      const entry = placementStatus(inputOf(placement, [withProblems])).placementStatuses?.[0];
      expect(entry?.diffedPlacements).toEqual([diffed]);
      expect(entry?.failedPlacements).toEqual(failures ? [failed] : undefined);
    },
  );

  it("names the overrides once the rollout has started, and counts them as applied", () => {
    const spec = {
      resourceSnapshotName: "web-1-snapshot",
      clusterResourceOverrideSnapshots: ["quota-0"],
    };
    const binding = makeBinding("a", { spec, steps: DONE });
    const status = placementStatus(inputOf(makePlacement(), [binding]));
    expect(status.placementStatuses?.[0]?.applicableClusterResourceOverrides).toEqual(["quota-0"]);
    expect(conditionsOf(status)[2]).toBe(
      "ClusterResourcePlacementOverridden=True OverriddenSucceeded",
    );
    const waiting = placementStatus(inputOf(makePlacement(), [makeBinding("a", { spec })]));
    expect(waiting.placementStatuses?.[0]).not.toHaveProperty("applicableClusterResourceOverrides");
  });
});

describe("placementStatus while scheduling is not done", () => {
  const bindings = [makeBinding("a", at(1, { steps: DONE }))];

  it.each([
    { behaviour: "is pending without a policy snapshot", policySnapshot: undefined },
    {
      behaviour: "is pending while the policy snapshot is for an earlier generation",
      policySnapshot: policySnapshotOf(makePlacement(), bindings),
    },
    {
      behaviour: "is pending while the policy snapshot has no decisions",
      policySnapshot: { ...policySnapshotOf(makePlacement(), bindings), status: undefined },
    },
  ])("$behaviour", ({ policySnapshot }) => {
    const placement = makePlacement();
    const before = placementStatus(inputOf(placement, bindings, { observed: selected }));
    const changed = {
      ...placement,
      metadata: { ...placement.metadata, generation: 2 },
      status: before,
    };
    const status = placementStatus(inputOf(changed, bindings, { policySnapshot }));
    expect(status.placementStatuses).toBeUndefined();
    expect(conditionsOf(status)[0]).toBe(
      "ClusterResourcePlacementScheduled=Unknown SchedulePending",
    );
    expect(status.selectedResources).toEqual(selected);
  });
});

describe("invalidSelectorsStatus", () => {
  it("says what is wrong and keeps the rest of the status", () => {
    const objects = readFixture("rolled-out");
    const placement = placementIn(objects);
    const status = invalidSelectorsStatus(placement, "found duplicate resource", NOW);
    expect(status.conditions?.[0]).toEqual({
      type: "ClusterResourcePlacementScheduled",
      status: "False",
      observedGeneration: 1,
      lastTransitionTime: NOW,
      reason: "InvalidResourceSelectors",
      message: "The resource selectors are invalid: found duplicate resource",
    });
    expect(status.placementStatuses).toEqual(placement.status?.placementStatuses);
  });
});
