import { describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { advance } from "../../src/rollout/advance.js";
import type { Next } from "../../src/rollout/next.js";
import type { ApprovalView, RunView, StageView } from "../../src/rollout/run-view.js";

const NOW = new Date("2026-01-01T10:00:00Z");

const none: StageView = { total: 0, pending: 0, started: 0, failed: [], waiting: [] };
const pending = (total: number): StageView => ({ ...none, total, pending: total });
const finished = (total: number, lastFinishedAt = "2026-01-01T09:59:30.000Z"): StageView => ({
  ...none,
  total,
  lastFinishedAt,
});

/** A run of the tutorial's strategy, just initialized. */
function tutorial(change: Partial<RunView> = {}): RunView {
  return {
    name: "example-run",
    scope: "Cluster",
    generation: 1,
    state: "Run",
    deleting: false,
    status: initialized(),
    stages: [pending(1), pending(2), none],
    approvals: {},
    ...change,
  };
}

function initialized(): UpdateRunStatus {
  return {
    conditions: [
      {
        type: "Initialized",
        status: "True",
        observedGeneration: 1,
        lastTransitionTime: "2026-01-01T09:59:00Z",
        reason: "UpdateRunInitializedSuccessfully",
        message: "The UpdateRun initialized successfully",
      },
    ],
    stagedUpdateStrategySnapshot: {
      stages: [
        {
          name: "staging",
          maxConcurrency: 1,
          afterStageTasks: [{ type: "TimedWait", waitTime: "1m0s" }],
        },
        { name: "canary", maxConcurrency: "50%", afterStageTasks: [{ type: "Approval" }] },
      ],
    },
    stagesStatus: [
      { stageName: "staging", clusters: [], afterStageTaskStatus: [{ type: "TimedWait" }] },
      {
        stageName: "canary",
        clusters: [],
        afterStageTaskStatus: [
          { type: "Approval", approvalRequestName: "example-run-after-canary" },
        ],
      },
    ],
    deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
  };
}

const approval = (change: Partial<ApprovalView> = {}): ApprovalView => ({
  requestedAt: "2026-01-01T09:59:50Z",
  approved: false,
  accepted: false,
  targetRun: "example-run",
  targetStage: "canary",
  ...change,
});

/** Advances as the activity does: the status is stored, then everything is looked at again. */
function settle(view: RunView, now = NOW): { view: RunView; next: Next } {
  let current = view;
  for (let pass = 0; pass < 20; pass += 1) {
    const step = advance(current, now);
    const approvals = { ...current.approvals };
    for (const effect of step.effects) {
      if (effect.kind === "CreateApprovalRequest") {
        approvals[effect.name] ??= approval({ targetStage: effect.stage });
      }
      if (effect.kind === "AcceptApproval") {
        approvals[effect.name] = { ...approval(), ...approvals[effect.name], accepted: true };
      }
    }
    current = { ...current, status: step.status, approvals };
    if (step.effects.every((effect) => effect.kind === "RecordEvent")) {
      return { view: current, next: step.next };
    }
  }
  throw new Error("the run does not settle");
}

const condition = (conditions: { type: string }[] | undefined, type: string) =>
  conditions?.find((entry) => entry.type === type);

describe("advance, before execution", () => {
  it("asks for initialization first", () => {
    expect(advance(tutorial({ status: {}, stages: [] }), NOW).next).toEqual({ kind: "Initialize" });
  });

  it("rests in state Initialize with only the Initialized condition", () => {
    const { view, next } = settle(tutorial({ state: "Initialize" }));
    expect(next).toEqual({ kind: "Wait" });
    expect(view.status.conditions?.map((entry) => entry.type)).toEqual(["Initialized"]);
  });

  it("cleans up a deleted run whatever its state", () => {
    expect(advance(tutorial({ deleting: true }), NOW).next).toEqual({ kind: "CleanUp" });
  });

  it("leaves a run whose initialization failed alone", () => {
    const status = initialized();
    const failed = { ...status, conditions: [{ ...status.conditions?.[0], status: "False" }] };
    const view = tutorial({ status: failed as UpdateRunStatus });
    expect(advance(view, NOW)).toEqual({ status: failed, effects: [], next: { kind: "Finished" } });
  });
});

describe("advance, updating clusters", () => {
  it("starts the first stage with as many lanes as may work at once", () => {
    const { view, next } = settle(tutorial());
    expect(next).toEqual({ kind: "UpdateClusters", stage: 0, lanes: 1, inFlightOnly: false });
    expect(view.status.stagesStatus?.[0]).toMatchObject({
      startTime: "2026-01-01T10:00:00Z",
      conditions: [{ type: "Progressing", status: "True", reason: "StageUpdatingStarted" }],
    });
    expect(condition(view.status.conditions, "Progressing")).toMatchObject({
      status: "True",
      reason: "UpdateRunProgressing",
      message: "The update run is making progress",
    });
  });

  it("never uses more lanes than clusters are left", () => {
    const status = initialized();
    const stages = status.stagedUpdateStrategySnapshot?.stages ?? [];
    const wide = { stages: stages.map((stage) => ({ ...stage, maxConcurrency: 10 })) };
    const view = tutorial({ status: { ...status, stagedUpdateStrategySnapshot: wide } });
    expect(settle(view).next).toMatchObject({ kind: "UpdateClusters", lanes: 1 });
  });

  it("keeps the first start time when a stage is resumed", () => {
    const { view } = settle(tutorial());
    const later = settle(view, new Date("2026-01-01T11:00:00Z"));
    expect(later.view.status.stagesStatus?.[0]?.startTime).toBe("2026-01-01T10:00:00Z");
  });

  it("says which clusters wait, for what, and when they are tried again", () => {
    const waiting = [
      {
        clusterName: "member2",
        startedAt: "2026-01-01T09:59:40Z",
        message: "connect ECONNREFUSED",
        attempts: 2,
        nextTry: "2026-01-01T10:00:05Z",
      },
    ];
    const stages = [{ ...none, total: 1, started: 1, waiting }, pending(2), none];
    const { view } = settle(tutorial({ stages }));
    expect(condition(view.status.conditions, "Progressing")).toMatchObject({
      status: "True",
      message:
        "The update run is making progress; in stage staging waiting for member2 since 2026-01-01T09:59:40Z (2 attempts, next 2026-01-01T10:00:05Z): connect ECONNREFUSED",
    });
  });

  it("calls itself stuck once a cluster has been at it for more than five minutes", () => {
    const waiting = [
      {
        clusterName: "member2",
        startedAt: "2026-01-01T09:54:59Z",
        message: "down",
        attempts: 9,
        nextTry: "2026-01-01T10:00:05Z",
      },
    ];
    const stages = [{ ...none, total: 1, started: 1, waiting }, pending(2), none];
    const { view } = settle(tutorial({ stages }));
    expect(condition(view.status.conditions, "Progressing")).toMatchObject({
      status: "False",
      reason: "UpdateRunStuck",
      message: expect.stringContaining(
        "The updateRun is stuck waiting for member2 cluster(s) in stage staging to finish updating",
      ),
    });
  });

  it("fails stage and run when a cluster has failed", () => {
    const failed = [{ clusterName: "member2", message: "taken over by another run" }];
    const { view, next } = settle(
      tutorial({ stages: [{ ...none, total: 1, failed }, pending(2), none] }),
    );
    expect(next).toEqual({ kind: "Finished" });
    const text = "cannot continue the updateRun: taken over by another run";
    expect(condition(view.status.conditions, "Succeeded")).toMatchObject({
      status: "False",
      reason: "UpdateRunFailed",
      message: text,
    });
    expect(condition(view.status.stagesStatus?.[0]?.conditions, "Succeeded")).toMatchObject({
      status: "False",
      message: text,
    });
  });

  it("fails the run, not the stage, when the placement is gone", () => {
    const { view, next } = settle(tutorial({ validationFailure: "parent placement not found" }));
    expect(next).toEqual({ kind: "Finished" });
    expect(condition(view.status.conditions, "Succeeded")).toMatchObject({ status: "False" });
    expect(view.status.stagesStatus?.[0]?.conditions).toBeUndefined();
  });

  it("skips a stage without clusters together with its tasks", () => {
    const { view, next } = settle(tutorial({ stages: [none, pending(2), none] }));
    expect(next).toMatchObject({ kind: "UpdateClusters", stage: 1 });
    expect(view.status.stagesStatus?.[0]).toMatchObject({
      startTime: "2026-01-01T10:00:00Z",
      endTime: "2026-01-01T10:00:00Z",
      afterStageTaskStatus: [{ type: "TimedWait" }],
      conditions: [
        { type: "Progressing", status: "False", reason: "StageUpdatingSkippedNoClusters" },
        { type: "Succeeded", status: "True", reason: "StageUpdatingSkippedNoClusters" },
      ],
    });
  });
});

describe("advance, waiting", () => {
  const staged = tutorial({ stages: [finished(1), pending(2), none] });

  it("waits from the moment the last cluster finished, and says until when", () => {
    const { view, next } = settle(staged);
    expect(next).toEqual({ kind: "Wait", until: "2026-01-01T10:00:30.000Z" });
    expect(condition(view.status.conditions, "Progressing")).toMatchObject({
      status: "False",
      reason: "UpdateRunWaiting",
      message:
        "The updateRun is waiting for after-stage tasks in stage staging to complete: the TimedWait of 1m0s after stage staging, since 2026-01-01T09:59:30Z, until 2026-01-01T10:00:30Z, unblocked by time alone",
    });
  });

  it("goes on to the next stage once the time is over", () => {
    const { view } = settle(staged);
    const later = settle(view, new Date("2026-01-01T10:00:30Z"));
    expect(later.next).toEqual({ kind: "UpdateClusters", stage: 1, lanes: 1, inFlightOnly: false });
    expect(later.view.status.stagesStatus?.[0]).toMatchObject({
      endTime: "2026-01-01T10:00:30Z",
      afterStageTaskStatus: [
        { type: "TimedWait", conditions: [{ type: "WaitTimeElapsed", status: "True" }] },
      ],
    });
  });

  it("keeps the deadline over a stop, and does not move on while stopped", () => {
    const { view } = settle(staged);
    const stopped = settle({ ...view, state: "Stop" }, new Date("2026-01-01T10:00:10Z"));
    expect(stopped.next).toEqual({ kind: "Wait" });
    const still = settle(stopped.view, new Date("2026-01-01T10:05:00Z"));
    expect(still.next).toEqual({ kind: "Wait" });
    const resumed = settle({ ...still.view, state: "Run" }, new Date("2026-01-01T10:05:00Z"));
    expect(resumed.next).toMatchObject({ kind: "UpdateClusters", stage: 1 });
  });

  it("requests an approval, waits for it, accepts it, and completes the run", () => {
    const { view } = settle(staged);
    const canaryDone = { ...view, stages: [finished(1), finished(2), none] };
    const asked = settle(canaryDone, new Date("2026-01-01T10:01:00Z"));
    expect(asked.next).toEqual({ kind: "Wait", until: undefined });
    expect(asked.view.status.stagesStatus?.[1]?.afterStageTaskStatus?.[0]).toMatchObject({
      conditions: [{ type: "ApprovalRequestCreated", status: "True" }],
    });
    expect(condition(asked.view.status.conditions, "Progressing")).toMatchObject({
      message: expect.stringMatching(
        /^The updateRun is waiting for after-stage tasks in stage canary to complete: approval of ClusterApprovalRequest example-run-after-canary, since 2026-01-01T09:59:50Z, unblocked by kubectl patch /,
      ),
    });
    const approved = settle(
      {
        ...asked.view,
        approvals: { "example-run-after-canary": approval({ approved: true }) },
      },
      new Date("2026-01-01T10:02:00Z"),
    );
    expect(approved.next).toEqual({ kind: "Finished" });
    expect(approved.view.approvals["example-run-after-canary"]?.accepted).toBe(true);
    expect(condition(approved.view.status.conditions, "Succeeded")).toMatchObject({
      status: "True",
      reason: "UpdateRunSucceeded",
    });
    expect(approved.view.status.deletionStageStatus).toMatchObject({
      startTime: "2026-01-01T10:02:00Z",
      endTime: "2026-01-01T10:02:00Z",
      conditions: [
        { type: "Progressing", status: "False", reason: "StageUpdatingSucceeded" },
        { type: "Succeeded", status: "True", reason: "StageUpdatingSucceeded" },
      ],
    });
  });

  it("takes no approval while stopped", () => {
    const { view } = settle(staged);
    const asked = settle(
      { ...view, stages: [finished(1), finished(2), none] },
      new Date("2026-01-01T10:01:00Z"),
    );
    const approvals = { "example-run-after-canary": approval({ approved: true }) };
    const stopped = advance({ ...asked.view, state: "Stop", approvals }, NOW);
    expect(stopped.next).toEqual({ kind: "Wait" });
    expect(stopped.effects.filter((effect) => effect.kind === "AcceptApproval")).toEqual([]);
  });

  it("fails when a request of the same name belongs to another run", () => {
    const { view } = settle(staged);
    const foreign = settle(
      {
        ...view,
        stages: [finished(1), finished(2), none],
        approvals: { "example-run-after-canary": approval({ targetRun: "other" }) },
      },
      new Date("2026-01-01T10:01:00Z"),
    );
    expect(foreign.next).toEqual({ kind: "Finished" });
    expect(condition(foreign.view.status.conditions, "Succeeded")).toMatchObject({
      status: "False",
      message: expect.stringContaining("is targeting update run `/other` and stage `canary`"),
    });
  });

  it("waits before a stage without starting it", () => {
    const status = initialized();
    const before: UpdateRunStatus = {
      ...status,
      stagesStatus: status.stagesStatus?.map((stage) =>
        stage.stageName === "staging"
          ? {
              ...stage,
              beforeStageTaskStatus: [
                { type: "Approval", approvalRequestName: "example-run-before-staging" },
              ],
            }
          : stage,
      ),
    };
    const { view, next } = settle(tutorial({ status: before }));
    expect(next).toMatchObject({ kind: "Wait" });
    expect(view.approvals["example-run-before-staging"]).toMatchObject({ targetStage: "staging" });
    expect(view.status.stagesStatus?.[0]?.startTime).toBeUndefined();
    expect(condition(view.status.conditions, "Progressing")).toMatchObject({
      message: expect.stringContaining(
        "The updateRun is waiting for before-stage tasks in stage staging to complete",
      ),
    });
  });
});

describe("advance, stopping", () => {
  it("finishes what was started and begins nothing", () => {
    const stages = [{ ...none, total: 2, pending: 1, started: 1 }, pending(2), none];
    const { view, next } = settle(tutorial({ state: "Stop", stages }));
    expect(next).toEqual({ kind: "UpdateClusters", stage: 0, lanes: 1, inFlightOnly: true });
    expect(condition(view.status.conditions, "Progressing")).toMatchObject({
      status: "Unknown",
      reason: "UpdateRunStopping",
    });
  });

  it("is stopped once nothing is in flight", () => {
    const stages = [{ ...finished(2), pending: 1 }, pending(2), none];
    const { view, next } = settle(tutorial({ state: "Stop", stages }));
    expect(next).toEqual({ kind: "Wait" });
    expect(condition(view.status.conditions, "Progressing")).toMatchObject({
      status: "False",
      reason: "UpdateRunStopped",
    });
    expect(condition(view.status.stagesStatus?.[0]?.conditions, "Progressing")).toMatchObject({
      reason: "StageUpdatingStopped",
    });
  });

  it("stops the delete stage before it began, and resumes it", () => {
    const stages = [none, none, pending(1)];
    const reached = settle(tutorial({ stages }));
    expect(reached.next).toMatchObject({ kind: "RemoveClusters", stage: 2 });
    const stopped = settle({ ...reached.view, state: "Stop" });
    expect(stopped.next).toEqual({ kind: "Wait" });
    const resumed = settle({ ...stopped.view, state: "Run" });
    expect(resumed.next).toMatchObject({ kind: "RemoveClusters", stage: 2, lanes: 1 });
  });
});

describe("advance, repeated", () => {
  it.each([
    { behaviour: "while updating", view: tutorial() },
    { behaviour: "while waiting", view: tutorial({ stages: [finished(1), pending(2), none] }) },
    { behaviour: "while stopped", view: tutorial({ state: "Stop" }) },
    { behaviour: "when finished", view: tutorial({ stages: [none, none, none] }) },
  ])("changes nothing on its own result $behaviour", ({ view }) => {
    const first = settle(view);
    const again = advance(first.view, new Date("2026-01-01T10:00:01Z"));
    expect(again.status).toEqual(first.view.status);
    expect(again.effects).toEqual([]);
    expect(again.next).toEqual(first.next);
  });

  it("lifts every condition to a new generation and keeps its transition time", () => {
    const first = settle(tutorial());
    const lifted = settle({ ...first.view, generation: 2 }, new Date("2026-01-01T10:01:00Z"));
    const all = [
      ...(lifted.view.status.conditions ?? []),
      ...(lifted.view.status.stagesStatus?.[0]?.conditions ?? []),
    ];
    expect(all.map((entry) => entry.observedGeneration)).toEqual([2, 2, 2]);
    expect(all.map((entry) => entry.lastTransitionTime)).toEqual([
      "2026-01-01T09:59:00Z",
      "2026-01-01T10:00:00Z",
      "2026-01-01T10:00:00Z",
    ]);
  });
});
