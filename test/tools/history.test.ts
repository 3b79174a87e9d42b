import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskHubSchema } from "../../local/functions-host/durable/task-hub-schema.js";

let dataDir: string;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "stagecoach-history-"));
  mkdirSync(join(dataDir, "durable"));
  const hub = new DatabaseSync(join(dataDir, "durable", "durable.db"));
  hub.exec(taskHubSchema);
  hub.exec(
    "INSERT INTO instances VALUES ('a', 'e', 'updateLane', NULL, 'Running', '', '', '', 0, 0)",
  );
  for (const [seq, event] of [
    [1, { EventType: 0 }],
    [0, { EventType: 12 }],
  ] as const) {
    hub
      .prepare("INSERT INTO history VALUES ('a', ?, ?)")
      .run(seq, JSON.stringify({ ...event, EventId: -1 }));
  }
  hub.close();
});
afterAll(() => rmSync(dataDir, { recursive: true }));

const print = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["tools/history.mjs", ...args], { encoding: "utf8" });

describe("tools/history.mjs", () => {
  it("lists the instances of a data directory", () => {
    expect(print(dataDir)).toMatchObject({ status: 0, stdout: "a\tupdateLane\tRunning\n" });
  });

  it("prints a history in its order, and what it is of", () => {
    const { stdout } = print(dataDir, "a", "a look");
    expect(JSON.parse(stdout)).toEqual({
      source: "Task hub of the local host after a look. Nothing cut.",
      runtimeStatus: "Running",
      events: [
        { EventType: 12, EventId: -1 },
        { EventType: 0, EventId: -1 },
      ],
    });
  });

  it("names an instance that is not there", () => {
    expect(print(dataDir, "b", "a look")).toMatchObject({
      status: 1,
      stderr: `${dataDir} has no instance b\n`,
    });
  });

  it("wants to be told what the history is of", () => {
    expect(print(dataDir, "a").status).toBe(2);
  });
});
