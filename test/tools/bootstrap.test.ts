import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const BOOTSTRAP = fileURLToPath(new URL("../../tools/bootstrap.mjs", import.meta.url));
const ANNOUNCEMENT = "Installing the dependencies from package-lock.json (about a minute) ...\n";

/** A project whose only dependency lies in its own folder: npm installs it without a registry. */
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "stagecoach-bootstrap-"));
  mkdirSync(join(project, "tools"));
  cpSync(BOOTSTRAP, join(project, "tools", "bootstrap.mjs"));
  writeLock("1.0.0");
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function writeLock(version: string): void {
  const about = { name: "probe", version, dependencies: { part: "file:part" } };
  mkdirSync(join(project, "part"), { recursive: true });
  writeFileSync(join(project, "part", "package.json"), '{"name":"part","version":"1.0.0"}');
  writeFileSync(join(project, "package.json"), JSON.stringify(about));
  const packages = {
    "": about,
    "node_modules/part": { resolved: "part", link: true },
    part: { version: "1.0.0" },
  };
  const lock = { name: "probe", version, lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(project, "package-lock.json"), JSON.stringify(lock));
}

function bootstrap(): { status: number | null; stdout: string; stderr: string } {
  const script = join(project, "tools", "bootstrap.mjs");
  return spawnSync(process.execPath, [script], { encoding: "utf8", cwd: tmpdir() });
}

describe("bootstrap", () => {
  it("installs what is missing, says so in one line, and is silent the next time", () => {
    expect(bootstrap()).toMatchObject({ status: 0, stdout: "", stderr: ANNOUNCEMENT });
    expect(bootstrap()).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  it("installs again when the lock is another one, not when it is only touched", () => {
    bootstrap();
    writeLock("1.0.0");
    expect(bootstrap()).toMatchObject({ status: 0, stderr: "" });
    writeLock("1.0.1");
    expect(bootstrap()).toMatchObject({ status: 0, stderr: ANNOUNCEMENT });
  });

  it("accepts an installation that somebody made with npm ci", () => {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: project, stdio: "pipe" });
    expect(bootstrap()).toMatchObject({ status: 0, stderr: "" });
  });

  it("shows npm's own words and fails when the installation fails", () => {
    writeFileSync(join(project, "package-lock.json"), "{}");
    const result = bootstrap();
    expect(result.status).toBe(1);
    expect(result.stderr).toContain("npm ci failed: see above. Nothing was started.");
    expect(result.stderr).toContain("npm error");
  });
});
