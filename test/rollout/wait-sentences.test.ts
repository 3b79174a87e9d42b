import { describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { advance } from "../../src/rollout/advance.js";
import { afterTry } from "../../src/rollout/cluster-outcome.js";
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

const broken: StageView = {
  ...done,
  unhealthy: [
    {
      clusterName: "member1",
      message: "Deployment web/api is not available",
      since: "2026-01-01T09:59:45Z",
    },
  ],
};
const silent: StageView = {
  ...done,
  unhealthy: [
    {
      clusterName: "member1",
      message: "member1: GET /version: socket hang up",
      since: "2026-01-01T09:59:45Z",
    },
  ],
};
const failed = (message: string): StageView => ({
  ...none,
  total: 2,
  pending: 1,
  failed: [{ clusterName: "member1", message }],
});
/** What a cluster has failed with that was tried for longer than its deadline. */
function missed(): string {
  const tried = { message: "connection refused", failing: true, startedAt: ASKED, attempts: 9 };
  const outcome = afterTry({ ...tried, stageGoesOn: true }, { clusterDeadline: "10m" }, NOW);
  return outcome.kind === "Failed" ? outcome.message : outcome.kind;
}
/** The members were looked at then, and again at the end of every minute. */
const lookedAt = (at: Date) => ({
  everyMs: 60_000,
  sweep: { stage: 0, startedAt: at.toISOString(), tracked: true },
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
      says: `The updateRun is waiting for before-stage tasks in stage canary to complete: approval of ClusterApprovalRequest ${name}, since ${ASKED}, unblocked by kubectl patch clusterapprovalrequest ${name} --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Approved","status":"True"}]}}'`,
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
      says: `The updateRun is waiting for after-stage tasks in stage canary to complete: approval of ApprovalRequest ${name}, since ${ASKED}, unblocked by kubectl patch -n team approvalrequest ${name} --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Approved","status":"True"}]}}'`,
    },
    {
      state: "for somebody to approve after all what was refused",
      run: view({ approvals: { [name]: refused } }, { beforeStageTaskStatus: [approval] }),
      says: `The update run has been stopped: ClusterApprovalRequest ${name} was refused by ada (kubectl/v1.34.1) at 2026-01-01T09:30:00Z: TooEarly: not today. To go on, approve it: kubectl patch clusterapprovalrequest ${name} --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Approved","status":"True"}]}}'`,
    },
    {
      state: "for time to pass",
      run: view({ stages: [done, none] }, { afterStageTaskStatus: [task] }, timedWait),
      says: "The updateRun is waiting for after-stage tasks in stage canary to complete: the TimedWait of 1m0s after stage canary, since 2026-01-01T09:59:30Z, until 2026-01-01T10:00:30Z, unblocked by time alone",
    },
    {
      state: "for time to pass, with a cluster that is not healthy",
      run: view(
        { stages: [broken, none], soak: lookedAt(new Date("2026-01-01T09:59:45Z")) },
        { afterStageTaskStatus: [task] },
        timedWait,
      ),
      says: "The updateRun is waiting for after-stage tasks in stage canary to complete: the TimedWait of 1m0s after stage canary, since 2026-01-01T09:59:30Z, until 2026-01-01T10:00:30Z, unhealthy by now: member1: Deployment web/api is not available (since 2026-01-01T09:59:45Z), unblocked by time, if the clusters are healthy by then",
    },
    {
      state: "for time to pass, with a cluster that does not answer",
      run: view(
        { stages: [silent, none], soak: lookedAt(new Date("2026-01-01T09:59:45Z")) },
        { afterStageTaskStatus: [task] },
        timedWait,
      ),
      says: "The updateRun is waiting for after-stage tasks in stage canary to complete: the TimedWait of 1m0s after stage canary, since 2026-01-01T09:59:30Z, until 2026-01-01T10:00:30Z, unhealthy by now: member1: GET /version: socket hang up (since 2026-01-01T09:59:45Z), unblocked by time, if the clusters are healthy by then",
    },
    {
      state: "for a cluster that is not healthy when the time is over",
      run: view(
        { stages: [{ ...broken, lastFinishedAt: ASKED }, none], soak: lookedAt(NOW) },
        { afterStageTaskStatus: [task] },
        timedWait,
      ),
      says: "The updateRun is waiting for after-stage tasks in stage canary to complete: the clusters of stage canary to be healthy, since 2026-01-01T09:01:00Z, the TimedWait of 1m0s after stage canary is over: member1: Deployment web/api is not available (since 2026-01-01T09:59:45Z), unblocked by the clusters being healthy: they are looked at again by themselves, or to go on anyway: kubectl annotate --overwrite clusterstagedupdaterun run stagecoach.dev/soak=Timer",
    },
    {
      state: "for a last look when the time is over",
      run: view(
        { stages: [{ ...done, lastFinishedAt: ASKED }, none], soak: lookedAt(new Date(ASKED)) },
        { afterStageTaskStatus: [task] },
        timedWait,
      ),
      says: "The updateRun is waiting for after-stage tasks in stage canary to complete: a last look at the clusters of stage canary, since 2026-01-01T09:01:00Z, the TimedWait of 1m0s after stage canary is over, unblocked by the look, which is due",
    },
    {
      state: "for somebody to have failed clusters tried again, beyond the budget",
      run: view({ stages: [failed("connection refused"), none], rules: [{ failureBudget: "0" }] }),
      says: "The update run has been stopped: 1 of 2 clusters in stage canary failed, more than the failure budget of 0: member1: connection refused. To try them again: kubectl annotate --overwrite clusterstagedupdaterun run stagecoach.dev/resume=1",
    },
    {
      state: "for somebody to have a cluster tried again that missed its deadline",
      run: view({ stages: [failed(missed()), none], rules: [{ clusterDeadline: "10m" }] }),
      says: "The update run has been stopped: 1 of 2 clusters in stage canary failed, more than the failure budget of 0: member1: not updated within the cluster deadline of 10m: connection refused. To try them again: kubectl annotate --overwrite clusterstagedupdaterun run stagecoach.dev/resume=1",
    },
    {
      state: "for somebody to resume it, with a cluster that was begun",
      run: view({
        state: "Stop",
        stages: [
          { ...pending, released: [{ clusterName: "member1", message: "forbidden" }] },
          none,
        ],
      }),
      says: `The update run has been stopped; begun and not updated: member1: forbidden. To go on: kubectl patch clusterstagedupdaterun run --type=merge -p '{"spec":{"state":"Run"}}'`,
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
