import { type ASTNode, ParseError, TypeError as RuleTypeError } from "@marcbachmann/cel-js";
import { kubernetesText } from "./rule-text.js";

/** Functions of a real server's rules that are not here: a rule with one is stored, and not run. */
const ABSENT_FUNCTIONS = /\b(transformList|transformMap|transformMapEntry|sortBy)\s*\(/;
const TWO_VARIABLES = /\.\s*(all|exists|existsOne|exists_one)\s*\(\s*\w+\s*,\s*\w+\s*,/;

/** The function a rule needs and that is not here; undefined when there is none. */
export function absentFunction(rule: string): string | undefined {
  const code = rule.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""');
  const name = ABSENT_FUNCTIONS.exec(code)?.[1];
  if (name !== undefined) return name;
  const macro = TWO_VARIABLES.exec(code)?.[1];
  return macro === undefined ? undefined : `${macro} with two variables`;
}

/** Why a rule does not compile. */
export type CompileProblem =
  /** A real server would not take it either; in its words. */
  | { readonly type: "Wrong"; readonly why: string }
  /** The engine stumbles over it, which says little about the rule. */
  | { readonly type: "NotUnderstood"; readonly why: string };

/** Where the engine is as strict as a real server. */
const AGREED: readonly string[] = [
  "no_such_key",
  "cannot_index_type",
  "unknown_variable",
  "no_matching_overload",
  "heterogeneous_list_element",
  "incompatible_ternary_branches",
  "invalid_logical_operand",
  "invalid_condition_type",
  "invalid_macro_argument",
];
/** Of these types the engine has all operators that there are. */
const PLAIN_OPERANDS =
  /^no such overload: (int|double|string|bool|null|object\d+) \S+ (int|double|string|bool|null|object\d+)$/;

/** @param functions the names that are known */
export function compileProblem(
  error: unknown,
  text: string,
  functions: ReadonlySet<string>,
): CompileProblem {
  if (error instanceof ParseError) {
    if (error.code === "limit_exceeded") return { type: "NotUnderstood", why: error.summary };
    const place = error.range?.start ?? text.length;
    return { type: "Wrong", why: located(`Syntax error: ${error.summary}`, text, place) };
  }
  if (!(error instanceof RuleTypeError) || !error.node) throw error;
  const { code, node, range, summary } = error;
  if (!AGREED.includes(code) && !PLAIN_OPERANDS.test(summary)) {
    return { type: "NotUnderstood", why: summary };
  }
  const place = placeOf(node, text) ?? range?.start ?? 0;
  const why = located(wording(kubernetesText(summary), functions), text, place);
  return { type: "Wrong", why };
}

function wording(summary: string, functions: ReadonlySet<string>): string {
  const said = (pattern: RegExp) => pattern.exec(summary)?.slice(1);
  const [field] = said(/^No such key: (.*)$/) ?? [];
  if (field !== undefined) return `undefined field '${field}'`;
  const [scalar] = said(/^Cannot index type '(.*)'$/) ?? [];
  if (scalar !== undefined) return `type '${scalar}' does not support field selection`;
  const [variable] = said(/^Unknown variable: (.*)$/) ?? [];
  if (variable !== undefined) return undeclared(variable);
  const binary = said(/^no such overload: (.+) ([-+*/%<>=!in]+) (.+)$/);
  if (binary)
    return `found no matching overload for '_${binary[1]}_' applied to '(${binary[0]}, ${binary[2]})'`;
  const call = said(/^found no matching overload for '(?:(.+)\.)?(\w+)\((.*)\)'$/);
  if (!call) return summary.replace(/^.*, (?=expected type)/, "");
  const [receiver, name = "", args = ""] = call;
  if (!functions.has(name)) return undeclared(name);
  const applied = receiver === undefined ? `(${args})` : `${receiver}.(${args})`;
  return `found no matching overload for '${name}' applied to '${applied}'`;
}

function undeclared(name: string): string {
  return `undeclared reference to '${name}' (in container '')`;
}

/** Where a real server points: at the dot of a field, the parenthesis of a call, the operator. */
function placeOf(node: ASTNode, text: string): number | undefined {
  const after = (place: number, sign: string) => {
    const found = text.indexOf(sign, place);
    return found < 0 ? undefined : found;
  };
  switch (node.op) {
    case ".":
    case ".?":
      return after(node.args[0].range.end, ".");
    case "call":
      return after(node.range.start, "(");
    case "rcall":
      return after(text.indexOf(node.args[0], node.args[1].range.end), "(");
    case "==":
    case "!=":
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "in":
      return after(node.args[0].range.end, node.op);
    default:
      return undefined;
  }
}

/** With the line and the place in it, as cel-go prints it. */
function located(message: string, text: string, place: number): string {
  const before = text.slice(0, place).split("\n");
  const column = before.at(-1)?.length ?? 0;
  const line = text.split("\n")[before.length - 1] ?? "";
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${".".repeat(column)}^`;
}
