const compiled = new Map<string, RegExp | undefined>();

/**
 * A regular expression of a schema, which is written for Go's RE2; undefined when JavaScript cannot express it. The two
 * differ in flags in front, in anchors, in named groups and in POSIX classes.
 */
export function goPattern(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern);
}

const POSIX: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};

function compile(pattern: string): RegExp | undefined {
  const [, flags = "", rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  const source = rest
    .replace(/\\A/g, "^")
    .replace(/\\z/g, "$")
    .replace(/\(\?P</g, "(?<")
    .replace(/\[:(\w+):\]/g, (text, name: string) => POSIX[name] ?? text);
  try {
    return new RegExp(source, source.includes("\\p{") ? `${flags}u` : flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
