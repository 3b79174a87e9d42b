import type { Environment } from "@marcbachmann/cel-js";

/** A version of Semantic Versioning 2. What follows a plus sign does not count. */
class Semver {
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];

  constructor(numbers: readonly bigint[], pre: readonly string[]) {
    this.numbers = numbers;
    this.pre = pre;
  }
}

const TYPE = "kubernetes.Semver";
const PARTS = ["major", "minor", "patch"] as const;

const NUMBER = "(0|[1-9]\\d*)";
const PRE = "(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${PRE}(?:\\.${PRE})*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
);

/** Source: apiserver `pkg/cel/library/semverlib.go`. */
export function registerSemverFunctions(environment: Environment): void {
  const isSemver = (text: string, normalize = false) => parse(text, normalize) !== undefined;
  environment
    .registerType(TYPE, { ctor: Semver, fields: {} })
    .registerOperator(`${TYPE} == ${TYPE}`, (a: Semver, b: Semver) => compare(a, b) === 0n)
    .registerFunction("isSemver(string): bool", isSemver)
    .registerFunction("isSemver(string, bool): bool", isSemver)
    .registerFunction(`semver(string): ${TYPE}`, semver)
    .registerFunction(`semver(string, bool): ${TYPE}`, semver)
    .registerFunction(`${TYPE}.compareTo(${TYPE}): int`, compare)
    .registerFunction(
      `${TYPE}.isGreaterThan(${TYPE}): bool`,
      (a: Semver, b: Semver) => compare(a, b) > 0n,
    )
    .registerFunction(
      `${TYPE}.isLessThan(${TYPE}): bool`,
      (a: Semver, b: Semver) => compare(a, b) < 0n,
    );
  for (const [index, part] of PARTS.entries()) {
    environment.registerFunction(
      `${TYPE}.${part}(): int`,
      ({ numbers }: Semver) => numbers[index] ?? 0n,
    );
  }
}

function semver(text: string, normalize = false): Semver {
  const parsed = parse(text, normalize);
  if (!parsed) {
    throw new RangeError(`invalid semantic version ${JSON.stringify(text)}`);
  }
  return parsed;
}

function parse(text: string, normalize: boolean): Semver | undefined {
  const match = SEMVER.exec(normalize ? normalized(text) : text);
  if (!match) return undefined;
  const [, major = "0", minor = "0", patch = "0", pre] = match;
  return new Semver([major, minor, patch].map(BigInt), pre === undefined ? [] : pre.split("."));
}

/** Without a leading `v` and leading zeros, and with the numbers that are missing at the end. */
function normalized(text: string): string {
  const [, numbers = "", rest = ""] = /^v?([\d.]*)(.*)$/s.exec(text) ?? [];
  const parts = numbers.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  return [...parts, "0", "0"].slice(0, Math.max(parts.length, PARTS.length)).join(".") + rest;
}

function compare(a: Semver, b: Semver): bigint {
  const differing = a.numbers.findIndex((number, index) => number !== b.numbers[index]);
  if (differing >= 0) return sign((a.numbers[differing] ?? 0n) - (b.numbers[differing] ?? 0n));
  // What comes before a release is less than the release itself.
  if (a.pre.length === 0 || b.pre.length === 0) return sign(BigInt(b.pre.length - a.pre.length));
  return comparePre(a.pre, b.pre);
}

function comparePre(a: readonly string[], b: readonly string[]): bigint {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1n;
    const order = compareIdentifiers(left, right);
    if (order !== 0n) return order;
  }
  return a.length < b.length ? -1n : 0n;
}

/** Numbers by their value, before all words; words letter by letter. */
function compareIdentifiers(a: string, b: string): bigint {
  const [numberA, numberB] = [a, b].map((text) => /^\d+$/.test(text));
  if (numberA && numberB) return sign(BigInt(a) - BigInt(b));
  if (numberA !== numberB) return numberA ? -1n : 1n;
  if (a === b) return 0n;
  return a < b ? -1n : 1n;
}

function sign(value: bigint): bigint {
  return value > 0n ? 1n : value < 0n ? -1n : 0n;
}
