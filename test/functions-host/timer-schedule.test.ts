import { describe, expect, it } from "vitest";
import { timerSchedule } from "../../local/functions-host/timers/timer-schedule.js";

const settings = { NIGHTLY: "0 30 2 * * *" };
const next = (schedule: string, after: string) =>
  timerSchedule(schedule, settings)(new Date(after))?.toISOString();

describe("the next tick", () => {
  it.each([
    {
      behaviour: "of a step is the next multiple",
      schedule: "*/15 * * * * *",
      after: "2026-03-01T10:00:07Z",
      tick: "2026-03-01T10:00:15.000Z",
    },
    {
      behaviour: "is never the same moment",
      schedule: "0 * * * * *",
      after: "2026-03-01T10:00:00Z",
      tick: "2026-03-01T10:01:00.000Z",
    },
    {
      behaviour: "of a range on weekdays skips the weekend",
      schedule: "0 0 9 * * Mon-Fri",
      after: "2026-03-06T09:00:00Z",
      tick: "2026-03-09T09:00:00.000Z",
    },
    {
      behaviour: "of a list is its next member",
      schedule: "0 5,35 * * * *",
      after: "2026-03-01T10:06:00Z",
      tick: "2026-03-01T10:35:00.000Z",
    },
    {
      behaviour: "of a start with a step runs to the end of the field",
      schedule: "0 20/20 * * * *",
      after: "2026-03-01T10:40:00Z",
      tick: "2026-03-01T11:20:00.000Z",
    },
    {
      behaviour: "of a named month waits for it",
      schedule: "0 0 0 1 Feb *",
      after: "2026-03-01T00:00:00Z",
      tick: "2027-02-01T00:00:00.000Z",
    },
    {
      behaviour: "of 29 February waits for a leap year",
      schedule: "0 0 0 29 2 *",
      after: "2026-03-01T00:00:00Z",
      tick: "2028-02-29T00:00:00.000Z",
    },
    {
      behaviour: "of five fields is at second 0",
      schedule: "* * * * *",
      after: "2026-03-01T10:00:07Z",
      tick: "2026-03-01T10:01:00.000Z",
    },
    {
      behaviour: "of a setting follows its value",
      schedule: "%NIGHTLY%",
      after: "2026-03-01T10:00:00Z",
      tick: "2026-03-02T02:30:00.000Z",
    },
    {
      behaviour: "of a time span is that long after",
      schedule: "00:00:10",
      after: "2026-03-01T10:00:00Z",
      tick: "2026-03-01T10:00:10.000Z",
    },
    {
      behaviour: "of an impossible day never comes",
      schedule: "0 0 0 30 2 *",
      after: "2026-03-01T10:00:00Z",
      tick: undefined,
    },
  ])("$behaviour", ({ schedule, after, tick }) => {
    expect(next(schedule, after)).toBe(tick);
  });
});

describe("a schedule that is refused", () => {
  it.each([
    { behaviour: "has too few fields", schedule: "* * *", says: "it needs six fields" },
    {
      behaviour: "is out of range",
      schedule: "60 * * * * *",
      says: '"60" is not a value of seconds',
    },
    { behaviour: "runs backwards", schedule: "30-10 * * * * *", says: '"30-10" is not a range' },
    { behaviour: "names a setting that is not set", schedule: "%GONE%", says: "GONE is not set" },
  ])("$behaviour", ({ schedule, says }) => {
    expect(() => timerSchedule(schedule, settings)).toThrow(says);
  });
});
