import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Condition } from "../../src/api/meta.js";
import { UpdateRun, type UpdateRunStatus } from "../../src/api/update-run.js";
import { RunReason, StageReason } from "../../src/rollout/reasons.js";
import { reportRun } from "../../src/rollout/report-run.js";
import { reportLine, reportText } from "../../src/rollout/report-text.js";

const T = "2026-11-21T10:00:00Z";
const routes = {
  approvalKind: "ClusterApprovalRequest",
  start: "POST /runs/run/start",
  approve: (name: string) => `POST /approvals/${name}/approve`,
};

const condition = (
  type: string,
  status: Condition["status"],
  reason: string,
  message = "why",
): Condition => ({ type, status, reason, message, lastTransitionTime: T });

const initialized = condition("Initialized", "True", RunReason.InitializedSuccessfully);
const progressing = (reason: string) => condition("Progressing", "False", reason);

function run(status?: UpdateRunStatus): UpdateRun {
  return {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterStagedUpdateRun",
    metadata: { name: "run", creationTimestamp: T },
    spec: { placementName: "web", stagedRolloutStrategyName: "strategy", state: "Run" },
    ...(status && { status }),
  };
}

const cluster = (clusterName: string, ...conditions: Condition[]) => ({ clusterName, conditions });
const started = condition("Started", "True", "ClusterUpdatingStarted", "Cluster update started");
const succeeded = condition("Succeeded", "True", "ClusterUpdatingSucceeded");
const refused = condition("Succeeded", "False", "ClusterUpdatingFailed", "taken over by run-2");

const TIMED_WAIT = { type: "TimedWait" as const, waitTime: "1m" };
const unhealthy = condition(
  "Healthy",
  "False",
  "ClusterUnhealthy",
  "0 of 1 replicas are available",
);

/** A run that waits after its first stage, one cluster of which is unhealthy. */
function soaking(...elapsed: Condition[]): UpdateRunStatus {
  const task = { type: "TimedWait" as const, waitUntil: "2026-11-21T10:01:00.000Z" };
  return {
    conditions: [initialized, progressing(RunReason.Waiting)],
    stagedUpdateStrategySnapshot: { stages: [{ name: "staging", afterStageTasks: [TIMED_WAIT] }] },
    stagesStatus: [
      {
        stageName: "staging",
        clusters: [cluster("member2", started, succeeded, unhealthy)],
        conditions: [condition("Progressing", "False", StageReason.Waiting)],
        afterStageTaskStatus: [{ ...task, ...(elapsed.length > 0 && { conditions: elapsed }) }],
      },
    ],
  };
}

describe("the state of a run", () => {
  it.each([
    { state: "Initializing", conditions: [] },
    { state: "Initialized", conditions: [initialized] },
    { state: "Running", conditions: [initialized, progressing(RunReason.Progressing)] },
    { state: "Waiting", conditions: [initialized, progressing(RunReason.Waiting)] },
    { state: "Stuck", conditions: [initialized, progressing(RunReason.Stuck)] },
    { state: "Stopping", conditions: [initialized, progressing(RunReason.Stopping)] },
    { state: "Stopped", conditions: [initialized, progressing(RunReason.Stopped)] },
    {
      state: "Succeeded",
      conditions: [initialized, condition("Succeeded", "True", RunReason.Succeeded)],
    },
    {
      state: "Failed",
      conditions: [initialized, condition("Succeeded", "False", RunReason.Failed)],
    },
    {
      state: "Failed",
      conditions: [condition("Initialized", "False", RunReason.InitializedFailed)],
    },
  ])("is $state when its conditions say so", ({ state, conditions }) => {
    const report = reportRun(run({ conditions }), routes);
    expect(report).toMatchObject({ state, since: T });
    expect(report.finished).toBe(["Succeeded", "Failed"].includes(state));
  });
});

describe("what a run waits for", () => {
  it.each([
    {
      behaviour: "to be initialized",
      status: undefined,
      waitingFor: [{ what: "initialization", since: T }],
    },
    {
      behaviour: "to be started",
      status: { conditions: [initialized] },
      waitingFor: [{ what: "the run to be started", since: T, unblockedBy: routes.start }],
    },
    {
      behaviour: "to be resumed",
      status: { conditions: [initialized, progressing(RunReason.Stopped)] },
      waitingFor: [{ what: "the run to be resumed", since: T, unblockedBy: routes.start }],
    },
    {
      behaviour: "for an approval and for time to pass",
      status: {
        conditions: [initialized, progressing(RunReason.Waiting)],
        stagedUpdateStrategySnapshot: {
          stages: [{ name: "staging", afterStageTasks: [TIMED_WAIT] }],
        },
        stagesStatus: [
          {
            stageName: "staging",
            clusters: [cluster("member2", started, succeeded)],
            conditions: [condition("Progressing", "False", StageReason.Waiting)],
            afterStageTaskStatus: [
              { type: "TimedWait" as const, waitUntil: "2026-11-21T10:01:00.000Z" },
              {
                type: "Approval" as const,
                approvalRequestName: "run-after-staging",
                conditions: [condition("ApprovalRequestCreated", "True", "Created")],
              },
            ],
          },
        ],
      },
      waitingFor: [
        {
          what: "the TimedWait of 1m0s after stage staging",
          since: T,
          until: "2026-11-21T10:01:00Z",
          unblockedBy: "time alone",
        },
        {
          what: "approval of ClusterApprovalRequest run-after-staging",
          since: T,
          unblockedBy: "POST /approvals/run-after-staging/approve",
        },
      ],
    },
    {
      behaviour: "for clusters to be healthy, as soon as it is known that one is not",
      status: soaking(),
      waitingFor: [
        {
          what: "the TimedWait of 1m0s after stage staging",
          since: T,
          until: "2026-11-21T10:01:00Z",
          message: `unhealthy by now: member2: 0 of 1 replicas are available (since ${T})`,
          unblockedBy: "time, if the clusters are healthy by then",
        },
      ],
    },
    {
      behaviour: "for clusters to be healthy when the time is over",
      status: soaking(
        condition("WaitTimeElapsed", "False", "AfterStageTaskHeldByUnhealthyClusters"),
      ),
      waitingFor: [
        {
          what: "the clusters of stage staging to be healthy",
          since: "2026-11-21T10:01:00Z",
          message: `the TimedWait of 1m0s after stage staging is over: member2: 0 of 1 replicas are available (since ${T})`,
          unblockedBy: "the clusters being healthy: they are looked at again by themselves",
        },
      ],
    },
    {
      behaviour: "for an approval that was refused",
      status: {
        conditions: [initialized, progressing(RunReason.ApprovalRefused)],
        stagesStatus: [
          {
            stageName: "staging",
            clusters: [cluster("member2")],
            beforeStageTaskStatus: [
              {
                type: "Approval" as const,
                approvalRequestName: "run-before-staging",
                conditions: [condition("ApprovalRequestCreated", "True", "Created")],
              },
            ],
          },
        ],
      },
      waitingFor: [
        {
          what: "approval of ClusterApprovalRequest run-before-staging after all",
          since: T,
          unblockedBy: "POST /approvals/run-before-staging/approve",
        },
      ],
    },
    {
      behaviour: "for the clusters in hand, with their words",
      status: {
        conditions: [initialized, progressing(RunReason.Stuck)],
        stagesStatus: [
          {
            stageName: "staging",
            clusters: [
              cluster("member1", started, succeeded),
              cluster("member2", { ...started, message: "connection refused" }),
              cluster("member3"),
            ],
          },
        ],
      },
      waitingFor: [
        {
          what: "cluster member2 to be updated",
          since: T,
          message: "connection refused",
          unblockedBy: "the cluster taking the update: it is tried again by itself",
        },
      ],
    },
  ])("is $behaviour", ({ status, waitingFor }) => {
    expect(reportRun(run(status), routes).waitingFor).toEqual(waitingFor);
  });
});

describe("a failed run", () => {
  const failed = run({
    conditions: [initialized, condition("Succeeded", "False", RunReason.Failed, "aborted")],
    resourceSnapshotIndexUsed: "3",
    stagesStatus: [
      {
        stageName: "staging",
        clusters: [cluster("member1", started, succeeded), cluster("member2", started, refused)],
        conditions: [condition("Succeeded", "False", StageReason.Failed)],
      },
      { stageName: "canary", clusters: [cluster("member3")] },
    ],
    deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
  });

  it("names the clusters that failed and counts the others", () => {
    expect(reportRun(failed, routes)).toMatchObject({
      stages: [
        { name: "staging", state: "Failed", done: 1, total: 2 },
        { name: "canary", state: "Pending", done: 0, total: 1 },
      ],
      failed: [{ cluster: "member2", stage: "staging", message: "taken over by run-2" }],
      waitingFor: [],
    });
  });

  it("is told in a few lines of text, and in one", () => {
    const report = reportRun(failed, routes);
    expect(reportText(report).split("\n")).toEqual([
      `run: Failed since ${T} (placement web, snapshot 3)`,
      "  staging  1/2  Failed",
      "  canary   0/1  Pending",
      "  member2 in staging failed: taken over by run-2",
    ]);
    expect(reportLine(report)).toBe(
      "Failed  staging 1/2  canary 0/1; member2 in staging failed: taken over by run-2",
    );
  });

  it("tells its own sentence when no cluster is to blame", () => {
    const refusedRun = run({
      conditions: [condition("Initialized", "False", RunReason.InitializedFailed, "no placement")],
    });
    expect(reportLine(reportRun(refusedRun, routes))).toBe("Failed; failed: no placement");
  });
});

it("reports the run of the recorded tutorial as waiting for its approval", () => {
  const recorded = readFileSync("test/fixtures/api/run-waiting-for-approval.yaml", "utf8");
  const [first] = parseAllDocuments(recorded);
  const report = reportRun(UpdateRun.parse(first?.toJS()), routes);
  expect(report.state).toBe("Waiting");
  expect(report.waitingFor[0]?.what).toMatch(/^approval of ClusterApprovalRequest /);
});
