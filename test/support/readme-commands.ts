import { readFileSync } from "node:fs";

/** The shell commands in the indented blocks of a README section, in order, each with its here document. */
export function readmeCommands(heading: string): readonly string[] {
  return documentCommands("README.md", heading);
}

/** The same of a section of another document of the project. */
export function documentCommands(file: string, heading: string): readonly string[] {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const start = text.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`${file} has no section "${heading}"`);
  const section = text.slice(start + heading.length).split(/^#{1,6} /m)[0] ?? "";
  const lines = section
    .split("\n")
    .filter((line) => line.startsWith("    "))
    .map((line) => line.slice(4));
  const commands: string[] = [];
  let open = false;
  for (const line of lines) {
    if (open) commands.push(`${commands.pop()}\n${line}`);
    else commands.push(line);
    open = open ? line !== "EOF" : line.endsWith("<< EOF");
  }
  return commands;
}
