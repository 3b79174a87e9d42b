import { describe, expect, it } from "vitest";
import { UpdateRun } from "../../src/api/update-run.js";
import { type FailureType, failureType } from "../../src/rollout/failure-type.js";
import { reportRun } from "../../src/rollout/report-run.js";

/** The numbers are those of the behaviours that KubeFleet's own tests of its metrics establish. */
const CLIENT = "failed to process the request due to a client error: parent placement not found";

interface Entry {
  readonly entry: number;
  readonly given: string;
  readonly reason: string;
  readonly status?: "True" | "False" | "Unknown";
  readonly message?: string;
  readonly type: FailureType;
}

const ENTRIES: readonly Entry[] = [
  {
    entry: 167,
    given: "a condition that is True",
    reason: "UpdateRunFailed",
    status: "True",
    type: "none",
  },
  { entry: 168, given: "a run that is stuck", reason: "UpdateRunStuck", type: "internal_error" },
  { entry: 168, given: "a run that waits", reason: "UpdateRunWaiting", type: "none" },
  {
    entry: 168,
    given: "a run that stops",
    reason: "UpdateRunStopping",
    status: "Unknown",
    type: "none",
  },
  { entry: 168, given: "a run that is stopped", reason: "UpdateRunStopped", type: "none" },
  {
    entry: 169,
    given: "a run that failed of a user's error",
    reason: "UpdateRunFailed",
    message: `cannot continue the updateRun: ${CLIENT}`,
    type: "user_error",
  },
  {
    entry: 169,
    given: "an initialization that failed of a user's error",
    reason: "UpdateRunInitializedFailed",
    message: CLIENT,
    type: "user_error",
  },
  {
    entry: 169,
    given: "a run that failed of something else",
    reason: "UpdateRunFailed",
    message: "cannot continue the updateRun: unexpected behavior",
    type: "internal_error",
  },
  {
    entry: 169,
    given: "an initialization that failed of something else",
    reason: "UpdateRunInitializedFailed",
    message: "no latest policy snapshot found",
    type: "internal_error",
  },
];

describe("who has to mend a run", () => {
  it("167 is nobody when there is no condition", () => {
    expect(failureType(undefined)).toBe("none");
  });

  it.each(ENTRIES)("$entry is told: $given is $type", ({ reason, status, message, type }) => {
    expect(failureType({ status: status ?? "False", reason, message: message ?? "" })).toBe(type);
  });

  it.each([
    { status: "False" as const, reason: "UpdateRunFailed", failureType: "internal_error" },
    { status: "True" as const, reason: "UpdateRunSucceeded", failureType: undefined },
  ])("stands in the report of a run whose last word is $reason", (last) => {
    const run = UpdateRun.parse({
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "ClusterStagedUpdateRun",
      metadata: { name: "example-run" },
      spec: { placementName: "p", stagedRolloutStrategyName: "s" },
      status: {
        conditions: [
          {
            type: "Succeeded",
            status: last.status,
            reason: last.reason,
            message: "",
            lastTransitionTime: "2026-01-01T10:00:00Z",
          },
        ],
      },
    });
    const routes = { approvalKind: "", start: "", approve: () => "" };
    expect(reportRun(run, routes).failureType).toBe(last.failureType);
  });
});
