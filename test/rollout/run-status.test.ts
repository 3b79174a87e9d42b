import { describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import type { ClusterProgress } from "../../src/rollout/cluster-progress.js";
import { assembleStatus } from "../../src/rollout/run-status.js";

const AT = "2026-01-01T10:00:00.000Z";
const STATUS: UpdateRunStatus = {
  stagesStatus: [
    { stageName: "canary", clusters: [] },
    { stageName: "prod", clusters: [] },
  ],
  deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
  conditions: [
    {
      type: "Initialized",
      status: "True",
      reason: "UpdateRunInitializedSuccessfully",
      message: "",
      observedGeneration: 1,
      lastTransitionTime: "2026-01-01T10:00:00Z",
    },
  ],
};
const PLACEMENT = { metadata: { name: "web" } };

function cluster(stage: number, index: number, phase: ClusterProgress["phase"]): ClusterProgress {
  const started = phase !== "Pending" && { startedAt: AT };
  const finished = phase !== "Pending" && phase !== "Started" && { finishedAt: AT };
  return { clusterName: `member-${stage}-${index}`, stage, index, phase, ...started, ...finished };
}

describe("assembleStatus", () => {
  it("lists every cluster of an ordinary fleet with its stage", () => {
    const status = assembleStatus(
      STATUS,
      [cluster(0, 0, "Succeeded"), cluster(1, 0, "Pending")],
      PLACEMENT,
    );
    expect(status.stagesStatus?.map(({ clusters }) => clusters.length)).toEqual([1, 1]);
    expect(status.conditions?.map(({ type }) => type)).toEqual(["Initialized"]);
    expect(status.stagesStatus?.[0]?.omittedClusters).toBeUndefined();
  });

  it("keeps the object of a fleet of 10,000 below 1.5 MB, counts the rest, and says where they are", () => {
    const canary = Array.from({ length: 4000 }, (_, index) => cluster(0, index, "Succeeded"));
    const prod = Array.from({ length: 6000 }, (_, index) =>
      cluster(1, index, index === 5999 ? "Failed" : index > 5000 ? "Pending" : "Succeeded"),
    );
    const status = assembleStatus(STATUS, [...canary, ...prod], PLACEMENT);
    expect(JSON.stringify(status).length).toBeLessThan(1_500_000);
    const totals = status.stagesStatus?.map(
      ({ clusters, omittedClusters }) => clusters.length + (omittedClusters?.total ?? 0),
    );
    expect(totals).toEqual([4000, 6000]);
    const last = status.stagesStatus?.[1];
    expect(last?.clusters.map(({ clusterName }) => clusterName)).toContain("member-1-5999");
    expect(last?.omittedClusters?.done).toBe(5001);
    expect(status.conditions?.at(-1)).toMatchObject({
      type: "ClustersListed",
      reason: "TooManyClusters",
    });
  });
});
