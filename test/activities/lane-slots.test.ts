import { describe, expect, it } from "vitest";
import type { LaneInput, LaneResult } from "../../src/activities/contracts.js";
import { workInSlots } from "../../src/activities/lane-slots.js";

const FINISHED: LaneResult = { kind: "Finished" };
const DRAINED: LaneResult = { kind: "Drained" };
const pending = (retryAfterSeconds: number): LaneResult => ({ kind: "Pending", retryAfterSeconds });

const lane = (first: number, slots?: number): LaneInput => ({
  run: { kind: "ClusterStagedUpdateRun", name: "run", uid: "run-uid" },
  stage: 0,
  lane: first,
  round: 1,
  inFlightOnly: false,
  work: "Update",
  ...(slots !== undefined && { slots }),
});

/** A stage in which each slot gets these answers in turn; the clock moves a second with each. */
function stage(answers: Readonly<Record<number, readonly LaneResult[]>>) {
  let time = 0;
  const asked: number[] = [];
  const turns = new Map<number, number>();
  const takeOne = (slot: LaneInput) => {
    asked.push(slot.lane);
    time += 1000;
    const turn = turns.get(slot.lane) ?? 0;
    turns.set(slot.lane, turn + 1);
    return Promise.resolve(answers[slot.lane]?.[turn] ?? DRAINED);
  };
  return { asked, takeOne, now: () => new Date(time) };
}

describe("workInSlots", () => {
  it("takes one cluster after the other until none is left", async () => {
    const { asked, takeOne, now } = stage({ 0: [FINISHED, FINISHED] });
    expect(await workInSlots(lane(0), now, takeOne)).toEqual(DRAINED);
    expect(asked).toEqual([0, 0, 0]);
  });

  it("works in all its slots, numbered through the lanes", async () => {
    const { asked, takeOne, now } = stage({});
    expect(await workInSlots(lane(6, 3), now, takeOne)).toEqual(DRAINED);
    expect(asked).toEqual([6, 7, 8]);
  });

  it("comes back when the first of the clusters it waits for is due", async () => {
    const { takeOne, now } = stage({ 0: [pending(8)], 1: [FINISHED], 2: [pending(3)] });
    expect(await workInSlots(lane(0, 3), now, takeOne)).toEqual(pending(3));
  });

  it("comes back at once when it stopped only because the call took long", async () => {
    const many = Array.from({ length: 50 }, () => FINISHED);
    const { asked, takeOne, now } = stage({ 0: many, 1: [pending(8)] });
    expect(await workInSlots(lane(0, 2), now, takeOne)).toEqual(FINISHED);
    expect(asked.length).toBeLessThan(15);
  });

  it("goes on in its other slots while a cluster holds one of them up", async () => {
    const many = Array.from({ length: 30 }, () => FINISHED);
    const { asked, takeOne, now } = stage({ 1: many });
    const slow = Promise.withResolvers<LaneResult>();
    const takeSlowly = (slot: LaneInput) => {
      if (slot.lane === 0) return slow.promise;
      if (asked.length === many.length) slow.resolve(DRAINED);
      return takeOne(slot);
    };
    expect(await workInSlots(lane(0, 2), now, takeSlowly)).toEqual(DRAINED);
    expect(asked.length).toBe(many.length + 1);
  });

  it("finishes what the other slots have in hand when one fails", async () => {
    const { asked, takeOne, now } = stage({ 1: [FINISHED, FINISHED] });
    const failing = (slot: LaneInput) =>
      slot.lane === 0 ? Promise.reject(new Error("storage is down")) : takeOne(slot);
    await expect(workInSlots(lane(0, 2), now, failing)).rejects.toThrow("storage is down");
    expect(asked).toEqual([1, 1, 1]);
  });
});
