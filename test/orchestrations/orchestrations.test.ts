import type { OrchestrationHandler } from "durable-functions";
import { describe, expect, it } from "vitest";
import { deletePlacement } from "../../src/orchestrations/delete-placement.js";
import { rolloutLane } from "../../src/orchestrations/rollout-lane.js";
import { syncMember } from "../../src/orchestrations/sync-member.js";
import { syncPlacement } from "../../src/orchestrations/sync-placement.js";
import { updateLane } from "../../src/orchestrations/update-lane.js";
import { updateRun } from "../../src/orchestrations/update-run.js";
import { type Answer, type Call, drive } from "../support/drive.js";

const run = { kind: "ClusterStagedUpdateRun", name: "example-run", uid: "run-uid" };
const placement = { kind: "ClusterResourcePlacement", name: "example-placement", uid: "crp-uid" };
const lane = { run, stage: 1, lane: 0, round: 3, inFlightOnly: false, work: "Update" as const };

/** Answers activities from a list, in order; the last one stays. Timers elapse, lanes end, events win. */
function script(...results: unknown[]): () => Answer {
  return () => {
    const left = [...results];
    return (call: Call) => {
      if (call.call === "activity") return left.length > 1 ? left.shift() : left[0];
      if (call.call === "any") return { winner: 0 };
      return call.call === "all" ? [] : undefined;
    };
  };
}

/** Every scenario runs twice: an orchestration that is replayed has to ask for the same things. */
function twice(
  orchestration: OrchestrationHandler,
  input: unknown,
  answer: () => Answer,
): readonly Call[] {
  const first = drive(orchestration, input, answer());
  expect(drive(orchestration, input, answer())).toEqual(first);
  return first;
}

const names = (calls: readonly Call[]) =>
  calls.map((call) => ("name" in call ? `${call.call} ${call.name}` : call.call));

describe("updateRun", () => {
  it("advances, runs the lanes of a stage, and advances again until the run is finished", () => {
    const calls = twice(
      updateRun,
      run,
      script(
        { kind: "UpdateClusters", stage: 0, lanes: 2, round: 1, inFlightOnly: false },
        { kind: "Finished" },
      ),
    );
    expect(names(calls)).toEqual(["activity advanceRun", "all", "activity advanceRun"]);
    expect(calls[1]).toMatchObject({
      of: [
        { input: { stage: 0, lane: 0, round: 1, work: "Update" } },
        { input: { stage: 0, lane: 1, round: 1, work: "Update" } },
      ],
    });
  });

  it("has the members of a waiting stage looked at, and advances again", () => {
    const at = "2026-01-01T10:00:00.000Z";
    const calls = twice(
      updateRun,
      run,
      script({ kind: "CheckStage", stage: 1, at }, undefined, { kind: "Finished" }),
    );
    expect(names(calls)).toEqual([
      "activity advanceRun",
      "activity checkStage",
      "activity advanceRun",
    ]);
    expect(calls[1]).toMatchObject({ input: { run, stage: 1, at } });
  });

  it("looks again in 30 s when the members could not be looked at", () => {
    const calls = twice(
      updateRun,
      run,
      script(
        { kind: "CheckStage", stage: 1, at: "2026-01-01T10:00:00.000Z" },
        { throws: new Error("storage is down") },
        { kind: "Finished" },
      ),
    );
    expect(names(calls).slice(1)).toEqual(["activity checkStage", "timer", "activity advanceRun"]);
  });

  it("waits for a wake event or the time given, and cancels the timer that lost", () => {
    const calls = twice(
      updateRun,
      run,
      script({ kind: "Wait", until: "2026-01-01T10:01:00.000Z" }, { kind: "Finished" }),
    );
    expect(calls[1]).toEqual({
      call: "any",
      of: [
        { call: "event", name: "Wake" },
        { call: "timer", at: "2026-01-01T10:01:00.000Z" },
      ],
    });
    expect(calls[2]).toEqual({ call: "timer cancelled" });
  });

  it("looks again after ten minutes even if nothing wakes it", () => {
    const calls = twice(updateRun, run, script({ kind: "Wait" }, { kind: "Finished" }));
    expect(calls[1]).toMatchObject({ of: [{}, { call: "timer", at: "2026-01-01T10:10:00.000Z" }] });
  });

  it("looks again when a wait that lost against its timer has taken the event since", () => {
    const wait = { kind: "Wait" };
    const calls = twice(updateRun, run, () => {
      const left = [wait, { raised: true, value: wait }, wait, { kind: "Finished" }];
      let timerWins = true;
      return (call: Call) => {
        if (call.call === "activity") return left.shift();
        if (call.call !== "any") return undefined;
        const winner = timerWins ? 1 : 0;
        timerWins = false;
        return { winner };
      };
    });
    expect(names(calls)).toEqual([
      "activity advanceRun",
      "any",
      "activity advanceRun",
      "activity advanceRun",
      "any",
      "timer cancelled",
      "activity advanceRun",
    ]);
  });

  it("survives a failing activity and tries again in 30 s", () => {
    const calls = twice(
      updateRun,
      run,
      script({ throws: new Error("storage is down") }, { kind: "Finished" }),
    );
    expect(names(calls)).toEqual(["activity advanceRun", "timer", "activity advanceRun"]);
    expect(calls[1]).toEqual({ call: "timer", at: "2026-01-01T10:00:30.000Z" });
  });

  it("continues as new before its history grows long", () => {
    const calls = twice(updateRun, run, script({ kind: "Wait" }));
    expect(names(calls).filter((name) => name === "activity advanceRun")).toHaveLength(40);
    expect(calls.at(-1)).toEqual({ call: "continueAsNew", input: run });
  });
});

describe("updateLane", () => {
  it("takes one cluster after the other until none is left", () => {
    const calls = twice(
      updateLane,
      lane,
      script({ kind: "Finished" }, { kind: "Finished" }, { kind: "Drained" }),
    );
    expect(names(calls)).toEqual(Array(3).fill("activity updateNextCluster"));
  });

  it("comes back to a cluster that is not ready, earlier when it is woken", () => {
    const calls = twice(
      updateLane,
      lane,
      script({ kind: "Pending", retryAfterSeconds: 5 }, { kind: "Drained" }),
    );
    expect(calls[1]).toEqual({
      call: "any",
      of: [
        { call: "event", name: "Wake" },
        { call: "timer", at: "2026-01-01T10:00:05.000Z" },
      ],
    });
    expect(names(calls).slice(2)).toEqual(["timer cancelled", "activity updateNextCluster"]);
  });

  it("removes in the delete stage", () => {
    const calls = twice(updateLane, { ...lane, work: "Remove" }, script({ kind: "Drained" }));
    expect(names(calls)).toEqual(["activity removeNextCluster"]);
  });

  it("never throws, since its parent waits for all lanes", () => {
    const calls = twice(
      updateLane,
      lane,
      script({ throws: new Error("storage is down") }, { kind: "Drained" }),
    );
    expect(names(calls)).toEqual([
      "activity updateNextCluster",
      "any",
      "timer cancelled",
      "activity updateNextCluster",
    ]);
  });

  it("continues as new before its history grows long", () => {
    const calls = twice(updateLane, lane, script({ kind: "Finished" }));
    expect(calls.at(-1)).toEqual({ call: "continueAsNew", input: lane });
  });
});

describe("syncPlacement", () => {
  it("syncs, waits for a change, lets an edit settle, and syncs again", () => {
    const calls = twice(syncPlacement, placement, script({ kind: "Synced" }, { kind: "Gone" }));
    expect(names(calls)).toEqual([
      "activity syncPlacementOnce",
      "any",
      "timer cancelled",
      "timer",
      "activity syncPlacementOnce",
    ]);
  });

  it("rolls out in lanes of its own and looks again when they have ended", () => {
    const calls = twice(
      syncPlacement,
      placement,
      script({ kind: "RollOut", lanes: 2 }, { kind: "Synced" }, { kind: "Gone" }),
    );
    expect(names(calls).slice(0, 3)).toEqual([
      "activity syncPlacementOnce",
      "all",
      "activity syncPlacementOnce",
    ]);
    const round = "2026-01-01T10:00:00.000Z";
    expect(calls[1]).toEqual({
      call: "all",
      of: [0, 1].map((lane) => ({
        call: "orchestrator",
        name: "rolloutLane",
        input: { placement, lane, round },
      })),
    });
  });

  it("comes back at the time at which a slow cluster is due", () => {
    const until = "2026-01-01T10:00:04.000Z";
    const calls = twice(
      syncPlacement,
      placement,
      script({ kind: "Synced", until }, { kind: "Gone" }),
    );
    expect(calls[1]).toMatchObject({ of: [{}, { call: "timer", at: until }] });
  });

  it("survives a failing activity and tries again in 30 s", () => {
    const calls = twice(
      syncPlacement,
      placement,
      script({ throws: new Error("storage is down") }, { kind: "Gone" }),
    );
    expect(calls[1]).toEqual({ call: "timer", at: "2026-01-01T10:00:30.000Z" });
  });

  it("ends with its placement", () => {
    const calls = twice(syncPlacement, placement, script({ kind: "Gone" }));
    expect(names(calls)).toEqual(["activity syncPlacementOnce"]);
  });
});

describe("rolloutLane", () => {
  const input = { placement, lane: 1, round: "2026-01-01T10:00:00.000Z" };

  it("takes one cluster after the other until none may be begun", () => {
    const calls = twice(rolloutLane, input, script({ kind: "Finished" }, { kind: "Drained" }));
    expect(calls).toEqual(Array(2).fill({ call: "activity", name: "rollOutNextCluster", input }));
  });

  it("never throws, and leaves the rest to the next lanes after a pause", () => {
    const calls = twice(rolloutLane, input, script({ throws: new Error("storage is down") }));
    expect(calls.slice(1)).toEqual([{ call: "timer", at: "2026-01-01T10:00:15.000Z" }]);
  });

  it("continues as new before its history grows long", () => {
    const calls = twice(rolloutLane, input, script({ kind: "Finished" }));
    expect(calls.at(-1)).toEqual({ call: "continueAsNew", input });
  });
});

describe("deletePlacement", () => {
  const answers = (results: readonly unknown[][]) => () => {
    const left = [...results];
    return (call: Call) => {
      if (call.call === "activity" && call.name === "listPlacedMembers") {
        return { members: ["member1", "member2"] };
      }
      return call.call === "all" ? left.shift() : {};
    };
  };

  it("clears all members, then lets the placement go", () => {
    const removed = [{ kind: "Removed" }, { kind: "Removed" }];
    const calls = twice(deletePlacement, placement, answers([removed]));
    expect(names(calls)).toEqual([
      "activity listPlacedMembers",
      "all",
      "activity finishPlacementDeletion",
    ]);
  });

  it("tries members that could not be cleared again before it lets the placement go", () => {
    const calls = twice(
      deletePlacement,
      placement,
      answers([
        [{ kind: "Removed" }, { kind: "Pending", message: "connect ECONNREFUSED" }],
        [{ kind: "Removed" }, { kind: "Removed" }],
      ]),
    );
    expect(names(calls)).toEqual([
      "activity listPlacedMembers",
      "all",
      "timer",
      "activity listPlacedMembers",
      "all",
      "activity finishPlacementDeletion",
    ]);
  });
});

describe("syncMember", () => {
  const member = { kind: "MemberCluster", name: "member1", uid: "member-uid" };

  it("ends once there is nothing to do", () => {
    const calls = twice(syncMember, member, script({ kind: "Settled" }));
    expect(names(calls)).toEqual(["activity syncMemberOnce"]);
  });

  it("looks again when it is time, or when it is woken", () => {
    const wait = { kind: "Wait", until: "2026-01-01T10:00:02Z" };
    const calls = twice(syncMember, member, script(wait, { kind: "Settled" }));
    expect(calls.find(({ call }) => call === "any")).toMatchObject({
      of: [
        { call: "event", name: "Wake" },
        { call: "timer", at: "2026-01-01T10:00:02.000Z" },
      ],
    });
    expect(names(calls).at(-1)).toBe("activity syncMemberOnce");
  });

  it("begins a new history after some looks", () => {
    const wait = { kind: "Wait", until: "2026-01-01T10:00:02Z" };
    const calls = twice(syncMember, member, script(wait));
    expect(calls.at(-1)).toEqual({ call: "continueAsNew", input: member });
  });
});
