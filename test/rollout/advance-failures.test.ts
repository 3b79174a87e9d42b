import { describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { conditionOf } from "../../src/placement/conditions.js";
import { advance } from "../../src/rollout/advance.js";
import type { RunView, StageView } from "../../src/rollout/run-view.js";
import type { StageRules } from "../../src/rollout/stage-rules.js";

const NOW = new Date("2026-01-01T10:00:00Z");

const stage = (change: Partial<StageView> = {}): StageView => ({
  total: 0,
  pending: 0,
  started: 0,
  failed: [],
  waiting: [],
  ...change,
});

const failures = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    clusterName: `member${index + 1}`,
    message: `not updated within the cluster deadline of 10m: refused ${index + 1}`,
  }));

function status(): UpdateRunStatus {
  return {
    conditions: [
      {
        type: "Initialized",
        status: "True",
        observedGeneration: 1,
        lastTransitionTime: "2026-01-01T09:00:00Z",
        reason: "UpdateRunInitializedSuccessfully",
        message: "The UpdateRun initialized successfully",
      },
    ],
    stagedUpdateStrategySnapshot: { stages: [{ name: "canary", maxConcurrency: 5 }] },
    stagesStatus: [{ stageName: "canary", clusters: [] }],
    deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
  };
}

function run(clusters: StageView, rules: StageRules, change: Partial<RunView> = {}): RunView {
  return {
    name: "example-run",
    scope: "Cluster",
    generation: 1,
    state: "Run",
    deleting: false,
    status: status(),
    stages: [clusters, stage()],
    approvals: {},
    rules: [rules],
    ...change,
  };
}

/** The same run after what was decided has been stored. */
function stored(view: RunView, change: Partial<RunView> = {}): RunView {
  const step = advance(view, NOW);
  return { ...view, status: step.status, stopped: step.stopped, ...change };
}

const progressing = (view: RunView) =>
  conditionOf(advance(view, NOW).status.conditions, "Progressing");

describe("a stage some of whose clusters have failed", () => {
  it("ends the run at the first failure when no rule says otherwise", () => {
    const { next, status } = advance(run(stage({ total: 5, failed: failures(1) }), {}), NOW);
    expect(next).toEqual({ kind: "Finished" });
    expect(conditionOf(status.conditions, "Succeeded")).toMatchObject({
      status: "False",
      reason: "UpdateRunFailed",
      message: `cannot continue the updateRun: ${failures(1)[0]?.message}`,
    });
  });

  it("goes on within its budget, and says which clusters have failed", () => {
    const view = run(stage({ total: 5, pending: 4, failed: failures(1) }), { failureBudget: "1" });
    expect(advance(view, NOW).next).toMatchObject({ kind: "UpdateClusters", lanes: 4 });
    expect(progressing(view)).toMatchObject({
      status: "True",
      message: `The update run is making progress; 1 failed within the failure budget of 1: member1: ${failures(1)[0]?.message}`,
    });
  });

  it("completes within its budget, and says so on the stage, the run and in an event", () => {
    const view = run(stage({ total: 5, failed: failures(1) }), { failureBudget: "20%" });
    const { status, next, effects } = advance(view, NOW);
    expect(next).toEqual({ kind: "Finished" });
    const counts = `4 of 5 updated, 1 failed within the failure budget of 1: member1: ${failures(1)[0]?.message}`;
    expect(conditionOf(status.stagesStatus?.[0]?.conditions, "Succeeded")).toMatchObject({
      status: "True",
      message: counts,
    });
    expect(conditionOf(status.conditions, "Succeeded")).toMatchObject({
      status: "True",
      message: expect.stringMatching(
        /^All stages are completed successfully; not updated, within the failure budget: member1: /,
      ),
    });
    expect(effects).toContainEqual(
      expect.objectContaining({ message: `Stage canary completed: ${counts}` }),
    );
  });

  it("fails the run beyond its budget when the strategy asks for that", () => {
    const rules: StageRules = { failureBudget: "1", failureAction: "fail" };
    const view = run(stage({ total: 5, pending: 3, failed: failures(2) }), rules);
    const { next, status } = advance(view, NOW);
    expect(next).toEqual({ kind: "Finished" });
    expect(conditionOf(status.stagesStatus?.[0]?.conditions, "Succeeded")?.message).toMatch(
      /^cannot continue the updateRun: 2 of 5 clusters in stage canary failed, more than the failure budget of 1: member1: .*; member2: /,
    );
  });
});

describe("a run whose failures exceed the budget", () => {
  const rules: StageRules = { failureBudget: "1" };
  const exceeded = (change: Partial<StageView> = {}) =>
    run(stage({ total: 9, pending: 7, failed: failures(2), ...change }), rules);

  it("finishes what is in flight and begins nothing, saying why", () => {
    const view = exceeded({ pending: 6, started: 1 });
    expect(advance(view, NOW).next).toEqual({
      kind: "UpdateClusters",
      stage: 0,
      lanes: 1,
      inFlightOnly: true,
    });
    expect(progressing(view)).toMatchObject({
      status: "Unknown",
      reason: "UpdateRunStopping",
      message: expect.stringContaining("2 of 9 clusters in stage canary failed"),
    });
  });

  it("then reads stopped, names the clusters, and says what to type", () => {
    const { next, stopped, effects } = advance(exceeded(), NOW);
    expect(next).toEqual({ kind: "Wait" });
    expect(stopped).toEqual({ stage: 0, generation: 1 });
    expect(progressing(exceeded())).toMatchObject({
      status: "False",
      reason: "UpdateRunStopped",
      message: `The update run has been stopped: 2 of 9 clusters in stage canary failed, more than the failure budget of 1: member1: ${failures(2)[0]?.message}; member2: ${failures(2)[1]?.message}. To try them again: kubectl annotate --overwrite clusterstagedupdaterun example-run stagecoach.dev/resume=1`,
    });
    expect(effects).toContainEqual(
      expect.objectContaining({ kind: "RecordEvent", type: "Warning", reason: "UpdateRunStopped" }),
    );
  });

  it("names three clusters and counts the others", () => {
    const view = run(stage({ total: 9, failed: failures(6) }), rules);
    expect(progressing(view)?.message).toMatch(/member3: [^;]*; and 3 more\. To try/);
  });

  it("shortens what a server says at length: the cluster's own condition has all of it", () => {
    const failed = [{ clusterName: "member1", message: "x".repeat(9000) }];
    const view = run(stage({ total: 2, pending: 1, failed }), { failureBudget: "0" });
    expect(progressing(view)?.message).toMatch(/: member1: x{399}…\. To try/);
  });

  it("stays stopped, without another event, however often it looks", () => {
    const view = stored(exceeded());
    const again = advance(view, NOW);
    expect(again).toEqual({ ...again, next: { kind: "Wait" }, status: view.status, effects: [] });
    expect(again.stopped).toEqual(view.stopped);
  });

  it.each([
    { how: "the annotation changes", change: { resume: "1" } },
    { how: "it is stopped and started", change: { generation: 3 } },
  ])("tries its failed clusters again when $how", ({ change }) => {
    const { next, effects } = advance(stored(exceeded(), change), NOW);
    expect(next).toEqual({ kind: "RetryFailed", stage: 0 });
    expect(effects).toMatchObject([{ reason: "UpdateRunResumed" }]);
  });

  it("goes on from the clusters that were let begin anew", () => {
    const retried = stage({
      total: 9,
      pending: 9,
      released: failures(2),
    });
    const view = stored(exceeded(), { resume: "1", stages: [retried, stage()] });
    const { next, stopped } = advance(view, NOW);
    expect(next).toMatchObject({ kind: "UpdateClusters", lanes: 5, inFlightOnly: false });
    expect(stopped).toBeUndefined();
    expect(progressing(view)?.reason).toBe("UpdateRunProgressing");
  });

  it("stops anew when they fail again, and asks for another value", () => {
    const view = stored(exceeded(), { resume: "1", stopped: undefined });
    expect(progressing(view)?.message).toContain("stagecoach.dev/resume=2");
    expect(advance(stored(view), NOW).next).toEqual({ kind: "Wait" });
  });

  it("is resumed by its state when it was stopped by its state too", () => {
    const halted = stored({ ...exceeded(), state: "Stop", generation: 2 });
    expect(conditionOf(halted.status.conditions, "Progressing")?.message).toContain(
      "more than the failure budget of 1",
    );
    const resumed: RunView = { ...halted, state: "Run", generation: 3 };
    expect(advance(resumed, NOW).next).toEqual({ kind: "RetryFailed", stage: 0 });
  });
});

describe("a run that is stopped", () => {
  it("names the clusters that were begun and let go", () => {
    const view = run(
      stage({ total: 2, pending: 2, released: [{ clusterName: "member1", message: "refused" }] }),
      {},
      { state: "Stop" },
    );
    expect(progressing(view)).toMatchObject({
      reason: "UpdateRunStopped",
      message: `The update run has been stopped; begun and not updated: member1: refused. To go on: kubectl patch clusterstagedupdaterun example-run --type=merge -p '{"spec":{"state":"Run"}}'`,
    });
  });
});
