import { readFileSync } from "node:fs";

/**
 * The shell commands in the indented blocks of a section of a document of the project, in order, each with its here
 * document and its continued lines.
 * @throws Error when there is no such section, or no command in it: a test of none would prove nothing
 */
export function documentCommands(file: string, heading: string): readonly string[] {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const start = text.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`${file} has no section "${heading}"`);
  const section = text.slice(start + heading.length).split(/^#{1,6} /m)[0] ?? "";
  const commands = commandsIn(section);
  if (commands.length === 0) throw new Error(`${file} has no commands in "${heading}"`);
  return commands;
}

function commandsIn(section: string): readonly string[] {
  const lines = section
    .split("\n")
    .filter((line) => line.startsWith("    "))
    .map((line) => line.slice(4));
  const commands: string[] = [];
  let open: "command" | "here document" | undefined;
  for (const line of lines) {
    if (open) commands.push(`${commands.pop()}\n${line}`);
    else commands.push(line);
    if (open === "here document") open = line === "EOF" ? undefined : open;
    else if (/<< ?'?EOF'?$/.test(line)) open = "here document";
    else open = line.endsWith("\\") ? "command" : undefined;
  }
  return commands;
}
