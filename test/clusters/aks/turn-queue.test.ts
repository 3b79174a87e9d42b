import { describe, expect, it } from "vitest";
import { TurnQueue } from "../../../src/clusters/aks/turn-queue.js";

const T0 = 1_000_000;
const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

function queueAfter(count: number): TurnQueue {
  const queue = new TurnQueue({ burst: 60, perSecond: 1 });
  for (const name of names(count)) queue.turnOf(name, T0);
  return queue;
}

describe("turns at a server that takes 60 requests at once, and then one a second", () => {
  it("come at once for the first 60, and then one by one", () => {
    const queue = new TurnQueue({ burst: 60, perSecond: 1 });
    const waits = names(1000).map((name) => (queue.turnOf(name, T0) - T0) / 1000);
    expect(waits.slice(0, 60)).toEqual(new Array(60).fill(0));
    expect(waits.slice(60, 63)).toEqual([1, 2, 3]);
    // The sweep of a thousand clusters takes sixteen minutes.
    expect(waits.at(-1)).toBe(940);
  });

  it("stay the same for who asks again, and are used up when they have come", () => {
    const queue = queueAfter(60);
    expect(queue.turnOf("late", T0)).toBe(T0 + 1000);
    expect(queue.turnOf("late", T0 + 500)).toBe(T0 + 1000);
    expect(queue.turnOf("late", T0 + 1200)).toBeLessThanOrEqual(T0 + 1200);
    expect(queue.turnOf("late", T0 + 1200)).toBe(T0 + 2000);
  });

  it("are lost for who does not come, without anybody waiting for it", () => {
    const queue = queueAfter(61);
    expect(queue.turnOf("next", T0 + 1500)).toBeLessThanOrEqual(T0 + 2000);
    const muchLater = T0 + 3_600_000;
    expect(queue.turnOf("c60", muchLater)).toBe(muchLater);
  });

  it("are as many again after a rest", () => {
    const queue = queueAfter(60);
    const rested = T0 + 60_000;
    expect(names(61).map((name) => queue.turnOf(`again-${name}`, rested) - rested)).toEqual([
      ...new Array(60).fill(0),
      1000,
    ]);
  });

  it("come later for all when the server wants a pause, in their order", () => {
    const queue = queueAfter(62);
    queue.pause(T0 + 30_000, T0);
    expect(queue.turnOf("c60", T0)).toBe(T0 + 31_000);
    expect(queue.turnOf("c61", T0)).toBe(T0 + 32_000);
    expect(queue.turnOf("new", T0)).toBeGreaterThanOrEqual(T0 + 32_000);
  });

  it("come later once, however many hear of the same pause", () => {
    const queue = queueAfter(61);
    for (let told = 0; told < 5; told += 1) queue.pause(T0 + 30_000, T0);
    expect(queue.turnOf("c60", T0)).toBe(T0 + 31_000);
  });

  it("come one by one after a pause, since the budget is used up", () => {
    const queue = new TurnQueue({ burst: 60, perSecond: 1 });
    queue.pause(T0 + 10_000, T0);
    const waits = names(3).map((name) => queue.turnOf(name, T0) - T0);
    expect(waits).toEqual([10_000, 11_000, 12_000]);
  });
});
