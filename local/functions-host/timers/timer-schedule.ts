import { timeSpanMs } from "../host-settings.js";
import { nextOccurrence, parseNcrontab } from "./ncrontab.js";

/** When a timer trigger fires next after a moment; `undefined` for never. */
export type NextTick = (after: Date) => Date | undefined;

/**
 * Reads the schedule of a timer trigger: NCRONTAB, a time span between ticks, or `%SETTING%` holding either.
 *
 * @throws naming the setting that is missing or the expression that is wrong.
 */
export function timerSchedule(
  schedule: string,
  settings: Readonly<Record<string, string | undefined>>,
): NextTick {
  const text = schedule.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`The app setting ${name} is not set`);
    return value;
  });
  if (/^[\d.]*\d+:\d+:\d+/.test(text)) {
    const interval = timeSpanMs(text);
    return (after) => new Date(after.getTime() + interval);
  }
  const parsed = parseNcrontab(text);
  return (after) => nextOccurrence(parsed, after);
}
