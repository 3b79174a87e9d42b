import { describe, expect, it } from "vitest";
import { leftOut, leftOutSentence, pickedSince } from "../../src/rollout/left-out.js";
import { reportLine, reportText } from "../../src/rollout/report-text.js";
import { binding } from "../support/run-plan-input.js";

const CREATED = "2026-01-01T10:00:00Z";
const bound = (cluster: string, creationTimestamp: string, state = "Scheduled") => {
  const object = binding(cluster, state);
  return { ...object, metadata: { ...object.metadata, creationTimestamp } };
};
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

describe("clusters that a run leaves out", () => {
  it.each([
    { picked: "earlier", created: "2026-01-01T09:59:59Z", state: "Scheduled", found: [] },
    { picked: "in the same second", created: CREATED, state: "Scheduled", found: ["a"] },
    { picked: "later", created: "2026-01-01T10:00:01Z", state: "Bound", found: ["a"] },
    {
      picked: "later and no more",
      created: "2026-01-01T10:00:01Z",
      state: "Unscheduled",
      found: [],
    },
  ])("may be among those picked $picked: $found", ({ created, state, found }) => {
    expect(pickedSince([bound("a", created, state)], CREATED)).toEqual(found);
  });

  it("are those that are in no stage, sorted, a hundred at most", () => {
    const target = { clusterName: "b", stage: 0, index: 0, phase: "Pending" as const };
    expect(leftOut(["c", "b", "a"], [target])).toEqual(["a", "c"]);
    expect(leftOut(numbered(101), [])).toHaveLength(100);
  });

  it.each([
    { count: 0, says: "" },
    { count: 2, says: "c0, c1" },
    { count: 5, says: "c0, c1, c2, and 2 more" },
  ])("are $count in a sentence", ({ count, says }) => {
    expect(leftOutSentence(numbered(count))).toBe(
      says &&
        `; left out until the next run, because they joined after this one was initialized: ${says}`,
    );
  });

  it("stand in a run's report", () => {
    const report = {
      name: "r",
      placement: "p",
      state: "Running" as const,
      finished: false,
      stages: [],
      waitingFor: [],
      failed: [],
      leftOut: ["member4", "member5"],
    };
    expect(reportText(report)).toBe(
      "r: Running (placement p)\n  left out until the next run: member4, member5",
    );
    expect(reportLine(report)).toBe("Running; left out until the next run: member4, member5");
  });
});
