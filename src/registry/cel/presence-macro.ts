import type { ASTNode, Environment } from "@marcbachmann/cel-js";

/** What the engine gives to a macro when a rule is checked and when it is run. */
interface Checker {
  check(node: ASTNode, context: unknown): unknown;
  getType(name: string): unknown;
  createError(code: string, message: string, node: ASTNode): Error;
}
interface Evaluator {
  run(node: ASTNode, context: unknown): unknown;
  debugType(value: unknown): {
    fieldLazy(object: unknown, key: string, node: ASTNode, evaluator: Evaluator): unknown;
  };
}
interface Presence {
  readonly field: ASTNode;
}

/**
 * `has(e.field)` for any expression `e`. The engine's own takes fields of variables only, and does not mind fields that
 * no schema has.
 */
export function registerPresence(environment: Environment): void {
  environment.registerFunction("hAs(ast): bool", ({ args }: { args: readonly ASTNode[] }) => ({
    field: args[0],
    async: false,
    typeCheck: checkPresence,
    evaluate: evaluatePresence,
  }));
}

function checkPresence(checker: Checker, { field }: Presence, context: unknown): unknown {
  if (field.op !== "." && field.op !== ".?") {
    throw checker.createError("invalid_macro_argument", "invalid argument to has() macro", field);
  }
  checker.check(field, context);
  return checker.getType("bool");
}

function evaluatePresence(evaluator: Evaluator, { field }: Presence, context: unknown): boolean {
  if (field.op !== "." && field.op !== ".?") return false;
  const [holder, name] = field.args;
  const object = evaluator.run(holder, context);
  const found = evaluator.debugType(object).fieldLazy(object, String(name), field, evaluator);
  return isOptional(found) ? found.hasValue() : found !== undefined;
}

function isOptional(value: unknown): value is { hasValue(): boolean } {
  return typeof value === "object" && value !== null && "hasValue" in value;
}
