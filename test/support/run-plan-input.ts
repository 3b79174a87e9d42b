import { MemberCluster } from "../../src/api/member-cluster.js";
import { KubeObject } from "../../src/api/meta.js";
import { Placement } from "../../src/api/placement.js";
import { PolicySnapshot } from "../../src/api/policy-snapshot.js";
import { ResourceBinding } from "../../src/api/resource-binding.js";
import { UpdateStrategy } from "../../src/api/update-strategy.js";
import type { PlanInput } from "../../src/rollout/plan-run.js";

const V1 = "placement.kubernetes-fleet.io/v1";

/** The tutorial's placement, with parts of its spec replaced. */
export const placement = (spec: Record<string, unknown> = {}) =>
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

export interface PolicyOptions {
  /** Null for a snapshot without its label. */
  readonly index?: string | null;
  readonly policy?: Record<string, unknown>;
  /** Value of the annotation that says how many clusters a PickN policy asks for. */
  readonly count?: string;
  readonly scheduled?: "True" | "False";
  /** Generation that the Scheduled condition is about; that of the snapshot is 1. */
  readonly scheduledGeneration?: number;
}

/** A policy snapshot that picks all clusters, unless told otherwise. */
export function policySnapshot(options: PolicyOptions = {}): PolicySnapshot {
  const { index = "0", count, policy, scheduled = "True", scheduledGeneration = 1 } = options;
  return PolicySnapshot.parse({
    apiVersion: V1,
    kind: "ClusterSchedulingPolicySnapshot",
    metadata: {
      name: `example-placement-${index ?? "0"}`,
      generation: 1,
      labels: index === null ? {} : { "kubernetes-fleet.io/policy-index": index },
      ...(count !== undefined && {
        annotations: { "kubernetes-fleet.io/number-of-clusters": count },
      }),
    },
    spec: { policyHash: "aGFzaA==", ...(policy && { policy }) },
    status: {
      observedCRPGeneration: 1,
      conditions: [
        {
          type: "Scheduled",
          status: scheduled,
          reason: "SchedulingPolicyFulfilled",
          message: "found 3",
          observedGeneration: scheduledGeneration,
          lastTransitionTime: "2026-01-01T10:00:00Z",
        },
      ],
    },
  });
}

export const binding = (cluster: string, state = "Scheduled", policyName = "example-placement-0") =>
  ResourceBinding.parse({
    apiVersion: V1,
    kind: "ClusterResourceBinding",
    metadata: { name: `example-placement-${cluster}` },
    spec: {
      state,
      resourceSnapshotName: "",
      schedulingPolicySnapshotName: policyName,
      targetCluster: cluster,
      clusterDecision: { clusterName: cluster, selected: true, reason: "picked" },
    },
  });

export const member = (name: string, labels: Record<string, string> = {}) =>
  MemberCluster.parse({
    apiVersion: "cluster.kubernetes-fleet.io/v1",
    kind: "MemberCluster",
    metadata: { name, labels },
    spec: { kubeconfig: { context: name } },
  });

/** The tutorial's strategy, with tasks around its second stage, or one of the stages given. */
export const strategy = (stages?: readonly unknown[]) =>
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

export const resourceSnapshot = (index: string, annotations?: Record<string, string>) =>
  KubeObject.parse({
    apiVersion: V1,
    kind: "ClusterResourceSnapshot",
    metadata: {
      name: `example-placement-${index}-snapshot`,
      labels: { "kubernetes-fleet.io/resource-index": index },
      annotations: annotations ?? { "kubernetes-fleet.io/resource-hash": "abc" },
    },
  });

/** Three members in two stages and two snapshots, of which the run names the second. */
export function planInput(change: Partial<PlanInput> = {}): PlanInput {
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
    policySnapshots: [policySnapshot()],
    bindings: [binding("member1"), binding("member2"), binding("member3")],
    strategy: strategy(),
    members: [
      member("member1", { environment: "canary", order: "2" }),
      member("member2", { environment: "staging" }),
      member("member3", { environment: "canary", order: "1" }),
    ],
    snapshots: [resourceSnapshot("0"), resourceSnapshot("1")],
    latestIndex: "1",
    ...change,
  };
}

/** The run with another index, or with none. */
export function runWithIndex(resourceSnapshotIndex: string | undefined): PlanInput["run"] {
  const { run } = planInput();
  const { resourceSnapshotIndex: _, ...spec } = run.spec;
  return { ...run, spec: { ...spec, ...(resourceSnapshotIndex && { resourceSnapshotIndex }) } };
}
