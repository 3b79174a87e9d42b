const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether it is a time as Kubernetes writes and reads them (RFC 3339), on a day that there is. */
export function isRfc3339(text: string): boolean {
  const [, day = ""] = TIME.exec(text) ?? [];
  return isDay(day) && !Number.isNaN(Date.parse(text));
}

/** Whether it is a day of the calendar, such as `2028-02-29`. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // A thirtieth of February is read as one of March.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
