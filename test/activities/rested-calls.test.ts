import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RestedCalls } from "../../src/activities/rested-calls.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Counts what is done; each takes so many milliseconds. */
function countedWork(tookMs = 0) {
  let count = 0;
  const work = async () => {
    if (tookMs > 0) await new Promise((resolve) => setTimeout(resolve, tookMs));
    count += 1;
  };
  return { work, count: () => count };
}

describe("RestedCalls", () => {
  it("does the first at once, and those that follow closely as one half a second later", async () => {
    const { work, count } = countedWork();
    const calls = new RestedCalls({ atLeast: 500, atMost: 5000 });
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(0);
    expect(count()).toBe(1);
    calls.call("a", work);
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(499);
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(2);
  });

  it("lets the first rest where that is wanted, unless somebody settles", async () => {
    const { work, count } = countedWork();
    const calls = new RestedCalls({ first: 2000, atLeast: 2000, atMost: 5000 });
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(1999);
    expect(count()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(1);
    calls.call("b", work);
    await calls.settle("b");
    expect(count()).toBe(2);
  });

  it.each([
    { behaviour: "ten times as long as the last one took", tookMs: 200, rests: 2000 },
    { behaviour: "five seconds at most", tookMs: 3000, rests: 5000 },
  ])("rests $behaviour", async ({ tookMs, rests }) => {
    const { work, count } = countedWork(tookMs);
    const calls = new RestedCalls({ atLeast: 500, atMost: 5000 });
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(tookMs);
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(rests - 1 + tookMs);
    expect(count()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(count()).toBe(2);
  });

  it("makes one more for what is asked for while one is under way", async () => {
    const { work, count } = countedWork(100);
    const calls = new RestedCalls({ atLeast: 500, atMost: 5000 });
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(50);
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(count()).toBe(2);
  });

  it("does at once what rests when somebody settles", async () => {
    const { work, count } = countedWork();
    const calls = new RestedCalls({ atLeast: 500, atMost: 5000 });
    calls.call("a", work);
    await vi.advanceTimersByTimeAsync(0);
    calls.call("a", work);
    await calls.settle("a");
    expect(count()).toBe(2);
  });

  it("tells who settles what failed, once, and goes on afterwards", async () => {
    const { work, count } = countedWork();
    const calls = new RestedCalls({ atLeast: 500, atMost: 5000 });
    calls.call("a", () => Promise.reject(new Error("storage is down")));
    await expect(calls.settle("a")).rejects.toThrow("storage is down");
    await expect(calls.settle("a")).resolves.toBeUndefined();
    calls.call("a", work);
    await calls.settle("a");
    expect(count()).toBe(1);
  });

  it("keeps keys apart, and settles one without any", async () => {
    const { work, count } = countedWork();
    const calls = new RestedCalls({ atLeast: 500, atMost: 5000 });
    calls.call("a", work);
    await calls.settle("b");
    expect(count()).toBe(0);
    await calls.settle("a");
    expect(count()).toBe(1);
  });
});
