import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Whether there is a process of this number that is ours to signal. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // The only failures are "no such process" and "somebody else's": neither is ours.
    return false;
  }
}

/** The command line of a living process; numbers are given again, so a number alone identifies nothing. */
export function commandOf(pid: number): string {
  const onLinux = `/proc/${pid}/cmdline`;
  if (existsSync(onLinux)) return readFileSync(onLinux, "utf8");
  return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
}
