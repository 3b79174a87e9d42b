import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { announceMilestone } from "../../src/activities/event-line.js";

/** All text of the app: what it never says no alert can find. */
const source = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join("src", path), "utf8"))
  .join("\n");

function reasonsIn(file: string): readonly string[] {
  const text = readFileSync(file, "utf8").replaceAll('\\"', '"');
  const comparisons = text.matchAll(/\bReason (?:== "(\w+)"|in \(([^)]+)\))/g);
  return [...comparisons].flatMap(([, one, several]) =>
    one === undefined ? [...(several ?? "").matchAll(/\w+/g)].map(([word]) => word) : [one],
  );
}

describe.each([
  { file: "infra/app/alerts.bicep", atLeast: 7 },
  { file: "infra/app/workbook.json", atLeast: 2 },
])("$file", ({ file, atLeast }) => {
  const reasons = reasonsIn(file);

  it("looks for reasons", () => {
    expect(reasons.length).toBeGreaterThanOrEqual(atLeast);
  });

  it.each(reasons)("looks for the reason %s, which the app gives", (reason) => {
    expect(source).toContain(`"${reason}"`);
  });

  it("takes the lines apart that the app writes of its events", () => {
    const text = readFileSync(file, "utf8").replaceAll('\\"', '"');
    const [, prefix = "?"] = /Message startswith "(event[^"]*)"/.exec(text) ?? [];
    const [, offset] =
      /startswith "event[^|]+\| extend \w = parse_json\(substring\(Message, (\d+)/.exec(
        text.replaceAll("\\n", " "),
      ) ?? [];
    const line = eventLine();
    expect(line.startsWith(prefix)).toBe(true);
    expect(JSON.parse(line.slice(Number(offset)))).toMatchObject({
      type: "Warning",
      reason: "UpdateRunFailed",
      subject: "ClusterStagedUpdateRun/run",
    });
    for (const field of ["type", "reason", "subject"]) {
      expect(text).toContain(`= tostring(E.${field})`);
    }
  });
});

/** What the app writes when a run has failed. */
function eventLine(): string {
  const lines: string[] = [];
  const run = {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterStagedUpdateRun",
    metadata: { name: "run" },
  };
  const failed = { type: "Warning", reason: "UpdateRunFailed", message: "why" } as const;
  announceMilestone({ announce: (line) => lines.push(line) }, run, failed);
  return lines.join("\n");
}

describe("the alert app-fails", () => {
  const alerts = readFileSync("infra/app/alerts.bicep", "utf8");
  const [, list = ""] = /Message has_any \(([^)]+)\)/.exec(alerts) ?? [];
  const words = [...list.matchAll(/"([^"]+)"/g)].map(([, text = ""]) => text);

  it("looks for words", () => {
    expect(words).toHaveLength(3);
  });

  it.each(words)('looks for "%s", which the app logs', (text) => {
    expect(source).toContain(text);
  });
});
