import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimCluster, updateClaim } from "../../src/activities/claim-cluster.js";
import type { LaneInput } from "../../src/activities/contracts.js";
import type { Dependencies } from "../../src/activities/dependencies.js";
import { type ClusterProgress, clusterRow } from "../../src/rollout/cluster-progress.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";

const run = { kind: "ClusterStagedUpdateRun", name: "run", uid: "run-uid" };
let stored: StoredDependencies;
let deps: Dependencies;

beforeEach(async () => {
  stored = await storedDependencies();
  deps = stored as unknown as Dependencies;
});
afterEach(() => stored.close());

const lane = (number: number, round = 1): LaneInput => ({
  run,
  stage: 0,
  lane: number,
  round,
  inFlightOnly: false,
  work: "Update",
});

async function clusters(...names: string[]): Promise<void> {
  const rows = names.map((clusterName, index) => {
    const value: ClusterProgress = { clusterName, stage: 0, index, phase: "Pending" };
    return { row: clusterRow(0, index), value };
  });
  await stored.clusters.upsertAll(run.uid, rows);
}

async function fail(...names: readonly string[]): Promise<void> {
  for (const { row, value } of await stored.clusters.list(run.uid)) {
    if (!names.includes(value.clusterName)) continue;
    await stored.clusters.upsert(run.uid, row, { ...value, phase: "Failed", message: "refused" });
  }
}

const claimed = async (input: LaneInput, mayBegin = true) =>
  (await claimCluster(deps, input, { mayBegin }))?.value.clusterName;

describe("claimCluster", () => {
  it("takes the clusters in the order of their stage", async () => {
    await clusters("c", "a", "b");
    const first = await claimCluster(deps, lane(0), { mayBegin: true });
    expect(first?.value).toMatchObject({
      clusterName: "c",
      phase: "Started",
      startedAt: "2026-01-01T10:00:00.000Z",
    });
    if (first) await updateClaim(deps, run.uid, first, { phase: "Succeeded" });
    expect(await claimed(lane(0))).toBe("a");
  });

  it("gives a lane the cluster it has in hand again: its earlier try may have died", async () => {
    await clusters("a", "b");
    expect(await claimed(lane(0))).toBe("a");
    expect(await claimed(lane(0))).toBe("a");
  });

  it("does not try a cluster that another lane of the process is about to claim", async () => {
    await clusters("a", "b");
    const taken = new Set([`${run.uid}/${clusterRow(0, 0)}`]);
    const claim = await claimCluster(deps, lane(0), { mayBegin: true, taken });
    expect(claim?.value.clusterName).toBe("b");
    expect([...taken]).toHaveLength(1);
  });

  it("never gives two lanes one cluster, however they race", async () => {
    await clusters("a", "b", "c", "d", "e");
    const lanes = Array.from({ length: 8 }, (_, number) => claimed(lane(number)));
    const taken = (await Promise.all(lanes)).filter((name) => name !== undefined);
    expect(taken.toSorted()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("leaves the first clusters to the lanes before it that have none in hand yet", async () => {
    await clusters("a", "b", "c");
    expect(await claimed(lane(2))).toBe("c");
    expect(await claimed(lane(1))).toBe("b");
    expect(await claimed(lane(0))).toBe("a");
  });

  it("goes round to the first clusters when there are fewer than lanes", async () => {
    await clusters("a", "b");
    expect(await claimed(lane(2))).toBe("a");
    expect(await claimed(lane(3))).toBe("b");
    expect(await claimed(lane(4))).toBeUndefined();
  });

  it("takes over what a lane of an earlier round left unfinished, and keeps when it began", async () => {
    await clusters("a");
    await claimed(lane(3, 1));
    stored.setTime("2026-01-01T10:05:00Z");
    const taken = await claimCluster(deps, lane(0, 2), { mayBegin: true });
    expect(taken?.value).toMatchObject({
      clusterName: "a",
      claim: { lane: "0", round: 2 },
      startedAt: "2026-01-01T10:00:00.000Z",
    });
  });

  it("begins nothing while the run stops, but finishes what is in flight", async () => {
    await clusters("a", "b");
    expect(await claimed(lane(0), false)).toBeUndefined();
    await claimed(lane(0), true);
    expect(await claimed(lane(0), false)).toBe("a");
  });

  it.each([
    { rules: undefined, failed: ["a"], meaning: "without rules after the first failure" },
    { rules: { failureBudget: "1" }, failed: ["a", "b"], meaning: "beyond the failure budget" },
  ])("begins nothing $meaning", async ({ rules, failed }) => {
    await clusters("a", "b", "c", "d");
    await fail(...failed);
    expect(await claimCluster(deps, lane(0), { mayBegin: true, rules })).toBeUndefined();
  });

  it("goes on within the failure budget", async () => {
    await clusters("a", "b", "c");
    await fail("a");
    const rules = { failureBudget: "1" };
    expect(await claimCluster(deps, lane(0), { mayBegin: true, rules })).toMatchObject({
      value: { clusterName: "b" },
      stageGoesOn: true,
    });
  });

  it.each([
    { rules: { failureBudget: "0" }, taken: "b", meaning: "is finished when the run is to stop" },
    {
      rules: { failureAction: "fail" } as const,
      taken: undefined,
      meaning: "is let go when it is to fail",
    },
  ])("beyond the failure budget what is in flight $meaning", async ({ rules, taken }) => {
    await clusters("a", "b");
    await claimCluster(deps, lane(1), { mayBegin: true });
    await fail("a");
    const claim = await claimCluster(deps, lane(1), { mayBegin: true, rules });
    expect(claim?.value.clusterName).toBe(taken);
    expect(claim?.stageGoesOn ?? false).toBe(false);
  });

  it("lets go of a cluster that a later round has taken", async () => {
    await clusters("a");
    const early = await claimCluster(deps, lane(0, 1), { mayBegin: true });
    await claimCluster(deps, lane(0, 2), { mayBegin: true });
    expect(early && (await updateClaim(deps, run.uid, early, { phase: "Succeeded" }))).toBe(
      undefined,
    );
  });
});
