import { describe, expect, it } from "vitest";
import { ageText, durationText } from "../../src/registry/age.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

describe("durationText", () => {
  it.each([
    [0, "0s"],
    [119, "119s"],
    [2 * MINUTE, "2m"],
    [2 * MINUTE + 5, "2m5s"],
    [10 * MINUTE + 59, "10m"],
    [179 * MINUTE, "179m"],
    [3 * HOUR, "3h"],
    [3 * HOUR + 20 * MINUTE, "3h20m"],
    [8 * HOUR + 59 * MINUTE, "8h"],
    [47 * HOUR, "47h"],
    [2 * DAY + 5 * HOUR, "2d5h"],
    [8 * DAY + 5 * HOUR, "8d"],
    [729 * DAY, "729d"],
    [730 * DAY, "2y"],
    [800 * DAY, "2y70d"],
    [9 * 365 * DAY + DAY, "9y"],
    [-1, "0s"],
    [-2, "<invalid>"],
  ])("prints %d seconds as %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe("ageText", () => {
  const now = new Date("2026-11-21T10:00:00.999Z");

  it("counts whole seconds since then", () => {
    expect(ageText("2026-11-21T09:59:50Z", now)).toBe("10s");
  });

  it("says that a missing time is unknown", () => {
    expect(ageText(undefined, now)).toBe("<unknown>");
  });
});
