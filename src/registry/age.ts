const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * The text of an Age cell: time since an RFC 3339 `from`, truncated to at most two units.
 * Source: apimachinery `util/duration.HumanDuration`, and the table printer for missing times.
 */
export function ageText(from: string | undefined, now: Date): string {
  if (!from) return "<unknown>";
  const start = Date.parse(from);
  if (Number.isNaN(start)) return "<unknown>";
  return durationText(Math.trunc((now.getTime() - start) / 1000));
}

/** A span of whole seconds as the table printer shows it. */
export function durationText(seconds: number): string {
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  if (seconds < 10 * MINUTE) return twoUnits(seconds, MINUTE, "m", 1, "s");
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return twoUnits(seconds, HOUR, "h", MINUTE, "m");
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return twoUnits(seconds, DAY, "d", HOUR, "h");
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`;
  if (seconds < 8 * YEAR) return twoUnits(seconds, YEAR, "y", DAY, "d");
  return `${Math.floor(seconds / YEAR)}y`;
}

function twoUnits(
  seconds: number,
  unit: number,
  name: string,
  smallerUnit: number,
  smallerName: string,
): string {
  const smaller = Math.floor((seconds % unit) / smallerUnit);
  const text = `${Math.floor(seconds / unit)}${name}`;
  return smaller === 0 ? text : `${text}${smaller}${smallerName}`;
}
