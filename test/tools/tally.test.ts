import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const TALLY = fileURLToPath(new URL("../../tools/tally.mjs", import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagecoach-tally-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Report {
  passed: number;
  failed: number;
  success: boolean;
  brokenFile?: boolean;
}

function report({ passed, failed, success, brokenFile }: Report): string {
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    success,
    testResults: brokenFile ? [{ status: "failed", assertionResults: [] }] : [],
  });
}

function tally(files: Record<string, string>, named: string[] = Object.keys(files)) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const args = [TALLY, ...named.map((name) => join(folder, name))];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

describe("tally", () => {
  it("sums reports and marks", () => {
    const one = report({ passed: 3, failed: 0, success: true });
    const result = tally({ check: "ok", "a.json": one, "b.json": one });
    expect(result).toMatchObject({ status: 0, stdout: "7 passed, 0 failed\n" });
  });

  it.each<{ behaviour: string; files: Record<string, string>; named?: string[]; says: string }>([
    {
      behaviour: "counts failed tests",
      files: { "a.json": report({ passed: 1, failed: 2, success: false }) },
      says: "1 passed, 2 failed\n",
    },
    {
      behaviour: "counts a file that broke outside its tests",
      files: { "a.json": report({ passed: 1, failed: 0, success: false, brokenFile: true }) },
      says: "1 passed, 1 failed\n",
    },
    {
      behaviour: "counts a run that failed although its tests passed",
      files: { "a.json": report({ passed: 1, failed: 0, success: false }) },
      says: "1 passed, 1 failed\n",
    },
    {
      behaviour: "counts a suite that left no report",
      files: {},
      named: ["a.json", "check"],
      says: "0 passed, 2 failed\n",
    },
  ])("$behaviour", ({ files, named, says }) => {
    expect(tally(files, named)).toMatchObject({ status: 1, stdout: says });
  });
});
