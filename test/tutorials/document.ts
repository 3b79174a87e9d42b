/** Which of a document's two ways a step belongs to. */
export type Scope = "cluster" | "namespace";

/** One thing a document prints: something to type, a file to apply, or what there is to see afterwards. */
export interface Step {
  readonly kind: "command" | "manifest" | "table" | "object" | "message";
  /** Line of the document, from 1. */
  readonly line: number;
  readonly scope: Scope;
  readonly text: string;
}

interface Block {
  readonly kind: Step["kind"];
  readonly lines: readonly string[];
}

/**
 * Reads the commands, manifests and outputs of a document in their order. It takes Markdown, with a tab or a chapter per
 * scope, and the text copied from a web page, even where the copy has lost its blank lines and indentation.
 */
export function readSteps(document: string): readonly Step[] {
  const lines = document.split(/\r?\n/);
  const steps: Step[] = [];
  let scope: Scope = "cluster";
  for (let at = 0; at < lines.length; ) {
    scope = scopeFrom(lines[at] ?? "") ?? scope;
    const block = blockAt(lines, at);
    if (block) {
      steps.push({ kind: block.kind, line: at + 1, scope, text: block.lines.join("\n") });
    }
    at += block?.lines.length ?? 1;
  }
  return steps;
}

/** A tab lasts until the next one, or until a rule across the page. */
function scopeFrom(line: string): Scope | undefined {
  if (/^#+ \[ResourcePlacement\]/.test(line)) return "namespace";
  if (/^(## )?Namespace-Scoped Staged Updates$/.test(line)) return "namespace";
  return line === "---" || /^#+ \[ClusterResourcePlacement\]/.test(line) ? "cluster" : undefined;
}

function blockAt(lines: readonly string[], at: number): Block | undefined {
  const line = lines[at] ?? "";
  const from = (end: number) => lines.slice(at, end);
  if (/^(kubectl|cat) /.test(line)) return { kind: "command", lines: from(commandEnd(lines, at)) };
  if (/^NAME\s/.test(line)) return { kind: "table", lines: from(tableEnd(lines, at)) };
  if (/^(apiVersion|data):/.test(line)) {
    const yaml = from(yamlEnd(lines, at));
    return { kind: isManifest(yaml.join("\n")) ? "manifest" : "object", lines: yaml };
  }
  return /^[\w.-]+\/\S+ (created|patched)$/.test(line)
    ? { kind: "message", lines: [line] }
    : undefined;
}

function commandEnd(lines: readonly string[], at: number): number {
  const terminator = /<< ?(\w+)/.exec(lines[at] ?? "")?.[1];
  if (terminator) return lines.indexOf(terminator, at) + 1;
  let end = at + 1;
  while (lines[end - 1]?.endsWith("\\")) end += 1;
  return end;
}

/** A row has an age where the header says so; prose has none. */
function tableEnd(lines: readonly string[], at: number): number {
  const header = words(lines[at] ?? "");
  const fromEnd = header.length - header.indexOf("AGE");
  let end = at + 1;
  while (/^(\d+[dhms])+$/.test(words(lines[end] ?? "").at(-fromEnd) ?? "")) end += 1;
  return end;
}

function yamlEnd(lines: readonly string[], at: number): number {
  let end = at + 1;
  while (/^(\s+\S|- |\.\.\.|[\w./-]+:(\s|$))/.test(lines[end] ?? "")) end += 1;
  return end;
}

/** What a server has not yet touched is meant to be applied. */
function isManifest(yaml: string): boolean {
  return yaml.startsWith("apiVersion:") && !/^\s*(status:|uid:|\.\.\.)/m.test(yaml);
}

/** The words of a line. */
export function words(line: string): string[] {
  return line.trim().split(/\s+/);
}

/**
 * Gives YAML its indentation back where a copy lost it: `intact` holds the candidates, and the one with the same lines
 * is taken. Nothing else may differ, so no word of the document is replaced.
 */
export function restoreIndentation(flat: string, intact: readonly string[]): string | undefined {
  return intact.find((candidate) => flatten(candidate) === flatten(flat));
}

function flatten(yaml: string): string {
  return yaml
    .trim()
    .split("\n")
    .map((line) => words(line).join(" "))
    .join("\n");
}

/** The lines between a here-document's first and last, or the whole text when it is none. */
export function manifestOf(text: string): string {
  const body = /^.*<< ?(\w+).*\n([\s\S]*)\n\1$/.exec(text)?.[2];
  return body ?? text;
}
