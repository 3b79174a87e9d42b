import { describe, expect, it } from "vitest";
import type { SeenObject } from "../../src/storage/collection-state.js";
import { replay, requireReplayable } from "../../src/storage/replay.js";
import { ticksOfMs, versionOfMoment } from "../../src/storage/resource-version.js";

const FROM_MS = Date.parse("2026-11-21T10:00:00Z");
const FROM = versionOfMoment(ticksOfMs(FROM_MS));
const DAY_MS = 24 * 60 * 60 * 1000;

function seen(name: string, changedMs: number, options: { createdMs?: number; deleted?: boolean }) {
  const { createdMs = changedMs, deleted = false } = options;
  const version = String(ticksOfMs(FROM_MS + changedMs) * 10n + 7n);
  const creationTimestamp = new Date(FROM_MS + createdMs).toISOString();
  const metadata = { name, resourceVersion: version, creationTimestamp };
  return { key: name, version, deleted, object: { apiVersion: "v1", kind: "ConfigMap", metadata } };
}

describe("replay", () => {
  const told = (objects: readonly SeenObject[], from: string | undefined) =>
    replay(objects, from).map(({ type, object }) => `${type} ${object.metadata.name}`);

  it.each([
    { behaviour: "leaves out what changed long before", object: seen("a", -DAY_MS, {}), told: [] },
    { behaviour: "adds what was created since", object: seen("a", 1000, {}), told: ["Added a"] },
    {
      behaviour: "changes what existed before",
      object: seen("a", 1000, { createdMs: -DAY_MS }),
      told: ["Modified a"],
    },
    {
      behaviour: "deletes what was deleted since",
      object: seen("a", 1000, { createdMs: -DAY_MS, deleted: true }),
      told: ["Deleted a"],
    },
    {
      behaviour: "repeats what happened shortly before, as clocks differ",
      object: seen("a", -1000, { createdMs: -DAY_MS }),
      told: ["Modified a"],
    },
  ])("$behaviour", ({ object, told: expected }) => {
    expect(told([object], FROM)).toEqual(expected);
  });

  it("tells it in the order it happened", () => {
    expect(told([seen("a", 3000, {}), seen("b", 1000, {}), seen("c", 2000, {})], FROM)).toEqual([
      "Added b",
      "Added c",
      "Added a",
    ]);
  });

  it("adds everything there is, without a version to begin from", () => {
    const objects = [seen("a", -DAY_MS, {}), seen("gone", 1000, { deleted: true })];
    expect(told(objects, undefined)).toEqual(["Added a"]);
  });

  it.each([
    { behaviour: "refuses a version from before the horizon", from: FROM, laterMs: DAY_MS },
    { behaviour: "refuses what is no number", from: "abc", laterMs: 0 },
    { behaviour: "refuses a number that is no time", from: "9".repeat(30), laterMs: 0 },
  ])("$behaviour", ({ from, laterMs }) => {
    expect(() => requireReplayable(from, FROM_MS + laterMs)).toThrow(
      expect.objectContaining({ kind: "Expired" }),
    );
  });

  it("accepts a version from the future, as clocks differ", () => {
    expect(() => requireReplayable(FROM, FROM_MS - 5000)).not.toThrow();
  });
});
