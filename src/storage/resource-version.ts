/**
 * A resourceVersion is a decimal number: the time in an entity's ETag, in ticks of 100 ns since 1970, and one digit
 * that says what the time stands for.
 *
 * For a version of an object the digit is the number of decimals that the ETag gives its seconds (0 to 7). The
 * service compares ETags as text, so leaving out trailing zeros makes another ETag: the digit makes the way back exact.
 * Source: "Update Entity" in the Table service REST reference (form of the ETag).
 */
export type ResourceVersion = string;

const DELETION = 8n;
const MOMENT = 9n;
const DECIMALS = 7;
const TICKS_PER_MS = 10_000n;
const MS_DIGITS = 3;
/** Longer numbers are no times of ours: 18 digits last until the year 2286. */
const VERSION = /^[0-9]{2,18}$/;
const ETAG =
  /^W\/"datetime'([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2})%3A([0-9]{2})%3A([0-9]{2})(?:\.([0-9]{1,7}))?Z'"$/i;

/** @throws Error when the ETag has another form: the account is no storage account then */
export function versionOfEtag(etag: string): ResourceVersion {
  const { ticks, decimals } = timeOfEtag(etag);
  return String(ticks * 10n + BigInt(decimals));
}

/** The version under which an object ceased to exist: the ETag of what is left in its place. */
export function versionOfDeletion(etag: string): ResourceVersion {
  return String(timeOfEtag(etag).ticks * 10n + DELETION);
}

/** The version of a whole collection: a moment, by this process's clock. */
export function versionOfMoment(ticks: bigint): ResourceVersion {
  return String(ticks * 10n + MOMENT);
}

/** @returns undefined when the text is no version of an object */
export function etagOfVersion(version: string | undefined): string | undefined {
  if (version === undefined || !VERSION.test(version)) return undefined;
  const decimals = Number(version.at(-1));
  if (decimals > DECIMALS) return undefined;
  const ticks = BigInt(version.slice(0, -1));
  const fraction = String(ticks % 10_000_000n)
    .padStart(DECIMALS, "0")
    .slice(0, decimals);
  const time = new Date(msOfTicks(ticks)).toISOString().slice(0, -".000Z".length);
  const text = `${time}${decimals > 0 ? `.${fraction}` : ""}Z`;
  return `W/"datetime'${text.replaceAll(":", "%3A")}'"`;
}

/** Ticks since 1970. @returns undefined when the text is no resourceVersion */
export function ticksOfVersion(version: string): bigint | undefined {
  return VERSION.test(version) ? BigInt(version.slice(0, -1)) : undefined;
}

export function ticksOfMs(ms: number): bigint {
  return BigInt(Math.floor(ms)) * TICKS_PER_MS;
}

export function msOfTicks(ticks: bigint): number {
  return Number(ticks / TICKS_PER_MS);
}

function timeOfEtag(etag: string): { readonly ticks: bigint; readonly decimals: number } {
  const match = ETAG.exec(etag);
  if (!match) throw new Error(`ETag ${etag} is not of the form that storage accounts give`);
  const [, hours, minutes, seconds, fraction = ""] = match;
  const digits = fraction.padEnd(DECIMALS, "0");
  const ms = Date.parse(`${hours}:${minutes}:${seconds}.${digits.slice(0, MS_DIGITS)}Z`);
  return {
    ticks: ticksOfMs(ms) + BigInt(digits.slice(MS_DIGITS)),
    decimals: fraction.length,
  };
}
