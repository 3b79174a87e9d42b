import { describe, expect, it } from "vitest";
import { SharedCalls } from "../../src/storage/shared-calls.js";

/** Work that ends when it is told to, and counts how often it was begun. */
function heldWork() {
  const releases: (() => void)[] = [];
  const work = () =>
    new Promise<void>((resolve) => {
      releases.push(resolve);
    });
  return { work, begun: () => releases.length, release: (index: number) => releases[index]?.() };
}

describe("SharedCalls", () => {
  it("gives callers of one turn of the event loop one call together", async () => {
    const { work, begun, release } = heldWork();
    const calls = new SharedCalls();
    const all = [calls.call("a", work), calls.call("a", work), calls.call("a", work)];
    await expect.poll(begun).toBe(1);
    release(0);
    await Promise.all(all);
    expect(begun()).toBe(1);
  });

  it("gives callers that arrive during a call one further call together", async () => {
    const { work, begun, release } = heldWork();
    const calls = new SharedCalls();
    const first = calls.call("a", work);
    await expect.poll(begun).toBe(1);
    const later = [calls.call("a", work), calls.call("a", work)];
    release(0);
    await first;
    await expect.poll(begun).toBe(2);
    release(1);
    await Promise.all(later);
    expect(begun()).toBe(2);
  });

  it("keeps keys apart", async () => {
    const { work, begun, release } = heldWork();
    const calls = new SharedCalls();
    const both = [calls.call("a", work), calls.call("b", work)];
    await expect.poll(begun).toBe(2);
    release(0);
    release(1);
    await Promise.all(both);
  });

  it("makes the next call although the one before it failed", async () => {
    const { work, begun, release } = heldWork();
    const calls = new SharedCalls();
    const failed = calls.call("a", async () => {
      await work();
      throw new Error("storage is down");
    });
    await expect.poll(begun).toBe(1);
    const next = calls.call("a", () => Promise.resolve());
    release(0);
    await expect(failed).rejects.toThrow("storage is down");
    await expect(next).resolves.toBeUndefined();
  });
});
