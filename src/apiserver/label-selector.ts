import { labelValueProblems, qualifiedNameProblems } from "../api/object-names.js";
import { badRequest } from "../api/status-error.js";

type Operator = "=" | "!=" | "in" | "notin" | "exists" | "!" | ">" | "<";

/** One requirement of a label selector. */
interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

export type LabelTest = (labels: Readonly<Record<string, string>> | undefined) => boolean;

const TOKEN = /\s*(?:(==|!=|=|!|,|\(|\)|>|<)|([^\s=!,()<>]+))/y;
/** A token that no key and no value begins with. */
const SIGN = /^[=!,()<>]/;

/**
 * The `labelSelector` query parameter as a test of an object's labels; an empty text matches everything.
 * Source: apimachinery `labels.Parse`.
 *
 * @throws StatusError 400
 */
export function parseLabelSelector(text: string): LabelTest {
  if (!text.trim()) return () => true;
  const requirements = new SelectorReader(tokenize(text)).read();
  return (labels) => requirements.every((requirement) => meets(requirement, labels ?? {}));
}

function meets({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>) {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "=":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case ">":
      return value !== undefined && Number(value) > Number(values[0]);
    case "<":
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

function tokenize(text: string): readonly string[] {
  const tokens: string[] = [];
  const reader = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (reader.lastIndex < end) {
    const match = reader.exec(text);
    if (!match) throw unparsable("unexpected character");
    tokens.push(match[1] ?? match[2] ?? "");
  }
  return tokens;
}

function unparsable(why: string) {
  return badRequest(`unable to parse requirement: ${why}`);
}

/** Source: apimachinery `labels.NewRequirement`: what no label can be is not looked for. */
function checkWords({ key, values }: Requirement): void {
  refuseWord("<nil>", key, qualifiedNameProblems(key));
  for (const [index, value] of values.entries()) {
    refuseWord(`values[${index}][${key}]`, value, labelValueProblems(value));
  }
}

function refuseWord(field: string, word: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw unparsable(`${field}: Invalid value: ${JSON.stringify(word)}: ${problems.join("; ")}`);
}

/** Reads the comma-separated requirements of one selector, token by token. */
class SelectorReader {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  read(): readonly Requirement[] {
    const requirements = [this.#requirement()];
    while (this.#position < this.#tokens.length) {
      this.#expect(",");
      requirements.push(this.#requirement());
    }
    for (const requirement of requirements) checkWords(requirement);
    return requirements;
  }

  #requirement(): Requirement {
    if (this.#peek() === "!") {
      this.#position += 1;
      return { key: this.#key(), operator: "!", values: [] };
    }
    const key = this.#key();
    const operator = this.#peek();
    if (operator === undefined || operator === ",") return { key, operator: "exists", values: [] };
    this.#position += 1;
    return { key, ...this.#operand(operator) };
  }

  #operand(operator: string): Omit<Requirement, "key"> {
    switch (operator) {
      case "=":
      case "==":
        return { operator: "=", values: [this.#value()] };
      case "!=":
        return { operator, values: [this.#value()] };
      case "in":
      case "notin":
        return { operator, values: this.#set() };
      case ">":
      case "<":
        return { operator, values: [this.#integer()] };
      default:
        throw this.#found(operator, "in, notin, =, ==, !=, gt, lt");
    }
  }

  #set(): readonly string[] {
    this.#expect("(");
    const values = [this.#value()];
    while (this.#peek() === ",") {
      this.#position += 1;
      values.push(this.#value());
    }
    this.#expect(")");
    return values;
  }

  #key(): string {
    const key = this.#next() ?? "";
    if (key === "" || SIGN.test(key)) throw this.#found(key, "identifier");
    return key;
  }

  /** A missing value is the empty one, as in `a=` or `a in (,b)`. */
  #value(): string {
    const token = this.#peek();
    if (token === undefined || token === "," || token === ")") return "";
    this.#position += 1;
    if (SIGN.test(token)) throw this.#found(token, "identifier");
    return token;
  }

  #integer(): string {
    const value = this.#value();
    if (!/^-?[0-9]+$/.test(value)) throw this.#found(value, "an integer");
    return value;
  }

  #expect(token: string): void {
    const found = this.#next();
    if (found !== token) throw this.#found(found ?? "", token);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #next(): string | undefined {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }

  #found(token: string, expected: string) {
    return unparsable(`found '${token}', expected: ${expected}`);
  }
}
