import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

/** A program that a test started and has to stop. */
export interface RunningProcess {
  /** Undefined while it runs; then how it ended, with the end of its log. */
  failure(): Promise<string | undefined>;
  /** Asks it to end, and after ten seconds ends it. */
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 10_000;

/** Starts a program with its output in a log file. */
export function startProcess(
  program: string,
  args: readonly string[],
  logPath: string,
): RunningProcess {
  const log = openSync(logPath, "a");
  const child = spawn(program, args, { stdio: ["ignore", log, log] });
  closeSync(log);
  let ended: string | undefined;
  const exit = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      ended = error.message;
      resolve();
    });
    child.once("exit", (code, signal) => {
      ended = `ended with ${signal ?? `code ${code}`}`;
      resolve();
    });
  });

  return {
    async failure() {
      if (ended === undefined) return undefined;
      const lines = (await readFile(logPath, "utf8")).trimEnd().split("\n");
      return [`${basename(program)} ${ended}`, ...lines.slice(-10)].join("\n");
    },
    async stop() {
      if (ended !== undefined) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await exit;
      clearTimeout(timer);
    },
  };
}
