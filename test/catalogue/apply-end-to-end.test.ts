import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hub } from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";
import { Rollout } from "./support/rollout.js";
import { SCOPES } from "./support/scoped-kinds.js";

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("apply");
  ({ hub, members } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

const ALL = { placementType: "PickAll" };
const BUSY = { timeout: 60_000, interval: 200 };

describe.each(SCOPES)("%s", (scope) => {
  const rolloutOf = (name: string) =>
    new Rollout(hub, members, scope, `${name}-${scope.toLowerCase()}`);

  it("181 completes the stages of a ReportDiff run on reports, shows them, and creates nothing", async () => {
    const rollout = rolloutOf("report");
    await rollout.place(ALL, { type: "External", applyStrategy: { type: "ReportDiff" } });
    await rollout.run("first", "0");

    await expect.poll(() => rollout.condition("DiffReported"), BUSY).toBe("True");
    expect(await rollout.condition("Applied")).toBeUndefined();
    const reported = await rollout.clusterStatus("member1");
    expect(reported?.diffedPlacements).toContainEqual(
      expect.objectContaining({
        kind: "ConfigMap",
        name: "cm",
        observedDiffs: [{ path: "/", valueInHub: "(the whole object)" }],
      }),
    );
    expect(await rollout.values()).toEqual([undefined, undefined, undefined]);
  }, 120_000);

  // KubeFleet makes snapshot 1 when the run begins; here it is there as soon as the hub has changed.
  it("182 stays complete when RollingUpdate becomes External, and moves with a run only", async () => {
    const rollout = rolloutOf("switched");
    await rollout.place(ALL, { type: "RollingUpdate" });
    await expect.poll(() => rollout.condition("Available"), BUSY).toBe("True");
    await rollout.setStrategy({ type: "External", rollingUpdate: null });
    await expect.poll(() => rollout.condition("Available"), BUSY).toBe("True");
    await rollout.edit("two");
    await expect.poll(() => rollout.snapshotIndexes(), BUSY).toEqual(["0", "1"]);
    expect(await rollout.values()).toEqual(["one", "one", "one"]);
    expect(await rollout.condition("Available")).toBe("True");

    const { resourceSnapshotIndexUsed } = await rollout.run("first");
    expect(resourceSnapshotIndexUsed).toBe("1");
    expect(await rollout.values()).toEqual(["two", "two", "two"]);
  }, 120_000);
});

describe("drift on a member, while nothing changes on the hub", () => {
  const EVERY_SECOND = { "stagecoach.dev/drift-check": "1s" };

  async function placed(name: string, applyStrategy: object): Promise<Rollout> {
    const rollout = new Rollout(hub, members, "Cluster", name);
    await rollout.place(ALL, { type: "RollingUpdate", applyStrategy }, EVERY_SECOND);
    await expect.poll(() => rollout.condition("Available"), BUSY).toBe("True");
    return rollout;
  }

  it("is told with IfNotDrifted, keeps its first time, and is over when it is mended", async () => {
    const rollout = await placed("drifted", { whenToApply: "IfNotDrifted" });
    await rollout.editOn("member1", "drift");
    const driftOf = async () => (await rollout.clusterStatus("member1"))?.driftedPlacements?.[0];
    await expect.poll(driftOf, BUSY).toMatchObject({
      kind: "ConfigMap",
      observedDrifts: [{ path: "/data/key", valueInHub: "one", valueInMember: "drift" }],
    });
    const first = await driftOf();
    await expect
      .poll(async () => (await driftOf())?.observationTime, BUSY)
      .not.toBe(first?.observationTime);
    expect((await driftOf())?.firstDriftedObservedTime).toBe(first?.firstDriftedObservedTime);
    expect(await rollout.condition("Applied")).toBe("False");

    await rollout.editOn("member1", "one");
    await expect.poll(() => rollout.condition("Available"), BUSY).toBe("True");
    expect(await driftOf()).toBeUndefined();
  }, 120_000);

  it("is told with ReportDiff as long as it lasts", async () => {
    const rollout = await placed("reported", {});
    await rollout.setStrategy({ applyStrategy: { type: "ReportDiff" } });
    await expect.poll(() => rollout.condition("DiffReported"), BUSY).toBe("True");
    const differences = async () => (await rollout.clusterStatus("member2"))?.diffedPlacements;
    await rollout.editOn("member2", "drift");
    await expect.poll(differences, BUSY).toMatchObject([{ kind: "ConfigMap" }]);
    await rollout.editOn("member2", "one");
    await expect.poll(differences, BUSY).toBeUndefined();
    expect(await rollout.condition("DiffReported")).toBe("True");
  }, 120_000);

  it("is mended by itself when the placement applies always", async () => {
    const rollout = await placed("healed", {});
    await rollout.editOn("member3", "drift");
    await expect.poll(() => rollout.valueOn("member3"), BUSY).toBe("one");
  }, 120_000);
});
