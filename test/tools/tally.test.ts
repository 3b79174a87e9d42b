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
  failed?: readonly string[];
  success: boolean;
  brokenFile?: boolean;
}

function report({ passed, failed = [], success, brokenFile }: Report): string {
  const assertionResults = failed.map((fullName) => ({
    status: "failed",
    fullName,
    failureMessages: ["expected 1 to be 2\n  at the place"],
  }));
  const broken = { name: "b.test.ts", status: "failed", message: "no such module" };
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed.length,
    success,
    testResults: [
      { name: "a.test.ts", status: failed.length > 0 ? "failed" : "passed", assertionResults },
      ...(brokenFile ? [{ ...broken, assertionResults: [] }] : []),
    ],
  });
}

function tally(files: Record<string, string>, named: string[] = Object.keys(files)) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const args = [TALLY, ...named.map((name) => join(folder, name))];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

describe("tally", () => {
  it("sums reports and marks", () => {
    const one = report({ passed: 3, success: true });
    const result = tally({ check: "ok", "a.json": one, "b.json": one });
    expect(result).toMatchObject({ status: 0, stdout: "7 passed, 0 failed\n" });
  });

  it.each<{ behaviour: string; files: Record<string, string>; named?: string[]; says: string }>([
    {
      behaviour: "names and counts failed tests",
      files: { "a.json": report({ passed: 1, failed: ["adds", "takes away"], success: false }) },
      says: `failed: a.test.ts: adds: expected 1 to be 2
    at the place
failed: a.test.ts: takes away: expected 1 to be 2
    at the place
1 passed, 2 failed
`,
    },
    {
      behaviour: "names and counts a file that broke outside its tests",
      files: { "a.json": report({ passed: 1, success: false, brokenFile: true }) },
      says: "failed: b.test.ts: no such module\n1 passed, 1 failed\n",
    },
    {
      behaviour: "counts a run that failed although its tests passed",
      files: { "a.json": report({ passed: 1, success: false }) },
      says: "failed: a.json: errors outside tests\n1 passed, 1 failed\n",
    },
    {
      behaviour: "counts a suite that left no report",
      files: {},
      named: ["a.json", "check"],
      says: "failed: a.json: left no result\nfailed: check: left no result\n0 passed, 2 failed\n",
    },
  ])("$behaviour", ({ files, named, says }) => {
    expect(tally(files, named)).toMatchObject({ status: 1, stdout: says });
  });
});
