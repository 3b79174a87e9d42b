import { describe, expect, it } from "vitest";
import { ResourceBinding } from "../../src/api/resource-binding.js";
import {
  snapshotChange,
  snapshotsToReplace,
  summarizeForApproval,
} from "../../src/rollout/approval-summary.js";
import type { ClusterProgress } from "../../src/rollout/cluster-progress.js";

const row = (
  clusterName: string,
  stage: number,
  phase: ClusterProgress["phase"],
): ClusterProgress => ({ clusterName, stage, index: 0, phase });

function bindingOf(cluster: string, snapshot: string, type?: string, status = "True") {
  const conditions = type
    ? [{ type, status, lastTransitionTime: "2026-01-01T10:00:00Z", reason: "r", message: "m" }]
    : [];
  const binding = ResourceBinding.parse({
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterResourceBinding",
    metadata: { name: cluster },
    spec: {
      state: "Bound",
      resourceSnapshotName: snapshot,
      targetCluster: cluster,
      clusterDecision: { clusterName: cluster, selected: true, reason: "picked" },
    },
    status: { conditions },
  });
  return [cluster, binding] as const;
}

const stages = ["canary", "prod"];

describe("the summary for whoever approves", () => {
  const clusters = [
    row("c1", 0, "Succeeded"),
    row("c2", 0, "Failed"),
    row("c3", 0, "Skipped"),
    row("p1", 1, "Pending"),
    row("p2", 1, "Pending"),
    row("gone", 2, "Pending"),
  ];
  const bindings = new Map([
    bindingOf("c1", "app-2-snapshot", "Available"),
    bindingOf("c2", "app-2-snapshot", "Available", "False"),
  ]);

  it("names the clusters done, to come and to be cleaned up, and how the done ones are", () => {
    expect(summarizeForApproval({ stages, clusters, bindings, changes: [] })).toEqual({
      progress: "3/5",
      clustersDone: { count: 3, names: ["c1", "c2", "c3"] },
      clustersToCome: { count: 2, names: ["p1", "p2"] },
      clustersToRemove: { count: 1, names: ["gone"] },
      stages: [{ name: "canary", available: "1/2", notAvailable: { count: 1, names: ["c2"] } }],
    });
  });

  it("counts a report of differences as health where nothing else is done", () => {
    const reported = new Map([bindingOf("c1", "app-2-snapshot", "DiffReported")]);
    const input = { stages, clusters: clusters.slice(0, 1), bindings: reported, changes: [] };
    expect(summarizeForApproval(input).stages).toEqual([{ name: "canary", available: "1/1" }]);
  });

  it("names twenty clusters and counts the rest", () => {
    const many = Array.from({ length: 5000 }, (_, index) => row(`m${index}`, 1, "Pending"));
    const { clustersToCome } = summarizeForApproval({
      stages,
      clusters: many,
      bindings,
      changes: [],
    });
    expect(clustersToCome.count).toBe(5000);
    expect(clustersToCome.names).toHaveLength(20);
  });
});

describe("the snapshots that are replaced", () => {
  it("are those that the clusters to come have now, the most frequent first", () => {
    const clusters = ["a", "b", "c", "d"].map((name) => row(name, 1, "Pending"));
    const bindings = new Map([
      bindingOf("a", "app-0-snapshot"),
      bindingOf("b", "app-1-snapshot"),
      bindingOf("c", "app-1-snapshot"),
      bindingOf("d", ""),
    ]);
    const done = row("e", 0, "Succeeded");
    expect(snapshotsToReplace({ stages, clusters: [done, ...clusters], bindings })).toEqual([
      { from: "1", clusters: 2 },
      { from: "0", clusters: 1 },
      { from: undefined, clusters: 1 },
    ]);
  });
});

describe("a change between snapshots", () => {
  const step = { from: "0", to: "1", clusters: 3 };

  it("leaves out what does not occur", () => {
    const difference = { added: [], changed: ["ConfigMap/web/a"], removed: [], unchanged: 4 };
    expect(snapshotChange(step, difference)).toEqual({
      ...step,
      changed: { count: 1, names: ["ConfigMap/web/a"] },
      unchanged: 4,
    });
  });

  it("says so when it cannot be known", () => {
    expect(snapshotChange(step, undefined)).toEqual({
      ...step,
      unknown: "one of the snapshots is gone",
    });
  });
});
