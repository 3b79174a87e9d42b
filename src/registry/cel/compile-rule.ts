import { type Environment, Optional } from "@marcbachmann/cel-js";
import type { Schema } from "../schema.js";
import { absentFunction, type CompileProblem, compileProblem } from "./compile-problem.js";
import { SchemaTypes } from "./declared-value.js";
import { knownFunctions, ruleEnvironment } from "./environment.js";
import { engineText, usesOldSelf } from "./rule-text.js";
import { rulesOf, type ValidationRule } from "./validation-rule.js";

/** A value and, on an update, the one it replaces. Both as JSON. */
export interface Subject {
  readonly self: unknown;
  /** Absent when there is no value to compare with. */
  readonly oldSelf?: { readonly json: unknown };
}

/** @throws Error when the expression has no value for this subject */
type Expression = (subject: Subject) => unknown;

/** What became of a rule. */
export type CompiledRule =
  | {
      readonly type: "Compiled";
      readonly rule: ValidationRule;
      readonly usesOldSelf: boolean;
      readonly holds: Expression;
      readonly message?: Expression;
    }
  /** It uses what is not here: it is not run. */
  | { readonly type: "NotEvaluated"; readonly rule: ValidationRule; readonly why: string }
  | {
      readonly type: "Refused";
      readonly rule: ValidationRule;
      readonly part: "rule" | "messageExpression";
      readonly why: string;
    };

/**
 * Compiles the rules of one schema, not those of the schemas inside.
 *
 * @param resource whether the schema is of a whole object
 */
export function compileRules(schema: Schema, resource: boolean): readonly CompiledRule[] {
  const rules = rulesOf(schema).filter(({ rule }) => rule.trim() !== "");
  if (rules.length === 0) return [];
  const environment = ruleEnvironment();
  const declared = new SchemaTypes(environment).declare(schema, resource);
  if (!declared) return [];
  const functions = knownFunctions(environment);
  environment.registerVariable("self", declared.type);
  const scopes = { always: environment.clone(), optional: environment.clone() };
  scopes.always.registerVariable("oldSelf", declared.type);
  scopes.optional.registerVariable("oldSelf", `optional<${declared.type}>`);
  return rules.map((rule) =>
    compileRule(rule, rule.optionalOldSelf ? scopes.optional : scopes.always, {
      functions,
      variables: ({ self, oldSelf }) => {
        const before = oldSelf && declared.value(oldSelf.json);
        const optional = oldSelf ? Optional.of(before) : Optional.none();
        return { self: declared.value(self), oldSelf: rule.optionalOldSelf ? optional : before };
      },
    }),
  );
}

interface Scope {
  readonly functions: ReadonlySet<string>;
  variables(subject: Subject): Record<string, unknown>;
}

function compileRule(rule: ValidationRule, environment: Environment, scope: Scope): CompiledRule {
  const functionName = absentFunction(rule.rule) ?? absentFunction(rule.messageExpression);
  if (functionName !== undefined) {
    return { type: "NotEvaluated", rule, why: `${functionName} is not known here` };
  }
  const holds = compile(rule.rule, "bool", environment, scope);
  if (holds.type !== "Expression") return unusable(rule, "rule", holds);
  const compiled = {
    type: "Compiled",
    rule,
    usesOldSelf: usesOldSelf(rule.rule),
    holds: holds.evaluate,
  } as const;
  if (rule.messageExpression.trim() === "") return compiled;
  const message = compile(rule.messageExpression, "string", environment, scope);
  if (message.type !== "Expression") return unusable(rule, "messageExpression", message);
  return { ...compiled, message: message.evaluate };
}

function unusable(
  rule: ValidationRule,
  part: "rule" | "messageExpression",
  { type, why }: CompileProblem,
): CompiledRule {
  if (type === "NotUnderstood") return { type: "NotEvaluated", rule, why };
  const inWords = part === "rule" ? why : `${part} ${why.replace(/^cel expression /, "")}`;
  return { type: "Refused", rule, part, why: inWords };
}

interface Compiled {
  readonly type: "Expression";
  readonly evaluate: Expression;
}

function compile(
  text: string,
  type: "bool" | "string",
  environment: Environment,
  { functions, variables }: Scope,
): Compiled | CompileProblem {
  try {
    const parsed = withMixedLists(environment, text).parse(engineText(text));
    const checked = parsed.check();
    if (!checked.valid) throw checked.error;
    if (checked.type !== type && checked.type !== "dyn") {
      return { type: "Wrong", why: `cel expression must evaluate to a ${type}` };
    }
    return { type: "Expression", evaluate: (subject) => parsed(variables(subject)) };
  } catch (error) {
    const problem = compileProblem(error, text, functions);
    return { ...problem, why: `compilation failed: ${problem.why}` };
  }
}

/** The arguments of `format` are a list, whose items may be of several types; those of other lists may not. */
function withMixedLists(environment: Environment, text: string): Environment {
  if (!/\.format\s*\(/.test(text)) return environment;
  return environment.clone({ homogeneousAggregateLiterals: false });
}
