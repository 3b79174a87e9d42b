import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/api/meta.js";
import type { PlacementSpec } from "../../src/api/placement.js";
import type { PlacementStatus } from "../../src/api/placement-status.js";
import {
  STATUS_SYNCED,
  sharedStatus,
  sharingOf,
  statusSynced,
} from "../../src/placement/shared-status.js";

const namespaceSelector = { group: "", version: "v1", kind: "Namespace" };

describe("sharingOf", () => {
  const shared: PlacementSpec = {
    resourceSelectors: [{ ...namespaceSelector, name: "team" }],
    statusReportingScope: "NamespaceAccessible",
  };

  it.each([
    {
      behaviour: "the namespace that is selected by name",
      metadata: { name: "p" },
      spec: shared,
      sharing: { namespace: "team" },
    },
    {
      behaviour: "the problem when the namespace is not selected by name",
      metadata: { name: "p" },
      spec: { ...shared, resourceSelectors: [namespaceSelector] },
      sharing: { problem: "the placement's selector of the namespace has to give its name" },
    },
    {
      behaviour: "nothing when the status stays with the placement",
      metadata: { name: "p" },
      spec: { ...shared, statusReportingScope: "ClusterScopeOnly" as const },
      sharing: undefined,
    },
    {
      behaviour: "nothing for a namespaced placement, which is in its namespace already",
      metadata: { name: "p", namespace: "team" },
      spec: shared,
      sharing: undefined,
    },
  ])("finds $behaviour", ({ metadata, spec, sharing }) => {
    expect(sharingOf({ metadata, spec })).toEqual(sharing);
  });
});

describe("statusSynced", () => {
  it.each([
    {
      outcome: { namespace: "team" },
      told: [
        "True",
        "StatusSyncSucceeded",
        "Successfully created or updated ClusterResourcePlacementStatus in namespace 'team'",
      ],
    },
    {
      outcome: { problem: 'namespaces "team" not found' },
      told: [
        "False",
        "StatusSyncFailed",
        'Failed to create or update ClusterResourcePlacementStatus: namespaces "team" not found',
      ],
    },
  ])("says $told.0 for $outcome", ({ outcome, told }) => {
    const { status, reason, message } = statusSynced(outcome, 3);
    expect([status, reason, message]).toEqual(told);
  });
});

describe("sharedStatus", () => {
  const condition = (type: string): Condition => ({
    type,
    status: "False",
    reason: "Because",
    message: "configmaps secret-plan is forbidden",
    observedGeneration: 2,
    lastTransitionTime: "2026-11-21T10:00:00Z",
  });
  const configMap = (namespace: string) => ({
    version: "v1",
    kind: "ConfigMap",
    name: "cm",
    namespace,
  });
  const detail = { path: "/data/key", valueInMember: "secret", valueInHub: "plan" };
  const times = { observationTime: "2026-11-21T10:00:00Z", targetClusterObservedGeneration: 1 };
  const status: PlacementStatus = {
    observedResourceIndex: "4",
    selectedResources: [
      { version: "v1", kind: "Namespace", name: "team" },
      { version: "v1", kind: "Namespace", name: "other" },
      { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "team" },
      configMap("team"),
      configMap("other"),
    ],
    conditions: [condition("ClusterResourcePlacementScheduled"), condition(STATUS_SYNCED)],
    placementStatuses: [
      {
        clusterName: "member1",
        observedResourceIndex: "4",
        conditions: [condition("Applied")],
        applicableClusterResourceOverrides: ["everywhere"],
        failedPlacements: [
          { ...configMap("team"), condition: condition("Applied") },
          { ...configMap("other"), condition: condition("Applied") },
        ],
        diffedPlacements: [
          {
            ...configMap("team"),
            ...times,
            firstDiffedObservedTime: times.observationTime,
            observedDiffs: [detail],
          },
        ],
      },
    ],
  };
  const shared = sharedStatus(status, "team");

  it("keeps the namespace and what is in it", () => {
    expect(shared.selectedResources).toEqual([
      { version: "v1", kind: "Namespace", name: "team" },
      configMap("team"),
    ]);
    expect(shared.placementStatuses?.[0]?.failedPlacements).toMatchObject([configMap("team")]);
    expect(shared.observedResourceIndex).toBe("4");
  });

  it("keeps conditions and differences without the words and values of members", () => {
    expect(shared.conditions).toEqual([
      { ...condition("ClusterResourcePlacementScheduled"), message: "" },
    ]);
    expect(shared.placementStatuses?.[0]?.diffedPlacements?.[0]?.observedDiffs).toEqual([
      { path: "/data/key" },
    ]);
    expect(JSON.stringify(shared)).not.toMatch(/secret|plan|everywhere|other/);
  });
});
