const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEX = /[0-9a-fA-F]/;
const ESCAPES = '"\\/bfnrt';
const LITERALS = ["true", "false", "null"];

/**
 * What is wrong with a text that is no JSON, in the words of Go's parser, which people know from kubectl and search for.
 * Undefined for a text that Go would take.
 *
 * Source: Go `encoding/json`, scanner.go.
 */
export function goJsonError(text: string): string | undefined {
  try {
    const scanner = new Scanner(text);
    scanner.value();
    scanner.skipSpace();
    if (!scanner.atEnd()) scanner.fail("after top-level value");
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
}

class SyntaxProblem extends Error {}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  skipSpace(): void {
    this.#match(SPACE);
  }

  /** Refuses the character that comes next. `where` is what Go says of its place. */
  fail(where: string): never {
    if (this.atEnd()) throw new SyntaxProblem("unexpected end of JSON input");
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    throw new SyntaxProblem(`invalid character ${quoted(character)} ${where}`);
  }

  value(): void {
    this.skipSpace();
    const next = this.#peek();
    if (next === "{") this.#object();
    else if (next === "[") this.#array();
    else if (next === '"') this.#string();
    else if (next === "-" || /^\d/.test(next)) this.#number();
    else this.#literal();
  }

  #object(): void {
    this.#at += 1;
    this.skipSpace();
    if (this.#take("}")) return;
    for (;;) {
      this.skipSpace();
      if (this.#peek() !== '"') this.fail("looking for beginning of object key string");
      this.#string();
      this.skipSpace();
      if (!this.#take(":")) this.fail("after object key");
      this.value();
      this.skipSpace();
      if (this.#take("}")) return;
      if (!this.#take(",")) this.fail("after object key:value pair");
    }
  }

  #array(): void {
    this.#at += 1;
    this.skipSpace();
    if (this.#take("]")) return;
    for (;;) {
      this.value();
      this.skipSpace();
      if (this.#take("]")) return;
      if (!this.#take(",")) this.fail("after array element");
    }
  }

  #string(): void {
    this.#at += 1;
    while (!this.#take('"')) {
      if (this.#peek() < " ") this.fail("in string literal");
      if (this.#take("\\")) this.#escape();
      else this.#at += 1;
    }
  }

  #escape(): void {
    if (this.#take("u")) {
      for (let digit = 0; digit < 4; digit += 1) {
        if (!HEX.test(this.#peek())) this.fail("in \\u hexadecimal character escape");
        this.#at += 1;
      }
    } else if (this.#peek() !== "" && ESCAPES.includes(this.#peek())) this.#at += 1;
    else this.fail("in string escape code");
  }

  #number(): void {
    if (this.#match(NUMBER) === "") {
      this.#at += 1;
      this.fail("in numeric literal");
    }
    if (this.#take(".")) this.fail("after decimal point in numeric literal");
    if (this.#take("e") || this.#take("E")) {
      if (this.#peek() === "+" || this.#peek() === "-") this.#at += 1;
      this.fail("in exponent of numeric literal");
    }
  }

  #literal(): void {
    const literal = LITERALS.find((each) => each.startsWith(this.#peek() || "?"));
    if (!literal) this.fail("looking for beginning of value");
    for (const expected of literal) {
      if (!this.#take(expected)) this.fail(`in literal ${literal} (expecting '${expected}')`);
    }
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

/** As Go quotes a character: `'a'`, `'\n'`, `'"'`. */
function quoted(character: string): string {
  if (character === "'") return "'\\''";
  return `'${JSON.stringify(character).slice(1, -1).replace('\\"', '"')}'`;
}
