/**
 * `text` with its `%` clauses replaced by the arguments. Source: cel-go `string.format`.
 *
 * @throws RangeError when a clause has no argument or does not fit it
 */
export function formatted(text: string, args: readonly unknown[]): string {
  let next = 0;
  return text.replace(/%(?:\.(\d+))?([a-zA-Z%])/g, (clause, precision, verb: string) => {
    if (verb === "%") return "%";
    if (next >= args.length) throw new RangeError(`index ${next} out of range`);
    const argument = args[next];
    next += 1;
    const write = VERBS[verb];
    if (!write) throw new RangeError(`unrecognized formatting clause ${JSON.stringify(clause)}`);
    return write(argument, precision === undefined ? 6 : Number(precision));
  });
}

const VERBS: Readonly<Record<string, (value: unknown, precision: number) => string>> = {
  s: (value) => textOf(value),
  d: (value) => textOf(value),
  f: (value, precision) => Number(value).toFixed(precision),
  e: (value, precision) =>
    Number(value)
      .toExponential(precision)
      .replace(/e([+-])(\d)$/, "e$10$2"),
  b: (value) => inBase(value, 2),
  o: (value) => inBase(value, 8),
  x: (value) => hexadecimal(value),
  X: (value) => hexadecimal(value).toUpperCase(),
};

function inBase(value: unknown, base: number): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "bigint") return value.toString(base);
  throw new RangeError("only integers and bools can be formatted in another base");
}

function hexadecimal(value: unknown): string {
  if (typeof value === "string") return Buffer.from(value).toString("hex");
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : inBase(value, 16);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, each]) => `${textOf(key)}: ${textOf(each)}`);
    return `{${entries.sort().join(", ")}}`;
  }
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}
