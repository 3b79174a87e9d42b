import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { bundleHost, type SampleApp } from "./sample-app.js";
import { temporaryFolder } from "./temporary-folder.js";

/** A host in a process of its own, so that it can be killed. */
export interface HostProcess {
  readonly url: string;
  readonly dataDir: string;
  /** Everything it wrote to standard error so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
  readonly kill: () => Promise<void>;
}

export interface HostProcessOptions {
  /** An earlier host's data, to go on with it. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a host and waits until it listens. Rejects with its output when it ends before that. */
export async function startHostProcess(
  { root }: SampleApp,
  options: HostProcessOptions = {},
): Promise<HostProcess> {
  const dataDir = options.dataDir ?? (await temporaryFolder("functions-host-data"));
  const args = ["--root", root, "--port", String(options.port ?? 0), "--data-dir", dataDir];
  const child = spawn(process.execPath, [await bundleHost(), ...args, ...(options.args ?? [])], {
    env: { ...process.env, TICK_SCHEDULE: "0 0 0 1 1 *", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on("line", (line) => resolve(line.replace("listening on ", "")));
    child.once("exit", (code) => reject(new Error(`The host ended with ${code}: ${log}`)));
  });
  return {
    url,
    dataDir,
    log: () => log,
    stop: () => end(child, "SIGTERM"),
    kill: () => end(child, "SIGKILL"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
