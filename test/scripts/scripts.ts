import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { z } from "zod";
import type { Ran } from "../support/kubectl.js";

const State = z.object({
  environment: z.record(z.string(), z.string()),
  clusters: z.array(z.looseObject({ id: z.string() })),
  assignments: z.array(
    z.object({
      id: z.string(),
      principalId: z.string(),
      scope: z.string(),
      roleDefinitionId: z.string(),
      roleDefinitionName: z.string(),
      description: z.string().nullable(),
    }),
  ),
  bindings: z.array(z.object({ name: z.string(), context: z.string() })),
});
export type AzureState = z.infer<typeof State>;

/** Scripts as an operator calls them, with stand-ins for the commands that they call. */
export class ScriptRunner {
  readonly folder = mkdtempSync(join(tmpdir(), "stagecoach-scripts-"));
  private readonly file = join(this.folder, "state.json");

  constructor(state: Partial<AzureState>) {
    this.state = { environment: {}, clusters: [], assignments: [], bindings: [], ...state };
    const fake = resolve("test/support/fake-fleet-tools.mjs");
    for (const name of ["az", "azd", "kubectl"]) {
      this.command(name, `exec "${process.execPath}" "${fake}" ${name} "$@"`);
    }
  }

  get state(): AzureState {
    return State.parse(JSON.parse(readFileSync(this.file, "utf8")));
  }

  set state(state: AzureState) {
    writeFileSync(this.file, JSON.stringify(state));
  }

  /** Puts a command on the PATH. */
  command(name: string, line: string): void {
    const script = join(this.folder, name);
    writeFileSync(script, `#!/bin/sh\n${line}\n`);
    chmodSync(script, 0o755);
  }

  /** Runs `scripts/{name}.mjs`; beside it the test goes on, and may serve what the script asks for. */
  run(name: string, ...args: readonly string[]): Promise<Ran> {
    return new Promise((done) => {
      execFile(
        process.execPath,
        [resolve(`scripts/${name}.mjs`), ...args],
        {
          env: {
            PATH: [this.folder, process.env.PATH].join(delimiter),
            FAKE_AZURE_STATE: this.file,
          },
        },
        (error, stdout, stderr) => {
          const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
          done({ code, stdout, stderr });
        },
      );
    });
  }

  end(): void {
    rmSync(this.folder, { recursive: true });
  }
}
