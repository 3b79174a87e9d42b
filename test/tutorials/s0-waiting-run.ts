import { expect } from "vitest";

/** The document's long status: reasons and messages as the newest KubeFleet writes them. */
export function checkWaitingRun(run: Record<string, unknown>, waitTime: string): void {
  const condition = (type: string, status: string, reason: string, message: unknown) => ({
    lastTransitionTime: expect.any(String),
    message,
    observedGeneration: 1,
    reason,
    status,
    type,
  });
  const updated = [
    condition("Started", "True", "ClusterUpdatingStarted", "Cluster update started"),
    condition(
      "Succeeded",
      "True",
      "ClusterUpdatingSucceeded",
      "Cluster update completed successfully",
    ),
  ];
  expect(run).toMatchObject({
    spec: {
      placementName: "example-placement",
      resourceSnapshotIndex: "1",
      stagedRolloutStrategyName: "example-strategy",
    },
  });
  expect(run.status).toEqual({
    appliedStrategy: {
      comparisonOption: "PartialComparison",
      type: "ClientSideApply",
      whenToApply: "Always",
      whenToTakeOver: "Always",
    },
    conditions: [
      condition(
        "Initialized",
        "True",
        "UpdateRunInitializedSuccessfully",
        "The UpdateRun initialized successfully",
      ),
      condition(
        "Progressing",
        "False",
        "UpdateRunWaiting",
        expect.stringMatching(
          /^The updateRun is waiting for after-stage tasks in stage canary to complete: approval of ClusterApprovalRequest example-run-after-canary, since .*, unblocked by kubectl patch clusterapprovalrequest /,
        ),
      ),
    ],
    createdBy: expect.objectContaining({ user: "developer" }),
    startedBy: expect.objectContaining({ user: "developer" }),
    deletionStageStatus: { clusters: [], stageName: "kubernetes-fleet.io/deleteStage" },
    policyObservedClusterCount: 3,
    policySnapshotIndexUsed: "0",
    resourceSnapshotIndexUsed: "1",
    stagedUpdateStrategySnapshot: {
      stages: [
        {
          afterStageTasks: [{ type: "TimedWait", waitTime: waitTime === "1m" ? "1m0s" : waitTime }],
          labelSelector: { matchLabels: { environment: "staging" } },
          maxConcurrency: 1,
          name: "staging",
        },
        {
          afterStageTasks: [{ type: "Approval" }],
          labelSelector: { matchLabels: { environment: "canary" } },
          maxConcurrency: 1,
          name: "canary",
          sortingLabelKey: "order",
        },
      ],
    },
    stagesStatus: [
      {
        afterStageTaskStatus: [
          {
            conditions: [
              condition(
                "WaitTimeElapsed",
                "True",
                "AfterStageTaskWaitTimeElapsed",
                "Wait time elapsed",
              ),
            ],
            type: "TimedWait",
          },
        ],
        clusters: [{ clusterName: "member2", conditions: updated }],
        conditions: [
          condition(
            "Progressing",
            "False",
            "StageUpdatingSucceeded",
            "All clusters in the stage are updated and after-stage tasks are completed",
          ),
          condition(
            "Succeeded",
            "True",
            "StageUpdatingSucceeded",
            "Stage update completed successfully",
          ),
        ],
        endTime: expect.any(String),
        stageName: "staging",
        startTime: expect.any(String),
      },
      {
        afterStageTaskStatus: [
          {
            approvalRequestName: "example-run-after-canary",
            conditions: [
              condition(
                "ApprovalRequestCreated",
                "True",
                "StageTaskApprovalRequestCreated",
                "ApprovalRequest object is created",
              ),
            ],
            type: "Approval",
          },
        ],
        clusters: [
          { clusterName: "member3", conditions: updated },
          { clusterName: "member1", conditions: updated },
        ],
        conditions: [
          condition(
            "Progressing",
            "False",
            "StageUpdatingWaiting",
            "All clusters in the stage are updated, waiting for after-stage tasks to complete",
          ),
        ],
        stageName: "canary",
        startTime: expect.any(String),
      },
    ],
  });
}
