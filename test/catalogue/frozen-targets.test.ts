import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlacementStatus } from "../../src/api/placement-status.js";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { openPlayedFleet, type PlayedFleet } from "./support/played-fleet.js";
import { env } from "./support/run-on-fleet.js";
import { SCOPES } from "./support/scoped-kinds.js";

const STRICT = { annotations: { "stagecoach.dev/validation": "Strict" } };

describe.each(SCOPES)("%s: the targets of a run", (scope) => {
  let fleet: PlayedFleet;

  beforeEach(async () => {
    fleet = await openPlayedFleet(scope);
    await fleet.join("member1", { environment: "canary", order: "2" });
    await fleet.join("member2", { environment: "staging" });
    await fleet.join("member3", { environment: "canary", order: "1" });
    await fleet.create("strategy", "s", {
      stages: [
        { name: "staging", ...env("staging"), afterStageTasks: [{ type: "Approval" }] },
        { name: "canary", ...env("canary"), sortingLabelKey: "order" },
      ],
    });
  });
  afterEach(() => fleet?.close());

  const fixed = (...clusterNames: string[]) => ({ placementType: "PickFixed", clusterNames });

  /** Places on all clusters, or as the policy says, and starts a run, which rests at the approval after its first stage. */
  const start = async (metadata: object = {}, policy?: object) => {
    await fleet.create("placement", "p", {
      resourceSelectors: fleet.selectors,
      strategy: { type: "External" },
      ...(policy && { policy }),
    });
    await fleet.play();
    const spec = { placementName: "p", stagedRolloutStrategyName: "s" };
    await fleet.create("run", "r", spec, metadata);
    await fleet.play();
  };
  const approve = async () => {
    await fleet.send("POST", `${fleet.names.path("request", "r-after-staging")}/approve`);
    await fleet.play();
  };
  const status = async () => (await fleet.get("run", "r")).status as UpdateRunStatus;
  const outcome = async () => (await status()).conditions?.find(({ type }) => type === "Succeeded");
  const clusters = async () =>
    (await status()).stagesStatus?.map((stage) => stage.clusters.map((each) => each.clusterName));
  const report = async () =>
    (await fleet.api.get(`${fleet.names.path("run", "r")}/progress`)).body as unknown as {
      leftOut?: string[];
    };
  const events = async (reason: string) => {
    const { items } = await fleet.deps.store.list({ group: "", resource: "events" });
    return items.filter((event) => event.reason === reason).map(({ message }) => message);
  };

  it("leave a cluster out that joins, say so once, and the next run updates it", async () => {
    await start();
    await fleet.join("member4", { environment: "canary", order: "3" });
    await fleet.play();
    expect((await status()).leftOutClusters).toEqual(["member4"]);
    expect(await report()).toMatchObject({ leftOut: ["member4"] });
    await approve();
    expect(await outcome()).toMatchObject({
      status: "True",
      message:
        "All stages are completed successfully; left out until the next run, because they joined after this one was initialized: member4",
    });
    expect(await events("ClusterLeftOut")).toEqual([
      "Cluster member4 joined the placement after the run was initialized: the next run updates it",
    ]);
    expect(await fleet.valueOn("member4")).toBeUndefined();
    expect(await clusters()).toEqual([["member2"], ["member3", "member1"]]);

    const spec = { placementName: "p", stagedRolloutStrategyName: "s" };
    await fleet.create("run", "next", spec);
    await fleet.play();
    await fleet.send("POST", `${fleet.names.path("request", "next-after-staging")}/approve`);
    await fleet.play();
    expect(await fleet.valueOn("member4")).toBe("one");
  });

  it("forget a cluster that joined when it leaves again", async () => {
    await start();
    await fleet.join("member4", { environment: "canary", order: "3" });
    await fleet.play();
    await fleet.leave("member4");
    await fleet.play();
    expect((await status()).leftOutClusters).toBeUndefined();
    await approve();
    expect((await outcome())?.message).toBe("All stages are completed successfully");
  });

  it("skip a cluster that leaves before its turn, with the reason", async () => {
    await start();
    await fleet.leave("member3");
    await fleet.play();
    await approve();
    const canary = (await status()).stagesStatus?.[1]?.clusters;
    expect(canary?.[0]).toMatchObject({
      clusterName: "member3",
      conditions: expect.arrayContaining([
        expect.objectContaining({
          type: "Succeeded",
          status: "True",
          reason: "ClusterUpdatingSkipped",
          message: "the placement p no longer picks the cluster",
        }),
      ]),
    });
    expect(await fleet.valueOn("member1")).toBe("one");
    expect(await outcome()).toMatchObject({ status: "True" });
  });

  it("skip a cluster that a new policy picks no more, and keep the others", async () => {
    await start({}, fixed("member1", "member2", "member3"));
    await fleet.patch("placement", "p", { spec: { policy: fixed("member1", "member2") } });
    await fleet.play();
    await approve();
    expect(await fleet.valueOn("member1")).toBe("one");
    expect(await fleet.valueOn("member3")).toBeUndefined();
    expect(await outcome()).toMatchObject({ status: "True" });
  });

  it("are told to be rolled out to when the policy changes while one of them is updated", async () => {
    await fleet.member("member2")?.setFaults({ down: true });
    await start({}, fixed("member1", "member2", "member3"));
    await fleet.patch("placement", "p", { spec: { policy: fixed("member1", "member2") } });
    await fleet.play();
    await fleet.member("member2")?.setFaults({});
    fleet.setTime("2026-01-01T10:01:01Z");
    await fleet.look("r");
    const { status } = await fleet.get("placement", "p");
    const { placementStatuses = [] } = status as PlacementStatus;
    const updated = placementStatuses.find(({ clusterName }) => clusterName === "member2");
    expect(updated?.conditions?.map(({ type, status }) => `${type} ${status}`)).toEqual([
      "Scheduled True",
      "RolloutStarted True",
      "Overridden True",
      "WorkSynchronized True",
      "Applied True",
      "Available True",
      ...(scope === "Namespaced" ? ["NamespaceCreated True"] : []),
    ]);
  });

  it("keep a relabelled cluster in its stage and place", async () => {
    await start();
    await fleet.relabel("member1", { environment: "staging", order: "0" });
    await fleet.play();
    await approve();
    expect(await clusters()).toEqual([["member2"], ["member3", "member1"]]);
    expect(await outcome()).toMatchObject({ status: "True" });
  });

  it("leave what a cluster has that is picked again before it is cleaned up", async () => {
    await start({}, fixed("member1", "member2", "member3"));
    await approve();
    const only = (...clusterNames: string[]) =>
      fleet.patch("placement", "p", { spec: { policy: fixed(...clusterNames) } });
    await only("member1", "member2");
    await fleet.play();
    const spec = { placementName: "p", stagedRolloutStrategyName: "s" };
    await fleet.create("run", "second", spec);
    await fleet.play();
    await only("member1", "member2", "member3");
    await fleet.play();
    await fleet.send("POST", `${fleet.names.path("request", "second-after-staging")}/approve`);
    await fleet.play();
    const second = (await fleet.get("run", "second")).status as UpdateRunStatus;
    expect(second.deletionStageStatus?.clusters).toMatchObject([
      {
        clusterName: "member3",
        conditions: [
          {},
          {
            reason: "ClusterUpdatingSkipped",
            message: "the placement p picks the cluster again: the next run updates it",
          },
        ],
      },
    ]);
    expect(await fleet.valueOn("member3")).toBe("one");
  });

  it.each([
    { change: "a cluster joins", stage: 1, now: 3, existing: 2 },
    { change: "a cluster leaves", stage: 1, now: 1, existing: 2 },
  ])("end a strict run when $change", async ({ change, stage, now, existing }) => {
    await start(STRICT);
    if (change === "a cluster joins") {
      await fleet.join("member4", { environment: "canary", order: "3" });
    } else {
      await fleet.leave("member3");
    }
    await fleet.play();
    await fleet.look("r");
    expect(await outcome()).toMatchObject({
      status: "False",
      message: `cannot continue the updateRun: the number of clusters in index \`${stage}\` stage has changed, new: ${now}, existing: ${existing}`,
    });
    expect((await status()).leftOutClusters).toBeUndefined();
  });

  it("end a run whose strategy is strict, unless the run itself keeps its targets", async () => {
    await fleet.patch("strategy", "s", { metadata: STRICT });
    await start({ annotations: { "stagecoach.dev/validation": "Frozen" } });
    await fleet.create("run", "strict", { placementName: "p", stagedRolloutStrategyName: "s" });
    await fleet.play();
    await fleet.join("member4", { environment: "canary", order: "3" });
    await fleet.play();
    await fleet.look("r");
    await fleet.look("strict");
    expect(await outcome()).toBeUndefined();
    const strict = (await fleet.get("run", "strict")).status as UpdateRunStatus;
    expect(strict.conditions?.at(-1)).toMatchObject({ type: "Succeeded", status: "False" });
  });
});
