import { describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { advance } from "../../src/rollout/advance.js";
import { RunMessage } from "../../src/rollout/reasons.js";
import type { RunView, StageView } from "../../src/rollout/run-view.js";

const NOW = new Date("2026-01-01T10:00:00Z");
const ASKED = "2026-01-01T09:00:00Z";

const none: StageView = { total: 0, pending: 0, started: 0, failed: [], waiting: [] };
const pending: StageView = { ...none, total: 2, pending: 2 };
const done: StageView = { ...none, total: 2, lastFinishedAt: "2026-01-01T09:59:30.000Z" };
const waiting = (startedAt: string): StageView => ({
  ...none,
  total: 2,
  pending: 1,
  started: 1,
  waiting: [
    {
      clusterName: "member1",
      startedAt,
      message: "Deployment/web/api: 1 of 3 replicas are available",
      attempts: 3,
      nextTry: "2026-01-01T10:00:30Z",
    },
  ],
});

const name = "run-before-canary";
const approval = { type: "Approval" as const, approvalRequestName: name };
const task = { type: "TimedWait" as const };

function view(parts: Partial<RunView>, stage: object = {}, tasks: object = {}): RunView {
  const status: UpdateRunStatus = {
    conditions: [
      {
        type: "Initialized",
        status: "True",
        lastTransitionTime: ASKED,
        reason: "UpdateRunInitializedSuccessfully",
        message: "",
      },
    ],
    stagedUpdateStrategySnapshot: { stages: [{ name: "canary", ...tasks }] },
    stagesStatus: [{ stageName: "canary", clusters: [], ...stage }],
    deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
  };
  return {
    name: "run",
    scope: "Cluster",
    generation: 1,
    state: "Run",
    deleting: false,
    status,
    stages: [pending, none],
    approvals: {},
    ...parts,
  };
}

const requested = {
  requestedAt: ASKED,
  approved: false,
  accepted: false,
  targetRun: "run",
  targetStage: "canary",
};
const refusal = { reason: "TooEarly", message: "not today", since: "2026-01-01T09:30:00Z" };
const refused = { ...requested, refusal, decidedBy: "ada (kubectl/v1.34.1)" };
const timedWait = { afterStageTasks: [{ type: "TimedWait", waitTime: "1m" }] };

describe("a run that waits says what for, since when, and until when or what unblocks it", () => {
  it.each([
    {
      state: "for an approval before a stage",
      run: view({ approvals: { [name]: requested } }, { beforeStageTaskStatus: [approval] }),
      says: `The updateRun is waiting for before-stage tasks in stage canary to complete: approval of ClusterApprovalRequest ${name}, requested at ${ASKED}`,
    },
    {
      state: "for an approval after a stage, in a namespace",
      run: view(
        {
          scope: "Namespaced",
          namespace: "team",
          stages: [done, none],
          approvals: { [name]: requested },
        },
        { afterStageTaskStatus: [approval] },
      ),
      says: `The updateRun is waiting for after-stage tasks in stage canary to complete: approval of ApprovalRequest ${name}, requested at ${ASKED}`,
    },
    {
      state: "for somebody to approve after all what was refused",
      run: view({ approvals: { [name]: refused } }, { beforeStageTaskStatus: [approval] }),
      says: `The update run has been stopped: ClusterApprovalRequest ${name} was refused by ada (kubectl/v1.34.1) at 2026-01-01T09:30:00Z: TooEarly: not today. To go on, approve it: kubectl patch clusterapprovalrequest ${name} --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Approved","status":"True"}]}}'`,
    },
    {
      state: "for time to pass",
      run: view({ stages: [done, none] }, { afterStageTaskStatus: [task] }, timedWait),
      says: "The updateRun is waiting for after-stage tasks in stage canary to complete: the TimedWait of 1m0s ends at 2026-01-01T10:00:30Z",
    },
    {
      state: "for a cluster that is not available yet",
      run: view({ stages: [waiting("2026-01-01T09:59:00Z"), none] }),
      says: "The update run is making progress; in stage canary waiting for member1 since 2026-01-01T09:59:00Z (3 attempts, next 2026-01-01T10:00:30Z): Deployment/web/api: 1 of 3 replicas are available",
    },
    {
      state: "for a cluster that takes too long",
      run: view({ stages: [waiting("2026-01-01T09:50:00Z"), none] }),
      says: "The updateRun is stuck waiting for member1 cluster(s) in stage canary to finish updating, please check placement status for potential errors: waiting for member1 since 2026-01-01T09:50:00Z (3 attempts, next 2026-01-01T10:00:30Z): Deployment/web/api: 1 of 3 replicas are available",
    },
    {
      state: "for the clusters in hand before it stops",
      run: view({ state: "Stop", stages: [waiting("2026-01-01T09:59:00Z"), none] }),
      says: "The update run is the process of stopping, waiting for all the updating/deleting clusters to finish updating before completing the stop process: waiting for member1 since 2026-01-01T09:59:00Z (3 attempts, next 2026-01-01T10:00:30Z): Deployment/web/api: 1 of 3 replicas are available",
    },
    {
      state: "for somebody to resume it",
      run: view({ state: "Stop" }),
      says: `The update run has been stopped. To go on: kubectl patch clusterstagedupdaterun run --type=merge -p '{"spec":{"state":"Run"}}'`,
    },
    {
      state: "for somebody to resume it, in a namespace",
      run: view({ state: "Stop", scope: "Namespaced", namespace: "team" }),
      says: `The update run has been stopped. To go on: kubectl patch -n team stagedupdaterun run --type=merge -p '{"spec":{"state":"Run"}}'`,
    },
  ])("$state", ({ run, says }) => {
    const { conditions } = advance(run, NOW).status;
    expect(conditions?.find(({ type }) => type === "Progressing")?.message).toBe(says);
  });

  it("for the scheduler, and is initialized again until that is settled", () => {
    const message = RunMessage.initializationWaiting("the placement is not scheduled yet");
    const unknown = { lastTransitionTime: ASKED, reason: "UpdateRunInitializationWaiting" };
    const conditions = [{ type: "Initialized", status: "Unknown" as const, message, ...unknown }];
    const run = view({ status: { conditions }, stages: [] });
    expect(advance(run, NOW).next).toEqual({ kind: "Initialize" });
    expect(message).toBe(
      "The UpdateRun is initialized as soon as this is settled, which is looked at every second: the placement is not scheduled yet",
    );
  });
});
