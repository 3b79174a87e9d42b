import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** One of the programs while it runs: it ends when its input is closed. */
export class RunningProgram {
  /** The lines it has printed so far. */
  readonly lines: string[] = [];
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly ended: Promise<unknown>;
  private complaints = "";

  constructor(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    this.child = spawn(program, args, { env: { ...process.env, ...environment } });
    this.ended = once(this.child, "exit");
    createInterface({ input: this.child.stdout }).on("line", (line) => this.lines.push(line));
    this.child.stderr.on("data", (chunk: Buffer) => {
      this.complaints += chunk.toString();
    });
  }

  /** Everything it has written to its error output: client libraries log there what they dislike. */
  get errors(): string {
    return this.complaints;
  }

  /** Resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.child.stdin.end();
    await this.ended;
    return this.child.exitCode;
  }
}
