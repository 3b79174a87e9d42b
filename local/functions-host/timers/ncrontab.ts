/** A parsed schedule: the values that each field allows. Days of the week count from Sunday, 0. */
export interface Schedule {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
}

const fields = [
  { key: "seconds", low: 0, high: 59, names: [] },
  { key: "minutes", low: 0, high: 59, names: [] },
  { key: "hours", low: 0, high: 23, names: [] },
  { key: "days", low: 1, high: 31, names: [] },
  {
    key: "months",
    low: 1,
    high: 12,
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { key: "weekdays", low: 0, high: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
] as const;

type Field = (typeof fields)[number];

/**
 * Parses an NCRONTAB expression of six fields, second first; five fields begin at second 0.
 *
 * Source: atifaziz/NCrontab, as used by the timer trigger.
 *
 * @throws naming the expression and the field that is wrong.
 */
export function parseNcrontab(expression: string): Schedule {
  const given = expression.trim().split(/\s+/);
  if (given.length === 5) given.unshift("0");
  if (given.length !== 6)
    throw new Error(`"${expression}" is not an NCRONTAB expression: it needs six fields`);
  const values = fields.map((field, index) => [
    field.key,
    fieldValues(given[index] ?? "", field, expression),
  ]);
  return Object.fromEntries(values);
}

function fieldValues(text: string, field: Field, expression: string): number[] {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
    if (!match) throw new Error(`"${expression}": "${item}" is not a value of ${field.key}`);
    const [, star, from, to, every] = match;
    const low = star ? field.low : number(from, field, expression);
    const high = lastOf(star ?? every, to, low, field, expression);
    const step = Number(every ?? 1);
    if (step < 1 || low > high)
      throw new Error(`"${expression}": "${item}" is not a range of ${field.key}`);
    for (let value = low; value <= high; value += step) values.add(value);
  }
  return [...values].sort((left, right) => left - right);
}

// `5/10` means from 5 to the end in steps, `5` means 5.
function lastOf(
  open: string | undefined,
  to: string | undefined,
  low: number,
  field: Field,
  expression: string,
): number {
  if (to !== undefined) return number(to, field, expression);
  return open === undefined ? low : field.high;
}

function number(text: string | undefined, field: Field, expression: string): number {
  const names: readonly string[] = field.names;
  const named = names.indexOf(text?.slice(0, 3).toLowerCase() ?? "");
  const value = named >= 0 ? named + field.low : Number(text);
  if (!Number.isInteger(value) || value < field.low || value > field.high)
    throw new Error(`"${expression}": "${text}" is not a value of ${field.key}`);
  return value;
}

/** A day beyond which a schedule such as 30 February is taken never to come. */
const horizonYears = 10;

/** The first moment of a schedule after another moment, in UTC; `undefined` when it never comes. */
export function nextOccurrence(schedule: Schedule, after: Date): Date | undefined {
  const start = new Date(Math.floor(after.getTime() / 1000) * 1000 + 1000);
  const day = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()));
  const last = start.getUTCFullYear() + horizonYears;
  for (let current = day; current.getUTCFullYear() <= last; current = nextDay(current)) {
    if (!isScheduledDay(schedule, current)) continue;
    const from = current.getTime() === day.getTime() ? start : current;
    const at = timeOfDay(schedule, from);
    if (at !== undefined) return new Date(current.getTime() + at * 1000);
  }
  return undefined;
}

function isScheduledDay({ months, days, weekdays }: Schedule, day: Date): boolean {
  return (
    months.includes(day.getUTCMonth() + 1) &&
    days.includes(day.getUTCDate()) &&
    weekdays.includes(day.getUTCDay())
  );
}

function timeOfDay({ hours, minutes, seconds }: Schedule, from: Date): number | undefined {
  const earliest = from.getUTCHours() * 3600 + from.getUTCMinutes() * 60 + from.getUTCSeconds();
  for (const hour of hours)
    for (const minute of minutes) {
      const base = hour * 3600 + minute * 60;
      const second = seconds.find((each) => base + each >= earliest);
      if (second !== undefined) return base + second;
    }
  return undefined;
}

function nextDay(day: Date): Date {
  return new Date(day.getTime() + 24 * 3600_000);
}
