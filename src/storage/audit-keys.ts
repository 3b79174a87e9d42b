const DAY_MS = 24 * 60 * 60 * 1000;
const LAST_DAY = 99_999;
const LAST_MS = 9_999_999_999_999;
const DAY_DIGITS = String(LAST_DAY).length;
const MS_DIGITS = String(LAST_MS).length;

/** Partition of a day in UTC: a later day sorts first. */
export function dayKey(time: Date): string {
  const day = Math.floor(time.getTime() / DAY_MS);
  return String(LAST_DAY - day).padStart(DAY_DIGITS, "0");
}

/** What row keys of that millisecond begin with: a later one sorts first. */
export function timeKey(time: Date): string {
  return String(LAST_MS - time.getTime()).padStart(MS_DIGITS, "0");
}

/** Sorts after every row key that begins with a `timeKey`. */
export const AFTER_TIME = "~";
