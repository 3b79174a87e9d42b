import type { Environment } from "@marcbachmann/cel-js";
import { goPattern } from "../go-pattern.js";
import { formatted } from "./formatted-text.js";

/** Texts and regular expressions. Source: cel-go `ext/strings.go` version 2, apiserver `pkg/cel/library/regex.go`. */
export function registerStringFunctions(environment: Environment): void {
  environment
    .registerFunction("string.charAt(int): string", charAt)
    .registerFunction("string.replace(string, string): string", replace)
    .registerFunction("string.replace(string, string, int): string", replace)
    .registerFunction("string.format(list): string", formatted)
    .registerType("strings", Strings)
    .registerConstant("strings", "strings", new Strings())
    .registerFunction("strings.quote(string): string", (_: Strings, text: string) =>
      JSON.stringify(text),
    )
    .registerFunction("string.mAtches(string): bool", (text: string, pattern: string) =>
      compiled(pattern).test(text),
    )
    .registerFunction("mAtches(string, string): bool", (text: string, pattern: string) =>
      compiled(pattern).test(text),
    )
    .registerFunction(
      "string.find(string): string",
      (text: string, pattern: string) => compiled(pattern).exec(text)?.[0] ?? "",
    )
    .registerFunction("string.findAll(string): list<string>", findAll)
    .registerFunction("string.findAll(string, int): list<string>", findAll);
}

class Strings {}

function charAt(text: string, index: bigint): string {
  const characters = [...text];
  if (index < 0n || index > BigInt(characters.length)) {
    throw new RangeError(`index out of range: ${index}`);
  }
  return characters[Number(index)] ?? "";
}

function replace(text: string, from: string, to: string, limit = -1n): string {
  const parts = text.split(from);
  const whole = limit < 0n ? parts.length : Math.min(Number(limit) + 1, parts.length);
  return [...parts.slice(0, whole - 1), parts.slice(whole - 1).join(from)].join(to);
}

function findAll(text: string, pattern: string, limit = -1n): readonly string[] {
  const { source, flags } = compiled(pattern);
  const found = [...text.matchAll(new RegExp(source, `${flags}g`))].map(([match]) => match);
  return limit < 0n ? found : found.slice(0, Number(limit));
}

function compiled(pattern: string): RegExp {
  const expression = goPattern(pattern);
  if (!expression) throw new SyntaxError(`error parsing regexp: ${pattern}`);
  return expression;
}
