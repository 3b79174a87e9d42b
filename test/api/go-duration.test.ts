import { describe, expect, it } from "vitest";
import { formatGoDuration, parseGoDuration } from "../../src/api/go-duration.js";

describe("parseGoDuration", () => {
  it.each([
    { behaviour: "reads seconds", text: "10s", ms: 10_000 },
    { behaviour: "adds hours and minutes", text: "1h30m", ms: 5_400_000 },
    { behaviour: "reads fractions", text: "1.5h", ms: 5_400_000 },
    { behaviour: "reads fractions without a leading digit", text: ".5s", ms: 500 },
    { behaviour: "tells milliseconds from minutes", text: "500ms", ms: 500 },
    { behaviour: "reads zero without a unit", text: "0", ms: 0 },
    { behaviour: "reads a negative duration", text: "-1m", ms: -60_000 },
  ])("$behaviour", ({ text, ms }) => {
    expect(parseGoDuration(text)).toBe(ms);
  });

  it.each(["", "1", "1d", "h", "1h 30m", "1m-", "0abc", "."])("refuses %j", (text) => {
    expect(() => parseGoDuration(text)).toThrow(RangeError);
  });
});

describe("formatGoDuration", () => {
  it.each([
    { behaviour: "prints zero as seconds", ms: 0, text: "0s" },
    { behaviour: "prints seconds alone", ms: 5000, text: "5s" },
    { behaviour: "prints a full minute with its seconds", ms: 60_000, text: "1m0s" },
    { behaviour: "prints hours with minutes and seconds", ms: 5_400_000, text: "1h30m0s" },
    { behaviour: "prints fractions of seconds", ms: 90_500, text: "1m30.5s" },
    { behaviour: "prints less than a second in milliseconds", ms: 500, text: "500ms" },
    { behaviour: "prints days in hours", ms: 172_800_000, text: "48h0m0s" },
    { behaviour: "prints a negative duration", ms: -1500, text: "-1.5s" },
  ])("$behaviour", ({ ms, text }) => {
    expect(formatGoDuration(ms)).toBe(text);
  });

  it.each(["1h30m0s", "59m59s", "250ms", "1.25s"])("prints %s as it was read", (text) => {
    expect(formatGoDuration(parseGoDuration(text))).toBe(text);
  });
});
