import { describe, expect, it } from "vitest";
import { MemberCluster } from "../../src/api/member-cluster.js";
import { KubeObject } from "../../src/api/meta.js";
import { Placement } from "../../src/api/placement.js";
import { PolicySnapshot } from "../../src/api/policy-snapshot.js";
import { ResourceBinding } from "../../src/api/resource-binding.js";
import { UpdateStrategy } from "../../src/api/update-strategy.js";
import { type PlanInput, planRun } from "../../src/rollout/plan-run.js";

const V1 = "placement.kubernetes-fleet.io/v1";

const placement = (spec: Record<string, unknown> = {}) =>
  Placement.parse({
    apiVersion: V1,
    kind: "ClusterResourcePlacement",
    metadata: { name: "example-placement", uid: "crp" },
    spec: {
      resourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "test-namespace" }],
      policy: { placementType: "PickAll" },
      strategy: { type: "External" },
      ...spec,
    },
  });

const policy = (change: Record<string, unknown> = {}, scheduled = "True") =>
  PolicySnapshot.parse({
    apiVersion: V1,
    kind: "ClusterSchedulingPolicySnapshot",
    metadata: {
      name: "example-placement-0",
      labels: { "kubernetes-fleet.io/policy-index": "0" },
      ...change,
    },
    spec: { policyHash: "aGFzaA==" },
    status: {
      observedCRPGeneration: 1,
      conditions: [
        {
          type: "Scheduled",
          status: scheduled,
          reason: "SchedulingPolicyFulfilled",
          message: "found 3",
          lastTransitionTime: "2026-01-01T10:00:00Z",
        },
      ],
    },
  });

const binding = (cluster: string, state = "Scheduled", snapshot = "example-placement-0") =>
  ResourceBinding.parse({
    apiVersion: V1,
    kind: "ClusterResourceBinding",
    metadata: { name: `example-placement-${cluster}` },
    spec: {
      state,
      resourceSnapshotName: "",
      schedulingPolicySnapshotName: snapshot,
      targetCluster: cluster,
      clusterDecision: { clusterName: cluster, selected: true, reason: "picked" },
    },
  });

const member = (name: string, labels: Record<string, string>) =>
  MemberCluster.parse({
    apiVersion: "cluster.kubernetes-fleet.io/v1",
    kind: "MemberCluster",
    metadata: { name, labels },
    spec: { kubeconfig: { context: name } },
  });

const strategy = (stages?: unknown[]) =>
  UpdateStrategy.parse({
    apiVersion: V1,
    kind: "ClusterStagedUpdateStrategy",
    metadata: { name: "example-strategy" },
    spec: {
      stages: stages ?? [
        {
          name: "staging",
          labelSelector: { matchLabels: { environment: "staging" } },
          afterStageTasks: [{ type: "TimedWait", waitTime: "1m" }],
        },
        {
          name: "canary",
          labelSelector: { matchLabels: { environment: "canary" } },
          sortingLabelKey: "order",
          maxConcurrency: "50%",
          beforeStageTasks: [{ type: "Approval" }],
          afterStageTasks: [{ type: "Approval" }],
        },
      ],
    },
  });

const snapshot = (index: number, annotations?: Record<string, string>) =>
  KubeObject.parse({
    apiVersion: V1,
    kind: "ClusterResourceSnapshot",
    metadata: {
      name: `example-placement-${index}-snapshot`,
      labels: { "kubernetes-fleet.io/resource-index": String(index) },
      annotations: annotations ?? { "kubernetes-fleet.io/resource-hash": "abc" },
    },
  });

function input(change: Partial<PlanInput> = {}): PlanInput {
  return {
    run: {
      name: "example-run",
      spec: {
        placementName: "example-placement",
        resourceSnapshotIndex: "1",
        stagedRolloutStrategyName: "example-strategy",
        state: "Run",
      },
    },
    placement: placement(),
    policySnapshots: [policy()],
    bindings: [binding("member1"), binding("member2"), binding("member3")],
    strategy: strategy(),
    members: [
      member("member1", { environment: "canary", order: "2" }),
      member("member2", { environment: "staging" }),
      member("member3", { environment: "canary", order: "1" }),
    ],
    snapshots: [snapshot(0), snapshot(1)],
    latestIndex: "1",
    ...change,
  };
}

const withIndex = (resourceSnapshotIndex: string | undefined): PlanInput["run"] => {
  const { run } = input();
  const { resourceSnapshotIndex: _, ...spec } = run.spec;
  return { ...run, spec: { ...spec, ...(resourceSnapshotIndex && { resourceSnapshotIndex }) } };
};

describe("planRun", () => {
  it("records the tutorial's stages, clusters and approval names", () => {
    expect(planRun(input())).toEqual({
      ok: true,
      clusters: [["member2"], ["member3", "member1"], []],
      status: {
        appliedStrategy: {
          comparisonOption: "PartialComparison",
          type: "ClientSideApply",
          whenToApply: "Always",
          whenToTakeOver: "Always",
        },
        deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
        policyObservedClusterCount: 3,
        policySnapshotIndexUsed: "0",
        resourceSnapshotIndexUsed: "1",
        stagedUpdateStrategySnapshot: {
          stages: [
            {
              name: "staging",
              labelSelector: { matchLabels: { environment: "staging" } },
              maxConcurrency: 1,
              afterStageTasks: [{ type: "TimedWait", waitTime: "1m0s" }],
            },
            {
              name: "canary",
              labelSelector: { matchLabels: { environment: "canary" } },
              sortingLabelKey: "order",
              maxConcurrency: "50%",
              beforeStageTasks: [{ type: "Approval" }],
              afterStageTasks: [{ type: "Approval" }],
            },
          ],
        },
        stagesStatus: [
          { stageName: "staging", clusters: [], afterStageTaskStatus: [{ type: "TimedWait" }] },
          {
            stageName: "canary",
            clusters: [],
            beforeStageTaskStatus: [
              { type: "Approval", approvalRequestName: "example-run-before-canary" },
            ],
            afterStageTaskStatus: [
              { type: "Approval", approvalRequestName: "example-run-after-canary" },
            ],
          },
        ],
      },
    });
  });

  it("takes the latest snapshot when none is named", () => {
    const plan = planRun(input({ run: withIndex(undefined), latestIndex: "1" }));
    expect(plan).toMatchObject({ ok: true, status: { resourceSnapshotIndexUsed: "1" } });
  });

  it("puts clusters that are no longer selected into the delete stage, sorted", () => {
    const bindings = [
      ...input().bindings,
      binding("member9", "Unscheduled"),
      binding("member8", "Unscheduled", "example-placement-7"),
    ];
    expect(planRun(input({ bindings }))).toMatchObject({
      clusters: [["member2"], ["member3", "member1"], ["member8", "member9"]],
      status: { policyObservedClusterCount: 3 },
    });
  });

  it("waits for a scheduler that has not settled", () => {
    const bindings = [...input().bindings, binding("member9", "Bound", "example-placement-7")];
    expect(planRun(input({ bindings }))).toMatchObject({ ok: "later" });
  });

  it.each([
    {
      behaviour: "refuses a placement that does not exist",
      change: { placement: undefined },
      message: "failed to process the request due to a client error: parent placement not found",
    },
    {
      behaviour: "refuses a placement that rolls out by itself",
      change: { placement: placement({ strategy: { type: "RollingUpdate" } }) },
      message:
        "failed to process the request due to a client error: parent placement does not have an external rollout strategy, current strategy: RollingUpdate",
    },
    {
      behaviour: "refuses a placement without a policy snapshot",
      change: { policySnapshots: [] },
      message: "no latest policy snapshot found for placement /example-placement",
    },
    {
      behaviour: "refuses two latest policy snapshots",
      change: { policySnapshots: [policy(), policy()] },
      message:
        "unexpected behavior which cannot be handled by the controller: multiple active policy snapshots found for placement /example-placement: got 2, want 1",
    },
    {
      behaviour: "refuses a policy snapshot that is not scheduled",
      change: { policySnapshots: [policy({}, "False")] },
      message: "policy snapshot `example-placement-0` not fully scheduled yet: found 3",
    },
    {
      behaviour: "refuses a placement on no cluster",
      change: { bindings: [] },
      message:
        "no scheduled or to-be-deleted bindings found for the latest policy snapshot /example-placement-0",
    },
    {
      behaviour: "refuses a fixed number of clusters that is not there",
      change: {
        placement: placement({ policy: { placementType: "PickFixed", clusterNames: ["member1"] } }),
      },
      message:
        "unexpected behavior which cannot be handled by the controller: the number of selected bindings 3 is not equal to the observed cluster count 1",
    },
    {
      behaviour: "refuses a strategy that does not exist",
      change: { strategy: undefined },
      message:
        "failed to process the request due to a client error: referenced updateStrategy not found: `/example-strategy`",
    },
    {
      behaviour: "refuses an index without a snapshot",
      change: { run: withIndex("7") },
      message:
        "failed to process the request due to a client error: no resourceSnapshots with index `7` found for placement `/example-placement`",
    },
    {
      behaviour: "refuses an index that is no number",
      change: { run: withIndex("-1") },
      message:
        "failed to process the request due to a client error: invalid resource snapshot index `-1` provided, expected an integer >= 0",
    },
    {
      behaviour: "refuses a snapshot without its master",
      change: { snapshots: [snapshot(1, {})] },
      message:
        "unexpected behavior which cannot be handled by the controller: no master resourceSnapshot found for placement /example-placement",
    },
    {
      behaviour: "passes on why nothing can be selected",
      change: { run: withIndex(undefined), selectionProblem: "found duplicate resource" },
      message: "failed to process the request due to a client error: found duplicate resource",
    },
  ] satisfies { behaviour: string; change: Partial<PlanInput>; message: string }[])(
    "$behaviour",
    ({ change, message }) => {
      expect(planRun(input(change))).toMatchObject({
        ok: false,
        message: `cannot continue the updateRun: failed to validate the updateRun: ${message}`,
      });
    },
  );

  it("keeps what earlier checks recorded when a later one fails", () => {
    expect(planRun(input({ strategy: undefined })).ok).toBe(false);
    expect(planRun(input({ strategy: undefined }))).toMatchObject({
      status: { policySnapshotIndexUsed: "0", policyObservedClusterCount: 3 },
    });
  });
});
