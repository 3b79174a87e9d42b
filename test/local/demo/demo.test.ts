import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const projectRoot = fileURLToPath(new URL("../../..", import.meta.url));
const ALLOWED_MS = 90_000;

/** Where the demo makes its data folder. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagecoach-demo-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function playDemo(options: { env?: Record<string, string>; interruptAt?: string }): Promise<Ended> {
  const child = spawn(process.execPath, ["dist/local/demo.js"], {
    cwd: projectRoot,
    env: { ...process.env, TMPDIR: folder, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr, interrupted] = ["", "", false];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    if (interrupted || !options.interruptAt || !stdout.includes(options.interruptAt)) return;
    interrupted = true;
    child.kill("SIGINT");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

describe("npm run demo", () => {
  it(
    "plays the tutorial to its end in time and leaves nothing behind",
    async () => {
      const before = performance.now();
      const { exitCode, stdout, stderr } = await playDemo({});

      expect(stderr).toBe("");
      expect(exitCode).toBe(0);
      expect(performance.now() - before).toBeLessThan(ALLOWED_MS);
      expect(stdout).toContain("Every step went as the tutorial says");
      expect(readdirSync(folder)).toEqual([]);
    },
    ALLOWED_MS + 10_000,
  );

  it("says which step differed and how, and fails", { timeout: ALLOWED_MS }, async () => {
    const ended = await playDemo({ env: { DEFAULT_RUN_STATE: "Initialize" } });

    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain(
      '"Roll out the latest change" went differently: example-run: PROGRESSING is ""',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("cleans up when it is interrupted", { timeout: ALLOWED_MS }, async () => {
    const ended = await playDemo({ interruptAt: "stage staging started" });

    expect(ended.exitCode).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});
