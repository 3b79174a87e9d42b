import { describe, expect, it } from "vitest";
import type { Condition } from "../../src/api/meta.js";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { advance } from "../../src/rollout/advance.js";
import type { RunView, StageView } from "../../src/rollout/run-view.js";
import { stageAtWork, workingStatus } from "../../src/rollout/working-status.js";

const BEGUN = "2026-01-01T09:58:00Z";
const NOW = new Date("2026-01-01T10:00:00Z");

const condition = (type: string, status: Condition["status"], reason: string): Condition => ({
  type,
  status,
  reason,
  message: reason,
  lastTransitionTime: BEGUN,
  observedGeneration: 1,
});
const initialized = condition("Initialized", "True", "UpdateRunInitializedSuccessfully");
const succeeded = condition("Succeeded", "True", "StageUpdatingSucceeded");

/** A run whose stages and delete stage have these conditions. */
const status = (...stages: readonly (readonly Condition[])[]): UpdateRunStatus => {
  const all = stages.map((conditions, index) => ({
    stageName: `stage-${index}`,
    clusters: [],
    startTime: BEGUN,
    conditions: [...conditions],
  }));
  const [deletionStageStatus] = all.splice(-1);
  return {
    conditions: [initialized],
    stagesStatus: all,
    ...(deletionStageStatus && { deletionStageStatus }),
  };
};
const none: StageView = { total: 0, pending: 0, started: 0, failed: [], waiting: [] };
const waiting = {
  clusterName: "member1",
  startedAt: BEGUN,
  message: "connection refused",
  attempts: 5,
  nextTry: "2026-01-01T10:00:45Z",
};
const silent: StageView = { ...none, total: 2, pending: 1, started: 1, waiting: [waiting] };
const failed = [{ clusterName: "member2", message: "denied" }];
const SILENT =
  "waiting for member1 since 2026-01-01T09:58:00Z (5 attempts, next 2026-01-01T10:00:45Z): connection refused";

const started = condition("Progressing", "True", "StageUpdatingStarted");

/** A run on whose only stage lanes are at work, at the generation that a write of its state made. */
const worked = (change: Partial<RunView> = {}): RunView => ({
  name: "example-run",
  scope: "Cluster",
  generation: 2,
  state: "Run",
  deleting: false,
  status: {
    ...status([started], []),
    stagedUpdateStrategySnapshot: { stages: [{ name: "stage-0", maxConcurrency: 1 }] },
  },
  stages: [silent, none],
  approvals: {},
  ...change,
});
const removing = {
  status: status([succeeded], [started]),
  stages: [{ ...none, total: 1 }, silent],
};
const atOf = ({ status: stored }: RunView) => stageAtWork(stored) ?? Number.NaN;
const said = (view: RunView) =>
  workingStatus(view, atOf(view), view.stages[atOf(view)] ?? none, NOW);

describe("a run that lanes are working on", () => {
  it.each<[string, Partial<RunView>, string, string]>([
    [
      "and that is told to stop is stopping, and names the clusters",
      { state: "Stop" },
      "Unknown UpdateRunStopping",
      `before completing the stop process: ${SILENT}`,
    ],
    [
      "and that is told to stop is stopping also while nothing is held up",
      { state: "Stop", stages: [{ ...silent, waiting: [] }, none] },
      "Unknown UpdateRunStopping",
      "before completing the stop process",
    ],
    [
      "and that is told to go on before it has stopped makes progress",
      { state: "Run" },
      "True UpdateRunProgressing",
      `in stage stage-0 ${SILENT}`,
    ],
    [
      "and that is told to go on is stuck still",
      {
        stages: [{ ...silent, waiting: [{ ...waiting, startedAt: "2026-01-01T09:50:00Z" }] }, none],
      },
      "False UpdateRunStuck",
      "connection refused",
    ],
    [
      "and that is told to go on comes to rest all the same over its failures",
      { stages: [{ ...silent, failed }, none], rules: [{ failureBudget: "0" }] },
      "Unknown UpdateRunStopping",
      SILENT,
    ],
    [
      "and that is told to stop says so whatever has failed",
      { state: "Stop", stages: [{ ...silent, failed }, none], rules: [{ failureBudget: "0" }] },
      "Unknown UpdateRunStopping",
      `before completing the stop process: ${SILENT}`,
    ],
    [
      "is stopping in its delete stage, too",
      { ...removing, state: "Stop" },
      "Unknown UpdateRunStopping",
      SILENT,
    ],
    ["goes on in its delete stage, too", removing, "True UpdateRunProgressing", SILENT],
  ])("%s", (_what, change, expected, ending) => {
    const view = worked(change);
    const told = said(view);
    const progressing = told.conditions?.find(({ type }) => type === "Progressing");
    expect(`${progressing?.status} ${progressing?.reason}`).toBe(expected);
    expect(progressing?.message.endsWith(ending), progressing?.message).toBe(true);
    expect(JSON.stringify(told)).not.toContain('"observedGeneration":1');
    expect(said({ ...view, status: told })).toEqual(told);
    expect(advance({ ...view, status: told }, NOW).status).toEqual(told);
  });
});

describe("the stage that lanes are working on", () => {
  const progressing = (reason: string) => [condition("Progressing", "False", reason)];
  it.each<[string, UpdateRunStatus, number | undefined]>([
    ["is one that has started", status(progressing("StageUpdatingStarted"), []), 0],
    ["is one that comes to rest", status([succeeded], progressing("StageUpdatingStopping"), []), 1],
    ["may be the delete stage", status([succeeded], progressing("StageUpdatingStarted")), 1],
    ["is none before the first has begun", status([], []), undefined],
    ["is none between two of them", status([succeeded], [], []), undefined],
    ["is none that waits", status(progressing("StageUpdatingWaiting"), []), undefined],
    ["is none that rests", status(progressing("StageUpdatingStopped"), []), undefined],
    ["is none after the last", status([succeeded], [succeeded]), undefined],
    ["is none before initialization", {}, undefined],
  ])("%s", (_what, stored, stage) => {
    expect(stageAtWork(stored)).toBe(stage);
  });
});
