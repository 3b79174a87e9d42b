import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real kubectl on the PATH, or none. */
export const KUBECTL = findKubectl();

function findKubectl(): string | undefined {
  try {
    return execFileSync("which", ["kubectl"], { encoding: "utf8" }).trim() || undefined;
  } catch {
    // `which` ends with 1 when there is none: a machine with nothing but Node.
    return undefined;
  }
}

/** A shell in which kubectl talks to one kubeconfig: commands are given as a person types them. */
export class Shell {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly directory: string;

  constructor(kubeconfig: string, directory: string, extra: NodeJS.ProcessEnv = {}) {
    this.directory = directory;
    this.environment = {
      ...process.env,
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: mkdtempSync(join(tmpdir(), "stagecoach-kubecache-")),
      ...extra,
    };
  }

  /** Runs one command line in bash, as it stands in the document. */
  run(
    command: string,
    options: { readonly input?: string; readonly timeoutMs?: number } = {},
  ): Promise<Ran> {
    return new Promise((resolve) => {
      const child = execFile(
        "bash",
        ["-c", command],
        { cwd: this.directory, env: this.environment, timeout: options.timeoutMs ?? 60_000 },
        (error, stdout, stderr) => {
          const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
          resolve({ code, stdout, stderr });
        },
      );
      // A command that ends without reading its input says why it ended by its exit code.
      child.stdin?.on("error", ignoreClosedPipe);
      child.stdin?.end(options.input ?? "");
    });
  }

  /** Runs a command that has to succeed; answers what it printed on standard output. */
  async print(
    command: string,
    options: { readonly input?: string; readonly timeoutMs?: number } = {},
  ): Promise<string> {
    const ran = await this.run(command, options);
    if (ran.code !== 0) {
      throw new Error(`${command}\nended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
    }
    return ran.stdout;
  }

  /** `kubectl apply -f -` of a document. */
  apply(yaml: string): Promise<string> {
    return this.print("kubectl apply -f -", { input: yaml });
  }

  /** Starts a command that goes on by itself, such as a watch. */
  start(command: string): ChildProcess {
    return spawn("bash", ["-c", `exec ${command}`], {
      cwd: this.directory,
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

/** The rows of a table kubectl printed, as records by column name; columns begin where their header does. */
export function parseTable(text: string): Record<string, string>[] {
  const [header = "", ...rows] = text.split("\n").filter((line) => line.length > 0);
  const columns = [...header.matchAll(/\S+/g)].map((match) => ({
    name: match[0],
    at: match.index,
  }));
  return rows.map((row) =>
    Object.fromEntries(
      columns.map((column, index) => [
        column.name,
        row.slice(column.at, columns[index + 1]?.at).trim(),
      ]),
    ),
  );
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
