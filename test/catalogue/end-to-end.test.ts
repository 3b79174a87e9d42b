import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlacementStatus } from "../../src/api/placement-status.js";
import type { Hub } from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";
import { CANARY, PROD, Rollout } from "./support/rollout.js";
import { conditionIn, told } from "./support/run-on-fleet.js";
import { SCOPES } from "./support/scoped-kinds.js";

/** The numbers are those of the behaviours that KubeFleet's end-to-end tests of update runs establish. */
const FAULT = "simulated.stagecoach.dev/fault";
const PICK_ALL = { placementType: "PickAll" };
const EXTERNAL = { type: "External" };
const SUCCEEDED = [
  "Progressing False StageUpdatingSucceeded",
  "Succeeded True StageUpdatingSucceeded",
];

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("end-to-end");
  ({ hub, members } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

async function setFault(fault: string | null): Promise<void> {
  for (const name of ["member1", "member2", "member3"]) {
    const metadata = { annotations: { [FAULT]: fault } };
    await members[name]?.merge("/api/v1/namespaces/kube-system", { metadata });
  }
}

describe.each(SCOPES)("%s", (scope) => {
  const rolloutOf = (name: string) =>
    new Rollout(hub, members, scope, `${name}-${scope.toLowerCase()}`);
  const started = async (rollout: Rollout, run: string) =>
    (await rollout.runStatus(run)).stagesStatus?.[0]?.clusters.filter(
      (cluster) => conditionIn(cluster, "Started") !== undefined,
    ).length;

  describe("runs from the first rollout to a rollback", () => {
    let rollout: Rollout;
    beforeAll(() => {
      rollout = rolloutOf("story");
    });
    const statusOfPlacement = async (): Promise<PlacementStatus> => rollout.placementStatus();

    it("170 place nothing before there is one", async () => {
      const afterCanary = { ...CANARY, afterStageTasks: [{ type: "Approval" }] };
      await rollout.place(PICK_ALL, EXTERNAL, {}, [afterCanary, PROD]);
      expect(await rollout.values()).toEqual([undefined, undefined, undefined]);
      const { placementStatuses = [], observedResourceIndex } = await statusOfPlacement();
      expect(observedResourceIndex ?? "").toBe("");
      expect(placementStatuses.map((each) => each.observedResourceIndex ?? "")).toEqual([
        "",
        "",
        "",
      ]);
      for (const each of placementStatuses) {
        expect(told(each)).toEqual(
          expect.arrayContaining([
            expect.stringMatching(/^Scheduled True/),
            expect.stringMatching(/^RolloutStarted Unknown/),
          ]),
        );
      }
    }, 60_000);

    it("171 bring snapshot 0 to the canary only", async () => {
      await rollout.createRun("first");
      await rollout.asked("first", "after-canary");
      expect((await rollout.runStatus("first")).resourceSnapshotIndexUsed).toBe("0");
      expect(await rollout.values()).toEqual([undefined, "one", undefined]);
    }, 60_000);

    it("172, 183, 193 go on when both approvals are given, and end with an empty delete stage", async () => {
      await rollout.approveByStatus("first", "after-canary");
      await rollout.asked("first");
      expect(await rollout.values()).toEqual([undefined, "one", undefined]);
      await rollout.approveByStatus("first", "before-prod");
      const { deletionStageStatus } = await rollout.succeeded("first");
      expect(await rollout.values()).toEqual(["one", "one", "one"]);
      expect(deletionStageStatus?.clusters).toEqual([]);
      expect(told(deletionStageStatus)).toEqual(SUCCEEDED);
    }, 60_000);

    it("173 leave everything as it is when the hub changes", async () => {
      const all = { member1: "0", member2: "0", member3: "0" };
      await expect.poll(() => rollout.indexes(), { timeout: 30_000 }).toEqual(all);
      await expect.poll(() => rollout.condition("Available"), { timeout: 30_000 }).toBe("True");
      const before = await statusOfPlacement();
      await rollout.edit("two");
      await expect.poll(() => rollout.snapshotIndexes(), { timeout: 30_000 }).toEqual(["0", "1"]);
      expect(await statusOfPlacement()).toEqual(before);
      expect(await rollout.values()).toEqual(["one", "one", "one"]);
    }, 60_000);

    it("174 bring snapshot 1 stage by stage", async () => {
      await rollout.createRun("second");
      await rollout.asked("second", "after-canary");
      expect(await rollout.values()).toEqual(["one", "two", "one"]);
      await expect
        .poll(() => rollout.indexes(), { timeout: 30_000 })
        .toEqual({ member1: "0", member2: "1", member3: "0" });
      await rollout.approve("second", "after-canary");
      await rollout.asked("second");
      await rollout.approve("second");
      const { resourceSnapshotIndexUsed } = await rollout.succeeded("second");
      expect(resourceSnapshotIndexUsed).toBe("1");
      expect(await rollout.values()).toEqual(["two", "two", "two"]);
    }, 60_000);

    it("175 roll back to snapshot 0 stage by stage", async () => {
      await rollout.createRun("back", { resourceSnapshotIndex: "0" });
      await rollout.asked("back", "after-canary");
      expect(await rollout.values()).toEqual(["two", "one", "two"]);
      await rollout.approve("back", "after-canary");
      await rollout.asked("back");
      await rollout.approve("back");
      await rollout.succeeded("back");
      expect(await rollout.values()).toEqual(["one", "one", "one"]);
    }, 60_000);
  });

  it.each([
    { entry: 184, maxConcurrency: 3, atOnce: 3 },
    { entry: 185, maxConcurrency: "70%", atOnce: 2 },
  ])(
    "$entry updates $atOnce of 3 clusters at once with maxConcurrency $maxConcurrency",
    async ({ entry, maxConcurrency, atOnce }) => {
      const rollout = rolloutOf(`at-once-${entry}`);
      await rollout.place(PICK_ALL, EXTERNAL, {}, [
        { name: "all", labelSelector: {}, maxConcurrency },
      ]);
      await setFault("down");
      await rollout.createRun("wide");
      await expect.poll(() => started(rollout, "wide"), { timeout: 30_000 }).toBe(atOnce);
      await setFault(null);
      await rollout.succeeded("wide");
      expect(await rollout.values()).toEqual(["one", "one", "one"]);
    },
    90_000,
  );

  it("186, 187 prepares, runs, keeps still while stopped though approved, and completes", async () => {
    const rollout = rolloutOf("stopped");
    await rollout.place(PICK_ALL);
    await rollout.createRun("r", { state: "Initialize" });
    await expect
      .poll(async () => told(await rollout.runStatus("r")), { timeout: 30_000 })
      .toEqual(["Initialized True UpdateRunInitializedSuccessfully"]);
    expect(await rollout.snapshotIndexes()).toEqual(["0"]);
    expect(await rollout.values()).toEqual([undefined, undefined, undefined]);

    await rollout.setState("r", "Run");
    await rollout.asked("r");
    await rollout.setState("r", "Stop");
    const progressing = async () => conditionIn(await rollout.runStatus("r"), "Progressing");
    await expect
      .poll(async () => (await progressing())?.reason, { timeout: 30_000 })
      .toBe("UpdateRunStopped");
    await rollout.approve("r");
    const resumed = Math.floor(Date.now() / 1000) * 1000;
    expect(await rollout.values()).toEqual([undefined, "one", undefined]);
    await rollout.setState("r", "Run");
    const { stagesStatus } = await rollout.succeeded("r");
    expect(Date.parse(stagesStatus?.[1]?.startTime ?? "")).toBeGreaterThanOrEqual(resumed);
    expect(await rollout.values()).toEqual(["one", "one", "one"]);
  }, 90_000);
});
