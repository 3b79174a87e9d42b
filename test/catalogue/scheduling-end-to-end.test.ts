import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hub, Served } from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";
import { clustersOf, Rollout } from "./support/rollout.js";
import { SCOPES } from "./support/scoped-kinds.js";

const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("scheduling");
  ({ hub, members } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

/** Takes a member out of the fleet; what it has been is what it comes back as. */
async function leave(member: string): Promise<Served> {
  const before = await hub.get(`${MEMBERS}/${member}`);
  await hub.request("DELETE", `${MEMBERS}/${member}`);
  await expect
    .poll(async () => (await hub.request("GET", `${MEMBERS}/${member}`)).status, {
      timeout: 30_000,
    })
    .toBe(404);
  return before;
}

async function rejoin({ apiVersion, kind, metadata, spec }: Served): Promise<void> {
  const { name, labels } = metadata;
  await hub.create(MEMBERS, { apiVersion, kind, metadata: { name, labels }, spec });
}

describe.each(SCOPES)("%s", (scope) => {
  const rolloutOf = (name: string) =>
    new Rollout(hub, members, scope, `${name}-${scope.toLowerCase()}`);

  describe("PickFixed that grows and shrinks between runs", () => {
    let rollout: Rollout;
    const fixed = (...clusterNames: string[]) => ({ placementType: "PickFixed", clusterNames });
    beforeAll(() => {
      rollout = rolloutOf("fixed");
    });

    it("176 leaves out the member that is not named, in the stage and on the member", async () => {
      await rollout.place(fixed("member1", "member2"));
      const status = await rollout.run("first");
      expect(status.stagesStatus?.map(clustersOf)).toEqual([["member2"], ["member1"]]);
      expect(status).toMatchObject({ policySnapshotIndexUsed: "0", policyObservedClusterCount: 2 });
      expect(await rollout.values()).toEqual(["one", "one", undefined]);
    }, 90_000);

    it("177 brings the same snapshot to a member that is named later, under a new policy index", async () => {
      await rollout.setPolicy(fixed("member1", "member2", "member3"));
      const status = await rollout.run("second", "0");
      expect(status.stagesStatus?.map(clustersOf)).toEqual([["member2"], ["member3", "member1"]]);
      expect(status).toMatchObject({ policySnapshotIndexUsed: "1", policyObservedClusterCount: 3 });
      expect(await rollout.values()).toEqual(["one", "one", "one"]);
    }, 90_000);

    it("178 removes it from those that are named no more, once prod is approved, and skips the empty stage", async () => {
      await rollout.setPolicy(fixed("member3"));
      await rollout.startRun("third", "0");
      expect(await rollout.values()).toEqual(["one", "one", "one"]);
      await rollout.approve("third");
      const status = await rollout.succeeded("third");
      expect(status.stagesStatus?.[0]?.conditions).toMatchObject([
        { type: "Progressing", status: "False", reason: "StageUpdatingSkippedNoClusters" },
        { type: "Succeeded", status: "True", reason: "StageUpdatingSkippedNoClusters" },
      ]);
      expect(clustersOf(status.stagesStatus?.[1])).toEqual(["member3"]);
      expect(clustersOf(status.deletionStageStatus)).toEqual(["member1", "member2"]);
      expect(await rollout.values()).toEqual([undefined, undefined, "one"]);
      expect(await rollout.bindings()).toEqual({ member3: "Bound" });
    }, 90_000);
  });

  it("179 PickN from 1 to 3 to 2 keeps its policy index, and gives up members in the delete stage only", async () => {
    const rollout = rolloutOf("count");
    const pick = (numberOfClusters: number) => ({ placementType: "PickN", numberOfClusters });
    await rollout.place(pick(1));
    const counts: unknown[] = [];
    const note = (status: object) => counts.push(status);
    note(await rollout.run("one"));
    expect(await rollout.values()).toEqual([undefined, undefined, "one"]);
    await rollout.setPolicy(pick(3));
    note(await rollout.run("three", "0"));
    expect(await rollout.values()).toEqual(["one", "one", "one"]);
    await rollout.setPolicy(pick(2));
    await rollout.startRun("two", "0");
    expect(await rollout.values()).toEqual(["one", "one", "one"]);
    await rollout.approve("two");
    const last = await rollout.succeeded("two");
    note(last);
    expect(counts).toMatchObject([
      { policySnapshotIndexUsed: "0", policyObservedClusterCount: 1 },
      { policySnapshotIndexUsed: "0", policyObservedClusterCount: 3 },
      { policySnapshotIndexUsed: "0", policyObservedClusterCount: 2 },
    ]);
    expect(clustersOf(last.deletionStageStatus)).toEqual(["member1"]);
    expect(await rollout.values()).toEqual([undefined, "one", "one"]);
  }, 180_000);

  describe("a member that leaves after a rollout", () => {
    let rollout: Rollout;
    let left: Served;
    beforeAll(() => {
      rollout = rolloutOf("leaving");
    });

    it("188 is listed no more, its binding is Unscheduled, and it keeps what it has", async () => {
      await rollout.place({ placementType: "PickAll" });
      await rollout.run("first");
      left = await leave("member1");
      await expect.poll(() => rollout.placedClusters()).toEqual(["member2", "member3"]);
      expect(await rollout.bindings()).toMatchObject({ member1: "Unscheduled" });
      expect(await rollout.valueOn("member1")).toBe("one");
    }, 60_000);

    it("189 is in the delete stage of the next run, which removes its binding and nothing on it", async () => {
      const status = await rollout.run("second", "0");
      expect(clustersOf(status.stagesStatus?.[1])).toEqual(["member3"]);
      expect(clustersOf(status.deletionStageStatus)).toEqual(["member1"]);
      expect(await rollout.bindings()).toEqual({ member2: "Bound", member3: "Bound" });
      expect(await rollout.valueOn("member1")).toBe("one");
    }, 90_000);

    it("190 is rolled out to again when it is back, although nothing has changed", async () => {
      await rejoin(left);
      await expect.poll(() => rollout.placedClusters()).toEqual(["member1", "member2", "member3"]);
      const status = await rollout.run("third", "0");
      expect(status.stagesStatus?.map(clustersOf)).toEqual([["member2"], ["member3", "member1"]]);
      expect(await rollout.bindings()).toEqual({
        member1: "Bound",
        member2: "Bound",
        member3: "Bound",
      });
      expect(await rollout.values()).toEqual(["one", "one", "one"]);
    }, 90_000);

    it("191 gets the next snapshot with the others when it is back after a change", async () => {
      left = await leave("member1");
      await rollout.edit("two");
      await rejoin(left);
      const status = await rollout.run("fourth");
      expect(status.resourceSnapshotIndexUsed).toBe("1");
      expect(await rollout.snapshotIndexes()).toEqual(["0", "1"]);
      expect(await rollout.values()).toEqual(["two", "two", "two"]);
    }, 90_000);

    it("192 gets again what was deleted on it while it was away", async () => {
      left = await leave("member1");
      await rollout.removeOn("member1");
      await rejoin(left);
      await rollout.run("fifth", "1");
      expect(await rollout.values()).toEqual(["two", "two", "two"]);
    }, 90_000);
  });
});
