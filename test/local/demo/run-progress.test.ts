import { describe, expect, it } from "vitest";
import { orderDifference } from "../../../local/demo/follow-run.js";
import { failureOf, progressLines, waitingReason } from "../../../local/demo/run-progress.js";

const TIME = "2026-11-21T10:00:00Z";

function condition(type: string, status: string, reason = "Reason", message = "message") {
  return { type, status, reason, message, lastTransitionTime: TIME, observedGeneration: 1 };
}

const status = {
  conditions: [
    condition("Initialized", "True"),
    condition("Progressing", "False", "UpdateRunWaiting", "waiting for stage canary"),
  ],
  stagesStatus: [
    {
      stageName: "staging",
      startTime: TIME,
      clusters: [
        {
          clusterName: "member2",
          conditions: [condition("Started", "True"), condition("Succeeded", "True")],
        },
      ],
      afterStageTaskStatus: [
        { type: "TimedWait", conditions: [condition("WaitTimeElapsed", "True")] },
      ],
      conditions: [condition("Succeeded", "True")],
    },
    {
      stageName: "canary",
      startTime: TIME,
      clusters: [
        { clusterName: "member3", conditions: [condition("Started", "True")] },
        { clusterName: "member1" },
      ],
      afterStageTaskStatus: [{ type: "Approval" }],
      conditions: [],
    },
  ],
};

describe("progressLines", () => {
  it("tells what has happened so far, stage by stage", () => {
    expect(progressLines(status)).toEqual([
      "stage staging started",
      "staging: member2 is being updated",
      "staging: member2 is updated",
      "staging: TimedWait has elapsed",
      "stage staging succeeded",
      "stage canary started",
      "canary: member3 is being updated",
    ]);
  });

  it("tells nothing of a run that has no status yet", () => {
    expect(progressLines(undefined)).toEqual([]);
  });
});

describe("waitingReason", () => {
  it("is the run's own sentence while it waits", () => {
    expect(waitingReason(status)).toBe("waiting for stage canary");
  });

  it("is absent while it moves", () => {
    const moving = { ...status, conditions: [condition("Progressing", "True")] };
    expect(waitingReason(moving)).toBeUndefined();
  });
});

describe("failureOf", () => {
  it("is the sentence of a run that could not be initialized", () => {
    const failed = { conditions: [condition("Initialized", "False", "Failed", "no snapshot")] };
    expect(failureOf(failed)).toBe("no snapshot");
  });

  it("is absent for a run that waits", () => {
    expect(failureOf(status)).toBeUndefined();
  });
});

describe("orderDifference", () => {
  it("accepts other lines in between", () => {
    expect(orderDifference(["a", "x", "b"], ["a", "b"])).toBeUndefined();
  });

  it("tells the order that was seen", () => {
    expect(orderDifference(["b", "a"], ["a", "b"])).toBe("the order was b → a and should be a → b");
  });
});
