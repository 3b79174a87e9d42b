import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { announceRunState } from "../../src/activities/announce-run-state.js";
import { announceMilestone } from "../../src/activities/event-line.js";
import type { KubeObject } from "../../src/api/meta.js";
import { RunReason } from "../../src/rollout/reasons.js";
import { openTestApi, WIDGETS, widget } from "../apiserver/support/test-api.js";
import { openAuditLog } from "../support/open-audit-log.js";

const document = readFileSync("docs/telemetry.md", "utf8");

/** Code words in the first cells of the tables below a line that begins so. */
function documented(start: string): readonly string[] {
  const from = document.indexOf(start);
  expect(from, start).toBeGreaterThan(-1);
  const [table = ""] = document.slice(from).split("\n\n");
  return table
    .split("\n")
    .slice(2)
    .flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
    );
}

const reasons = ["update runs", "approval requests", "placements and overrides", "members"].flatMap(
  (kind) => documented(`| of ${kind} |`),
);

const sources = (room: string) =>
  readdirSync(join("src", room), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join("src", room, path), "utf8"));
const source = sources("").join("\n");

/** Whoever makes events; other rooms write conditions. */
const makers = [
  ...sources("activities"),
  ...["rollout/stage-walk", "rollout/halt", "rollout/refusal", "rollout/status-draft"].map((name) =>
    readFileSync(`src/${name}.ts`, "utf8"),
  ),
  readFileSync("src/placement/placement-events.ts", "utf8"),
  readFileSync("src/placement/member-status.ts", "utf8"),
  readFileSync("src/placement/discovered-member.ts", "utf8"),
].join("\n");

/** As an argument after the type of the event, or as a property. */
const REASON =
  /(?:\breason[:=]? =? *|"(?:Normal|Warning)",\s*|\brecord\(type, |told,\s*)"(?!Normal"|Warning")([A-Z]\w+)"/g;

/** With which discovery makes a member: no event. */
const CONDITION_ONLY = "MemberClusterNotReachedYet";

describe("docs/telemetry.md", () => {
  it("names each reason once", () => {
    expect(reasons.length).toBeGreaterThan(30);
    expect(new Set(reasons).size).toBe(reasons.length);
  });

  it.each(reasons)("names %s, which the app gives", (reason) => {
    expect(source).toContain(`"${reason}"`);
  });

  const given = [...makers.matchAll(REASON)]
    .map(([, reason = ""]) => reason)
    .filter((reason) => reason !== CONDITION_ONLY);
  it.each([
    ...new Set(given),
    RunReason.InitializedSuccessfully,
    RunReason.InitializedFailed,
    RunReason.ApprovalRefused,
  ])("explains %s", (reason) => {
    expect(reasons).toContain(reason);
  });

  it("has found the reasons that the app gives", () => {
    expect(new Set(given).size).toBeGreaterThan(25);
  });

  it.each(documented("| text |"))('names "%s", which the app logs', (text) => {
    expect(source).toContain(text);
  });

  it("names the fields of an event", () => {
    const lines: string[] = [];
    const maker = {
      now: () => new Date("2026-01-01T10:00:10Z"),
      announce: (line: string) => void lines.push(line),
    };
    const run: KubeObject = {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "StagedUpdateRun",
      metadata: {
        name: "r",
        namespace: "app",
        uid: "u",
        creationTimestamp: "2026-01-01T10:00:00Z",
      },
      spec: { placementName: "p", stagedRolloutStrategyName: "s" },
    };
    const initialized: KubeObject = {
      ...run,
      status: {
        conditions: [
          {
            type: "Initialized",
            status: "True",
            reason: RunReason.InitializedSuccessfully,
            message: "",
            lastTransitionTime: "2026-01-01T10:00:04Z",
          },
        ],
      },
    };
    announceRunState(maker, run, initialized);
    announceRunState(maker, initialized);
    const approval: KubeObject = {
      apiVersion: run.apiVersion,
      kind: "ClusterApprovalRequest",
      metadata: { name: "a", creationTimestamp: "2026-01-01T10:00:00Z" },
      spec: { parentStageRollout: "r", targetStage: "s" },
      status: { decision: { verdict: "Approved", user: "ada", time: "2026-01-01T10:00:05Z" } },
    };
    const milestone = { type: "Normal", reason: "Seen", message: "x".repeat(10_000) } as const;
    announceMilestone(maker, approval, { ...milestone, facts: { cluster: "c" } });
    const events = lines.map((line) => JSON.parse(line.replace(/^event /, "")));
    expect(events).toEqual([
      {
        ...{ type: "Normal", reason: "UpdateRunState", subject: "StagedUpdateRun/app/r", uid: "u" },
        ...{ run: "app/r", placement: "app/p", state: "Initialized", seconds: 10, age: 10 },
        message: "Initialized",
      },
      {
        ...{ type: "Normal", reason: "UpdateRunState", subject: "StagedUpdateRun/app/r", uid: "u" },
        ...{ run: "app/r", placement: "app/p", state: "Deleted", was: "Initialized" },
        ...{ seconds: 6, age: 10, message: "Initialized → Deleted" },
      },
      {
        ...{ type: "Normal", reason: "Seen", subject: "ClusterApprovalRequest/a" },
        ...{ run: "r", stage: "s", by: "ada", seconds: 5, cluster: "c" },
        message: `${"x".repeat(4096)}…`,
      },
    ]);
    const fields = new Set(events.flatMap((event: object) => Object.keys(event)));
    expect([...fields].sort()).toEqual([...documented("| field of `event` |")].sort());
  });

  it("names the fields of a request", async () => {
    const { log } = await openAuditLog();
    const lines: string[] = [];
    const api = openTestApi({ audit: { log, announce: (line) => lines.push(line) } });
    await api.patch(`${WIDGETS}/w/status`, widget("w"));
    api.close();
    const [fields = {}] = lines.map((line) => JSON.parse(line.replace(/^request /, "")) as object);
    const known = documented("| field of `request` |");
    expect([...Object.keys(fields), "operationId"].sort()).toEqual([...known].sort());
  });
});
