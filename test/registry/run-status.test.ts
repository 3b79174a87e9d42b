import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { withRunStatus } from "../../src/registry/run-status.js";
import { clusterRow } from "../../src/rollout/cluster-progress.js";
import type { ObjectStore } from "../../src/storage/object-store.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const ref = {
  group: "placement.kubernetes-fleet.io",
  resource: "clusterstagedupdateruns",
  name: "run",
};
const unfinished: KubeObject = {
  apiVersion: "placement.kubernetes-fleet.io/v1",
  kind: "ClusterStagedUpdateRun",
  metadata: { name: "run", uid: "u" },
  spec: { placementName: "p", stagedRolloutStrategyName: "s" },
  status: {
    stagesStatus: [{ stageName: "staging", clusters: [] }],
    deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
  },
  progress: { round: 1, revision: 4 },
};

let deps: StoredDependencies;
let served: ObjectStore;

beforeEach(async () => {
  deps = await storedDependencies();
  served = withRunStatus(deps.store, deps.clusters, deps.now);
  await deps.store.create(ref, unfinished);
  await deps.clusters.upsertAll("u", [
    {
      row: clusterRow(0, 0),
      value: {
        clusterName: "member2",
        stage: 0,
        index: 0,
        phase: "Started",
        startedAt: "2026-01-01T10:00:00.500Z",
      },
    },
    {
      row: clusterRow(1, 0),
      value: { clusterName: "member9", stage: 1, index: 0, phase: "Pending" },
    },
  ]);
});
afterEach(() => deps.close());

describe("withRunStatus", () => {
  it("puts the clusters' progress into the status and hides the bookkeeping", async () => {
    const run = await served.get(ref);
    expect(run).not.toHaveProperty("progress");
    expect(run?.status).toMatchObject({
      stagesStatus: [
        {
          clusters: [
            {
              clusterName: "member2",
              conditions: [
                { type: "Started", status: "True", lastTransitionTime: "2026-01-01T10:00:00Z" },
              ],
            },
          ],
        },
      ],
      deletionStageStatus: { clusters: [{ clusterName: "member9" }] },
    });
  });

  it("does the same in lists", async () => {
    const { items } = await served.list(ref);
    expect(JSON.stringify(items)).toContain("member2");
    expect(items[0]).not.toHaveProperty("progress");
  });

  it("keeps status and bookkeeping whatever a writer sends", async () => {
    const run = await served.get(ref);
    if (run) await served.update(ref, { ...run, spec: { changed: true }, status: {} });
    expect(await deps.store.get(ref)).toMatchObject({
      spec: { changed: true },
      status: unfinished.status,
      progress: unfinished.progress,
    });
  });

  it("leaves objects of other kinds alone", async () => {
    const other = { group: "", resource: "configmaps", namespace: "n", name: "c" };
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "c", namespace: "n" },
      progress: 1,
    };
    await served.create(other, object);
    expect(await served.get(other)).toMatchObject({ progress: 1 });
  });
});
