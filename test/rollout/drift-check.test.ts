import { describe, expect, it } from "vitest";
import type { ApplyStrategy } from "../../src/api/placement.js";
import {
  ANNOTATION_DRIFT_CHECK,
  driftCheckMs,
  nextDriftCheck,
  parseDriftCheck,
} from "../../src/rollout/drift-check.js";
import { makePlacement } from "../placement/fixtures.js";

function placement(applyStrategy: ApplyStrategy, asked?: string) {
  const made = makePlacement({ strategy: { applyStrategy } });
  const annotations = asked === undefined ? {} : { [ANNOTATION_DRIFT_CHECK]: asked };
  return { ...made, metadata: { ...made.metadata, annotations } };
}

const MINUTE = 60_000;

describe("driftCheckMs", () => {
  it.each<{ behaviour: string; strategy: ApplyStrategy; asked?: string; ms: number | undefined }>([
    { behaviour: "looks never by default", strategy: {}, ms: undefined },
    {
      behaviour: "looks at the usual pace with IfNotDrifted",
      strategy: { whenToApply: "IfNotDrifted" },
      ms: 5 * MINUTE,
    },
    {
      behaviour: "looks at the usual pace with ReportDiff",
      strategy: { type: "ReportDiff" },
      ms: 5 * MINUTE,
    },
    {
      behaviour: "looks as often as it is asked to",
      strategy: {},
      asked: "30m",
      ms: 30 * MINUTE,
    },
    {
      behaviour: "looks never when it is asked not to",
      strategy: { type: "ReportDiff" },
      asked: "Never",
      ms: undefined,
    },
    {
      behaviour: "takes what it cannot read for nothing",
      strategy: { type: "ReportDiff" },
      asked: "often",
      ms: 5 * MINUTE,
    },
  ])("$behaviour", ({ strategy, asked, ms }) => {
    expect(driftCheckMs(placement(strategy, asked), 5 * MINUTE)).toBe(ms);
  });
});

describe("parseDriftCheck", () => {
  it.each([
    { text: "Never", parsed: "Never" },
    { text: "1s", parsed: 1000 },
    { text: "1h30m", parsed: 90 * MINUTE },
    { text: "999ms", parsed: undefined },
    { text: "-5m", parsed: undefined },
    { text: "never", parsed: undefined },
    { text: "", parsed: undefined },
  ])("reads $text as $parsed", ({ text, parsed }) => {
    expect(parseDriftCheck(text)).toBe(parsed);
  });
});

describe("nextDriftCheck", () => {
  it.each([
    { now: "10:00:00", next: "10:05:00" },
    { now: "10:00:01", next: "10:05:00" },
    { now: "10:02:29", next: "10:05:00" },
    { now: "10:02:30", next: "10:10:00" },
    { now: "10:04:59", next: "10:10:00" },
  ])("is at $next after a look at $now", ({ now, next }) => {
    const time = (text: string) => new Date(`2026-11-21T${text}Z`);
    expect(nextDriftCheck(time(now), 5 * MINUTE)).toEqual(time(next));
  });
});
