import type { Ran } from "../../support/kubectl.js";

/** What a command did on each side, without what may differ. */
export interface Compared {
  readonly real: readonly string[];
  readonly hub: readonly string[];
}

/**
 * The lines that only one side printed, in its order; both empty when the command did the same.
 *
 * @param repeats whether it matters how often a line is printed
 */
export function compare(real: Ran, hub: Ran, repeats: boolean): Compared {
  const distinct = (lines: readonly string[]) => (repeats ? lines : [...new Set(lines)]);
  const [ofReal, ofHub] = [distinct(linesOf(real)), distinct(linesOf(hub))];
  return { real: without(ofReal, ofHub), hub: without(ofHub, ofReal) };
}

/** Exit code, output and errors as lines; identities, times, ages, versions and addresses are names for themselves. */
function linesOf({ code, stdout, stderr }: Ran): readonly string[] {
  const lines = (text: string) =>
    normalized(text)
      .split("\n")
      .filter((line) => line !== "" && !NOISE.test(line));
  return [`exit ${code}`, ...lines(stdout), ...lines(stderr).map((line) => `! ${line}`)];
}

/** kubectl's own log, and what a real server finds to repair from time to time. */
const NOISE = /^[EIW]\d{4} |ClusterIPNotAllocated/;

const NORMALIZATIONS: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uid>"],
  [/https?:\/\/(127\.0\.0\.1|localhost):\d+/g, "<server>"],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?\+0000|Z)?/g, "<time>"],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]+ \+0000/g, "<time>"],
  [/(resourceVersion\\?"?: ?\\?")[^"\\]+/g, "$1<version>"],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, "/tmp/$1"],
  [/\b10\.0\.0\.\d+\b/g, "<ip>"],
  [/(Resource Version: +)\d+/g, "$1<version>"],
  [/\/tmp\/kubectl-edit-\d+/g, "/tmp/kubectl-edit"],
  [/\bgen-[a-z0-9]{5}\b/g, "gen-<suffix>"],
  [/\b80:3\d{4}\/TCP/g, "80:<port>/TCP"],
  [/((userAgent|User Agent): +).*/g, "$1<user agent>"],
  [/(?<=\S) {2,}/g, "  "],
  [/(?<= {2}|^)(\d+(s|m|h|d))+(?= |$)/gm, "<age>"],
  [/ +$/gm, ""],
];

function normalized(text: string): string {
  return NORMALIZATIONS.reduce((result, [from, to]) => result.replace(from, to), text);
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
