import type { Environment } from "@marcbachmann/cel-js";

type List = readonly unknown[];

/** Lists and sets. Source: apiserver `pkg/cel/library/lists.go`, cel-go `ext/lists.go` version 3 and `ext/sets.go`. */
export function registerListFunctions(environment: Environment): void {
  environment
    .registerFunction("list<A>.isSorted(): bool", (list: List) =>
      list.every((item, index) => index === 0 || compare(list[index - 1], item) <= 0),
    )
    .registerFunction("list<A>.sum(): A", (list: List) => list.reduce(sum, zero(list)))
    .registerFunction("list<A>.min(): A", (list: List) => extreme(list, -1, "min"))
    .registerFunction("list<A>.max(): A", (list: List) => extreme(list, 1, "max"))
    .registerFunction("list<A>.indexOf(A): int", (list: List, item: unknown) =>
      BigInt(list.findIndex((each) => equal(each, item))),
    )
    .registerFunction("list<A>.lastIndexOf(A): int", (list: List, item: unknown) =>
      BigInt(list.findLastIndex((each) => equal(each, item))),
    )
    .registerFunction("list<A>.distinct(): list<A>", distinct)
    .registerFunction("list<A>.reverse(): list<A>", (list: List) => [...list].reverse())
    .registerFunction("list<A>.sort(): list<A>", (list: List) => [...list].sort(compare))
    .registerFunction("list<A>.slice(int, int): list<A>", slice)
    .registerFunction("list.flatten(): list", (list: List) => list.flat(1))
    .registerFunction("list.flatten(int): list", (list: List, depth: bigint) =>
      list.flat(Number(depth)),
    )
    .registerType("lists", Lists)
    .registerConstant("lists", "lists", new Lists())
    .registerFunction("lists.range(int): list<int>", range)
    .registerType("sets", Sets)
    .registerConstant("sets", "sets", new Sets())
    .registerFunction("sets.contains(list<A>, list<A>): bool", (_: Sets, all: List, some: List) =>
      includesAll(all, some),
    )
    .registerFunction(
      "sets.equivalent(list<A>, list<A>): bool",
      (_: Sets, a: List, b: List) => includesAll(a, b) && includesAll(b, a),
    )
    .registerFunction("sets.intersects(list<A>, list<A>): bool", (_: Sets, a: List, b: List) =>
      a.some((item) => includesAll(b, [item])),
    );
}

class Lists {}
class Sets {}

/** A list this long is none that somebody means. */
const MAX_RANGE = 100_000n;

function range(_: Lists, end: bigint): List {
  if (end > MAX_RANGE) throw new RangeError(`lists.range: ${end} is too large`);
  return Array.from({ length: Math.max(Number(end), 0) }, (_each, index) => BigInt(index));
}

function slice(list: List, start: bigint, end: bigint): List {
  if (start < 0n || end < start || end > BigInt(list.length)) {
    throw new RangeError(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  }
  return list.slice(Number(start), Number(end));
}

function distinct(list: List): List {
  return list.filter((item, index) => list.findIndex((each) => equal(each, item)) === index);
}

function includesAll(list: List, items: List): boolean {
  return items.every((item) => list.some((each) => equal(each, item)));
}

function extreme(list: List, sign: number, name: string): unknown {
  if (list.length === 0) throw new RangeError(`${name} called on empty list`);
  return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best));
}

function zero(list: List): unknown {
  return typeof list[0] === "number" ? 0 : 0n;
}

function sum(total: unknown, item: unknown): unknown {
  if (typeof total === "bigint" && typeof item === "bigint") return total + item;
  return Number(total) + Number(item);
}

/** Texts by code units, everything else by what it counts. */
function compare(a: unknown, b: unknown): number {
  const [left, right] = [comparable(a), comparable(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function comparable(value: unknown): string | number | bigint {
  if (typeof value === "string" || typeof value === "bigint") return value;
  return Number(value);
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === "bigint") return `${each}`;
    return each instanceof Map ? [...each].sort(([a], [b]) => (`${a}` < `${b}` ? -1 : 1)) : each;
  });
}
