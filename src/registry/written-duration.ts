import { parseGoDuration } from "../api/go-duration.js";

const SECOND = 1000;
/** Milliseconds by the first letters of a unit. Source: go-openapi `strfmt` duration. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(ns|nanos?|nanoseconds?)$/, 1e-6],
  [/^(us|µs|micros?|microseconds?)$/, 1e-3],
  [/^(ms|millis?|milliseconds?)$/, 1],
  [/^(s|secs?|seconds?)$/, SECOND],
  [/^(m|mins?|minutes?)$/, 60 * SECOND],
  [/^(h|hrs?|hours?)$/, 3600 * SECOND],
  [/^(d|days?)$/, 86_400 * SECOND],
  [/^(w|wks?|weeks?)$/, 604_800 * SECOND],
];

/** Milliseconds of a text of the format `duration`: Go's (`1h30m`), or words such as `3 days`; undefined for others. */
export function parseWrittenDuration(text: string): number | undefined {
  try {
    return parseGoDuration(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const [, amount, name = ""] = /^\s*(\d+)\s*([a-zµ]+)\s*$/i.exec(text) ?? [];
  const unit = UNITS.find(([names]) => names.test(name.toLowerCase()))?.[1];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * unit;
}
