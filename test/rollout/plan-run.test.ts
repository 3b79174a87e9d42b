import { describe, expect, it } from "vitest";
import { planRun } from "../../src/rollout/plan-run.js";
import { planInput, runWithIndex } from "../support/run-plan-input.js";

describe("planRun", () => {
  it("records the tutorial's stages, clusters and approval names", () => {
    expect(planRun(planInput())).toEqual({
      ok: true,
      clusters: [["member2"], ["member3", "member1"], []],
      status: {
        appliedStrategy: {
          comparisonOption: "PartialComparison",
          type: "ClientSideApply",
          whenToApply: "Always",
          whenToTakeOver: "Always",
        },
        deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
        policyObservedClusterCount: 3,
        policySnapshotIndexUsed: "0",
        resourceSnapshotIndexUsed: "1",
        stagedUpdateStrategySnapshot: {
          stages: [
            {
              name: "staging",
              labelSelector: { matchLabels: { environment: "staging" } },
              maxConcurrency: 1,
              afterStageTasks: [{ type: "TimedWait", waitTime: "1m0s" }],
            },
            {
              name: "canary",
              labelSelector: { matchLabels: { environment: "canary" } },
              sortingLabelKey: "order",
              maxConcurrency: "50%",
              beforeStageTasks: [{ type: "Approval" }],
              afterStageTasks: [{ type: "Approval" }],
            },
          ],
        },
        stagesStatus: [
          { stageName: "staging", clusters: [], afterStageTaskStatus: [{ type: "TimedWait" }] },
          {
            stageName: "canary",
            clusters: [],
            beforeStageTaskStatus: [
              { type: "Approval", approvalRequestName: "example-run-before-canary" },
            ],
            afterStageTaskStatus: [
              { type: "Approval", approvalRequestName: "example-run-after-canary" },
            ],
          },
        ],
      },
    });
  });

  it("takes the latest snapshot when none is named", () => {
    const plan = planRun(planInput({ run: runWithIndex(undefined), latestIndex: "1" }));
    expect(plan).toMatchObject({ ok: true, status: { resourceSnapshotIndexUsed: "1" } });
  });

  it("passes on why nothing can be selected", () => {
    const selectionProblem = "found duplicate resource";
    expect(planRun(planInput({ run: runWithIndex(undefined), selectionProblem }))).toMatchObject({
      ok: false,
      message:
        "cannot continue the updateRun: failed to validate the updateRun: failed to process the request due to a client error: found duplicate resource",
    });
  });
});
