// Reads what a Bicep file declares, line by line, as `bicep format` writes it. No more of the language than that.
import { readFileSync } from "node:fs";

/** What a Bicep file declares; `documented` by a decorator right above. Comments are left out of `lines`. */
export function readBicepFile(file) {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => !/^\s*\/\//.test(line));
  const found = { file, lines, params: [], vars: [], outputs: [], modules: [], resources: [] };
  let documented = false;
  for (const [index, line] of lines.entries()) {
    const [, word, name] = /^\s*(param|var|output|module|resource) (\w+) /.exec(line) ?? [];
    if (word) {
      const declaration = { name, documented, line, body: bodyAt(lines, index) };
      found[`${word}s`].push({ ...declaration, ...details[word]?.(declaration) });
    }
    documented = line.startsWith("@description(") || (documented && line.startsWith("@"));
  }
  return found;
}

const details = {
  param: ({ line }) => ({ required: !line.includes(" = ") && !line.trimEnd().endsWith("?") }),
  module: moduleOf,
  resource: resourceOf,
};

/** Keys and values of the object that opens at a line, one level deeper than the line itself. */
export function entriesAt(lines, start) {
  if (start < 0) return [];
  const entry = new RegExp(`^ {${indentOf(lines[start]) + 2}}(\\w+): ?(.*)$`);
  return bodyAt(lines, start).flatMap((line) => {
    const [, key, value] = entry.exec(line) ?? [];
    return key ? [[key, value]] : [];
  });
}

const indentOf = (line) => line.search(/\S/);

/** The lines of a declaration or object, up to the one that closes it. */
function bodyAt(lines, start) {
  const indent = indentOf(lines[start]);
  const end = lines.findIndex((line, index) => index > start && indentOf(line) === indent);
  return lines.slice(start, end < 0 ? undefined : end + 1);
}

function moduleOf({ line, body }) {
  const [, path] = /^module \w+ '([^']+)'/.exec(line) ?? [];
  const passed = new Map(entriesAt(body, body.indexOf("  params: {")));
  return { path, passed, named: entriesAt(body, 0).some(([key]) => key === "name") };
}

function resourceOf({ line, body }) {
  const [, type, version] = /'([\w./]+)(?:@([\w-]+))?'/.exec(line) ?? [];
  const identity = body.filter((text) => /^\s*(name|scope|parent): /.test(text)).join("\n");
  return {
    type,
    version,
    identity,
    existing: / existing = /.test(line),
  };
}
