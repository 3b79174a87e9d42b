import { fieldsOf, sameJson } from "./fields.js";

type Step =
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "index"; readonly index: number }
  | { readonly type: "all" }
  | { readonly type: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly type: "filter"; readonly path: JsonPath; readonly test: Test | undefined };

interface Test {
  readonly operator: string;
  readonly value: unknown;
}

/** A parsed path: what to take at each step. */
export type JsonPath = readonly Step[];

/** One step at the start of the rest of a path. */
const STEPS: readonly {
  readonly pattern: RegExp;
  readonly read: (found: RegExpExecArray) => Step | undefined;
}[] = [
  { pattern: /^\.?\[\*\]|^\.\*/, read: () => ({ type: "all" }) },
  { pattern: /^\.?\[(-?\d+)\]/, read: ([, index]) => ({ type: "index", index: Number(index) }) },
  {
    pattern: /^\.?\[(-?\d*):(-?\d*)\]/,
    read: ([, from, to]) => ({ type: "slice", from: numberOf(from), to: numberOf(to) }),
  },
  {
    pattern: /^\.?\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/,
    read: ([, single, double]) => ({ type: "field", name: unescaped(single ?? double ?? "") }),
  },
  {
    pattern: /^\.?\[\?\(\s*@([^=!<>)\s]+)\s*(?:(==|!=|<=|>=|<|>)\s*([^)]+?)\s*)?\)\]/,
    read: ([, path = "", operator, literal = ""]) => filterStep(path, operator, literal),
  },
  {
    pattern: /^\.((?:[^.[\]\\]|\\.)+)/,
    read: ([, name = ""]) => ({ type: "field", name: unescaped(name) }),
  },
];

/**
 * Reads a simple JSON path as definitions use them for columns: `.spec.replicas`, `.metadata.labels.a\.b/c`,
 * `.status.conditions[?(@.type=="Ready")].status`, `.spec.ports[*].name`. Undefined when it cannot be read.
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  let rest = text === "." ? "" : text;
  while (rest !== "") {
    const taken = nextStep(rest);
    if (!taken) return undefined;
    steps.push(taken.step);
    rest = rest.slice(taken.length);
  }
  return steps;
}

function nextStep(rest: string): { readonly step: Step; readonly length: number } | undefined {
  for (const { pattern, read } of STEPS) {
    const found = pattern.exec(rest);
    const step = found && read(found);
    if (found && step) return { step, length: found[0].length };
  }
  return undefined;
}

function filterStep(path: string, operator: string | undefined, literal: string): Step | undefined {
  const parsed = parseJsonPath(path);
  const value = operator === undefined ? undefined : literalOf(literal);
  if (!parsed || (operator !== undefined && value === undefined)) return undefined;
  return {
    type: "filter",
    path: parsed,
    test: operator === undefined ? undefined : { operator, value },
  };
}

function literalOf(text: string): unknown {
  const quoted = /^(?:"(.*)"|'(.*)')$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? "";
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

function numberOf(text: string | undefined): number | undefined {
  return text ? Number(text) : undefined;
}

/** Every value the path leads to, in order; empty when it leads nowhere. */
export function findAll(path: JsonPath, value: unknown): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (found, step) => found.flatMap((item) => take(step, item)),
    [value],
  );
}

function take(step: Step, value: unknown): readonly unknown[] {
  switch (step.type) {
    case "field":
      return present(
        Object.hasOwn(fieldsOf(value), step.name) ? fieldsOf(value)[step.name] : undefined,
      );
    case "index":
      return Array.isArray(value) ? present(value.at(step.index)) : [];
    case "all":
      return Array.isArray(value) ? value : Object.values(fieldsOf(value));
    case "slice":
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case "filter":
      return Array.isArray(value) ? value.filter((item) => passes(step, item)) : [];
  }
}

function present(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

function passes({ path, test }: Extract<Step, { type: "filter" }>, item: unknown): boolean {
  const [left] = findAll(path, item);
  if (!test) return left !== undefined;
  switch (test.operator) {
    case "==":
      return sameJson(left, test.value);
    case "!=":
      return !sameJson(left, test.value);
    default:
      return ordered(left, test);
  }
}

function ordered(left: unknown, { operator, value }: Test): boolean {
  if (typeof left !== "number" || typeof value !== "number") return false;
  if (operator === "<") return left < value;
  if (operator === ">") return left > value;
  return operator === "<=" ? left <= value : left >= value;
}
