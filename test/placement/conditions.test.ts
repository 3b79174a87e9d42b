import { describe, expect, it } from "vitest";
import { conditionOf, setCondition } from "../../src/placement/conditions.js";

const EARLIER = "2026-11-21T08:00:00Z";
const NOW = "2026-11-21T09:00:00Z";
const base = { observedGeneration: 1, reason: "Because", message: "" };
const before = [
  { ...base, type: "Applied", status: "True", lastTransitionTime: EARLIER },
  { ...base, type: "Available", status: "False", lastTransitionTime: EARLIER },
] as const;

describe("setCondition", () => {
  it("keeps the time when only reason, message or generation change", () => {
    const next = {
      type: "Available",
      status: "False",
      observedGeneration: 2,
      reason: "Other",
      message: "text",
    } as const;
    expect(setCondition(before, next, NOW)[1]).toEqual({ ...next, lastTransitionTime: EARLIER });
  });

  it("takes the new time when the status changes", () => {
    const next = { ...base, type: "Available", status: "True" } as const;
    const after = setCondition(before, next, NOW);
    expect(after.map(({ type }) => type)).toEqual(["Applied", "Available"]);
    expect(conditionOf(after, "Available")?.lastTransitionTime).toBe(NOW);
  });

  it("adds a condition of a new type at the end", () => {
    const next = { ...base, type: "DiffReported", status: "True" } as const;
    expect(setCondition(before, next, NOW).map(({ type }) => type)).toEqual([
      "Applied",
      "Available",
      "DiffReported",
    ]);
    expect(setCondition(undefined, next, NOW)).toHaveLength(1);
  });
});
