import { fork } from "node:child_process";
import { once } from "node:events";
import type { Figure } from "./figures.js";

/**
 * Measures one part in a process of its own: a process runs one Functions host, and what a part has left in memory is not
 * measured with the next one.
 *
 * @throws Error when the part fails; it has said why on stderr
 */
export async function measureInProcess(program: string, part: string): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const child = fork(program, [part]);
  child.on("message", (figure: Figure) => figures.push(figure));
  // What it said last may be read after it has ended.
  const [[code, signal]] = await Promise.all([once(child, "exit"), once(child, "disconnect")]);
  if (code === 0) return figures;
  throw new Error(`part ${part} ended with ${signal ?? `exit code ${code}`}`);
}

/** Ends the process, and what it has started, when it is told to or its parent is gone. */
export function endWhenTold(): void {
  process.once("disconnect", () => process.exit(1));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
}
