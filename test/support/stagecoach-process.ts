import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stopAzurite } from "../../local/azurite.js";
import { dataDirAt } from "../../local/data-dir.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** How long the app may take to say that it is ready: a cold start on a busy machine. */
const READY_MS = 60_000;

/** One `npm start`, as a process of its own. */
export interface Stagecoach {
  readonly port: number;
  readonly dataDir: string;
  readonly kubeconfig: string;
  readonly url: string;
  /** Everything it printed so far. */
  output(): string;
  /** SIGINT, as Ctrl-C; resolves with the exit code. */
  interrupt(): Promise<number | null>;
  /** SIGKILL: everything but Azurite is gone at once. */
  kill(): Promise<void>;
}

export interface StartOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly arguments?: readonly string[];
  /** App settings besides those of a local start. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A folder of its own under the system's temporary one. */
export function temporaryDirectory(name: string): string {
  return mkdtempSync(join(tmpdir(), `stagecoach-${name}-`));
}

/** Removes a data dir together with the Azurite that a killed host left behind. */
export async function removeDataDir(dataDir: string): Promise<void> {
  await stopAzurite(dataDirAt(dataDir));
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

/** Starts the app as a user would, and waits for the line that says it is ready. */
export async function startStagecoach(options: StartOptions): Promise<Stagecoach> {
  const { dataDir, port } = options;
  const child = spawn(
    process.execPath,
    [
      join(root, "dist/local/start.js"),
      "--port",
      String(port),
      "--data-dir",
      dataDir,
      ...(options.arguments ?? []),
    ],
    { cwd: root, env: { ...process.env, ...options.settings }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  await untilReady(child, () => output);
  return {
    port,
    dataDir,
    kubeconfig: join(dataDir, "kubeconfig"),
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    interrupt: () => end(child, "SIGINT"),
    kill: async () => {
      await end(child, "SIGKILL");
    },
  };
}

function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`${why}; it printed:\n${output()}`));
    };
    const timer = setTimeout(() => fail("Stagecoach was not ready in time"), READY_MS);
    child.stdout?.on("data", () => {
      if (!output().includes("Stagecoach is ready")) return;
      clearTimeout(timer);
      resolve();
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`Stagecoach exited with code ${code} before it was ready`);
    });
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill(signal);
  });
}
