import { beforeEach, describe, expect, it } from "vitest";
import { FeedLog } from "../../src/storage/feed-log.js";
import type { StoreEvent } from "../../src/storage/object-store.js";

const NOW_MS = Date.parse("2026-11-21T10:00:00Z");

function event(version: number | string): StoreEvent {
  const metadata = { name: `at-${version}`, resourceVersion: String(version) };
  return { type: "Added", object: { apiVersion: "v1", kind: "ConfigMap", metadata } };
}

describe("feed log", () => {
  let log: FeedLog;

  beforeEach(() => {
    log = new FeedLog(17);
  });

  const following = (version: string) => {
    const position = log.positionOf(version);
    return position === undefined ? undefined : log.after(position);
  };

  it("goes on after an event by its version", () => {
    log.append([event(1), event(2), event(3)]);
    expect(following("1")).toEqual([event(2), event(3)]);
    expect(following("3")).toEqual([]);
  });

  it("goes on after a mark", () => {
    log.append([event(1)]);
    const mark = log.mark(NOW_MS);
    log.append([event(2)]);
    expect(following(mark)).toEqual([event(2)]);
  });

  it("goes by positions, whatever the versions' order", () => {
    log.append([event(9), event(3)]);
    expect(following("9")).toEqual([event(3)]);
  });

  it("repeats an event rather than lose one when two have the same version", () => {
    log.append([event(5), event("5")]);
    expect(following("5")).toHaveLength(1);
  });

  it("gives the same mark again for a while, as long as nothing happens", () => {
    const first = log.mark(NOW_MS);
    expect(log.mark(NOW_MS + 1000)).toBe(first);
    const second = log.mark(NOW_MS + 60_000);
    expect(second).not.toBe(first);

    log.append([event(1)]);
    expect(log.mark(NOW_MS + 60_001)).not.toBe(second);
  });

  it("gives marks that increase, also when the clock goes back", () => {
    const first = log.mark(NOW_MS);
    log.append([event(1)]);
    const second = log.mark(NOW_MS - 5000);
    expect(BigInt(second)).toBeGreaterThan(BigInt(first));
  });

  it("gives other marks than another process does in the same millisecond", () => {
    expect(log.mark(NOW_MS)).not.toBe(new FeedLog(18).mark(NOW_MS));
  });

  it("does not know versions it never gave out", () => {
    expect(following("1")).toBeUndefined();
  });

  it("keeps a bounded number of events, and forgets the places of older ones", () => {
    const mark = log.mark(NOW_MS);
    log.append(Array.from({ length: 2500 }, (_, index) => event(index + 1)));

    expect(log.after(0)).toBeUndefined();
    expect(following(mark)).toBeUndefined();
    expect(following("400")).toBeUndefined();
    expect(following("2400")).toHaveLength(100);
  });
});
