import { describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import { advance } from "../../src/rollout/advance.js";
import { checkRecord } from "../../src/rollout/check-record.js";
import { checkTargets } from "../../src/rollout/check-targets.js";
import type { PlanInput } from "../../src/rollout/plan-run.js";
import { validateRun } from "../../src/rollout/validate-run.js";
import { recordedRun, recordOf, type StageHistory, viewOf } from "../support/recorded-run.js";
import {
  binding,
  member,
  placement,
  planInput,
  policySnapshot,
  strategy,
} from "../support/run-plan-input.js";

/** The numbers are those of the behaviours that KubeFleet's own tests of a running run's validation establish. */
const ABORT = "cannot continue the updateRun: ";
const VALIDATION = `${ABORT}failed to validate the updateRun: `;
const CLIENT = "failed to process the request due to a client error: ";
const UNEXPECTED = "unexpected behavior which cannot be handled by the controller: ";

const pickN = (count: string) => policySnapshot({ policy: { placementType: "PickN" }, count });
const five = ["a", "b", "c", "d", "e"];
const ranked = (order: string) =>
  [...order].map((name, index) => member(name, { environment: "staging", rank: String(index) }));

/** Five clusters, ordered by a label, in the first of two stages. */
const before = planInput({
  bindings: five.map((name) => binding(name)),
  members: ranked("abcde"),
  strategy: strategy([
    {
      name: "staging",
      labelSelector: { matchLabels: { environment: "staging" } },
      sortingLabelKey: "rank",
      maxConcurrency: "40%",
    },
    { name: "canary", labelSelector: { matchLabels: { environment: "canary" } } },
  ]),
});
const numbered = { ...before, policySnapshots: [pickN("5")] };

interface Change {
  readonly entry: number;
  readonly given: string;
  /** As the run was initialized; five clusters of PickAll unless said otherwise. */
  readonly initialized?: PlanInput;
  /** What is different at a later look. */
  readonly now?: Partial<PlanInput>;
  /** What is different in the run's own record. */
  readonly record?: Partial<UpdateRunStatus>;
}

function look({ initialized = before, now, record }: Change, mode: "Frozen" | "Strict") {
  const recorded = recordedRun(initialized);
  const current = { ...initialized, ...now };
  return validateRun(
    { ...recorded, status: { ...recorded.status, ...record } },
    { placement: current.placement, targets: mode === "Strict" ? current : undefined },
  );
}

const failed = (message: string) => ({ kind: "Failed", message });

describe("every run ends", () => {
  const recreated = placement();
  it.each([
    {
      entry: 86,
      given: "its placement is gone",
      now: { placement: undefined },
      message: `${VALIDATION}${CLIENT}parent placement not found`,
    },
    {
      entry: 86,
      given: "its placement is being deleted",
      now: {
        placement: {
          ...recreated,
          metadata: { ...recreated.metadata, deletionTimestamp: "2026-01-01T10:00:00Z" },
        },
      },
      message: `${VALIDATION}${CLIENT}parent placement not found`,
    },
    {
      entry: 86,
      given: "its placement was deleted and another one has its name",
      now: {
        placement: { ...recreated, metadata: { ...recreated.metadata, uid: "another" } },
      },
      message: `${VALIDATION}${CLIENT}parent placement not found: example-placement was deleted after the run was initialized, and another one has its name`,
    },
    {
      entry: 87,
      given: "its placement was made anew and rolls out by itself",
      now: {
        placement: {
          ...placement({ strategy: { type: "RollingUpdate" } }),
          metadata: { ...recreated.metadata, uid: "another" },
        },
      },
      message: `${VALIDATION}${CLIENT}parent placement does not have an external rollout strategy, current strategy: RollingUpdate`,
    },
    {
      entry: 88,
      given: "objects are to be written in another way",
      now: {
        placement: placement({
          strategy: { type: "External", applyStrategy: { whenToTakeOver: "Never" } },
        }),
      },
      message: `${ABORT}${CLIENT}the applyStrategy in the updateRun is outdated, latest: {"comparisonOption":"PartialComparison","type":"ClientSideApply","whenToApply":"Always","whenToTakeOver":"Never"}, recorded: {"comparisonOption":"PartialComparison","type":"ClientSideApply","whenToApply":"Always","whenToTakeOver":"Always"}`,
    },
    ...(["stagedUpdateStrategySnapshot", "stagesStatus", "deletionStageStatus"] as const).map(
      (field, index) => ({
        entry: 93,
        given: `its ${field} is lost`,
        record: { [field]: undefined },
        message: `${ABORT}${UNEXPECTED}the updateRun has nil ${["updateStrategySnapshot", "stagesStatus", "deletionStageStatus"][index]}`,
      }),
    ),
  ] satisfies (Change & { message: string })[])("$entry: when $given", ({ message, ...change }) => {
    expect(look(change, "Frozen")).toEqual(failed(message));
    expect(look(change, "Strict")).toEqual(failed(message));
  });
});

describe("a strict run ends, and one that keeps its targets goes on", () => {
  const moved = [...ranked("abcde").slice(0, 4), member("e", { environment: "canary", rank: "4" })];
  it.each([
    {
      entry: 89,
      given: "the latest policy snapshot is gone",
      now: { policySnapshots: [] },
      message: `${VALIDATION}no latest policy snapshot found for placement /example-placement`,
    },
    {
      entry: 90,
      given: "a new policy snapshot is the latest",
      now: {
        policySnapshots: [policySnapshot({ index: "1" })],
        bindings: five.map((name) => binding(name, "Bound", "example-placement-1")),
      },
      message: `${ABORT}the policy snapshot index used in the updateRun is outdated, latest: 1, recorded: 0`,
    },
    {
      entry: 90,
      given: "a new policy snapshot is the latest and not scheduled",
      now: { policySnapshots: [policySnapshot({ index: "1", scheduled: "False" })] },
      message: `${VALIDATION}policy snapshot \`example-placement-1\` not fully scheduled yet: found 3`,
    },
    {
      entry: 91,
      given: "PickN asks for another number of clusters",
      initialized: numbered,
      now: { policySnapshots: [pickN("4")] },
      message: `${ABORT}the cluster count initialized in the updateRun is outdated, latest: 4, recorded: 5`,
    },
    {
      entry: 94,
      given: "the recorded strategy has one stage more",
      record: {
        stagedUpdateStrategySnapshot: {
          stages: [
            { name: "staging", labelSelector: {}, sortingLabelKey: "rank" },
            { name: "canary" },
            { name: "more" },
          ],
        },
      },
      message: `${ABORT}the number of stages in the updateRun has changed, new: 3, existing: 2`,
    },
    {
      entry: 95,
      given: "a stage of the recorded strategy has another name",
      record: {
        stagedUpdateStrategySnapshot: {
          stages: [
            { name: "first", labelSelector: {}, sortingLabelKey: "rank" },
            { name: "canary" },
          ],
        },
      },
      message: `${ABORT}index \`0\` stage name in the updateRun has changed, new: first, existing: staging`,
    },
    {
      entry: 96,
      given: "a cluster is relabelled into another stage",
      now: { members: moved },
      message: `${ABORT}the number of clusters in index \`0\` stage has changed, new: 4, existing: 5`,
    },
    {
      entry: 96,
      given: "a cluster joins",
      now: {
        bindings: [...five, "f"].map((name) => binding(name)),
        members: ranked("abcdef"),
      },
      message: `${ABORT}the number of clusters in index \`0\` stage has changed, new: 6, existing: 5`,
    },
    {
      entry: 97,
      given: "two clusters of a stage swap their sorting labels",
      now: { members: ranked("abced") },
      message: `${ABORT}the \`3\` cluster in the \`0\` stage has changed, new: e, existing: d`,
    },
    {
      entry: 97,
      given: "a sorting label is no number any more",
      now: { members: [member("a", { environment: "staging", rank: "first" })] },
      message: `${VALIDATION}${CLIENT}the sorting label \`rank:first\` on cluster \`a\` is not valid: strconv.Atoi: parsing "first": invalid syntax`,
    },
    {
      entry: 107,
      given: "a cluster that is in no stage is to be cleaned up",
      now: { bindings: [...before.bindings, binding("old", "Unscheduled")] },
      message: `${ABORT}${UNEXPECTED}the cluster \`old\` to be deleted is not in the delete stage`,
    },
  ] satisfies (Change & { message: string })[])("$entry: when $given", ({ message, ...change }) => {
    expect(look(change, "Strict")).toEqual(failed(message));
    expect(look(change, "Frozen")).toEqual({ kind: "Unchanged" });
  });

  it("is looked at again shortly while the scheduler has not settled", () => {
    const bindings = five.map((name) => binding(name, "Bound", "example-placement-7"));
    const change: Change = { entry: 65, given: "", now: { bindings } };
    expect(look(change, "Strict")).toEqual({ kind: "Later" });
    expect(look(change, "Frozen")).toEqual({ kind: "Unchanged" });
  });
});

describe("a strict run goes on", () => {
  const removing = planInput({
    bindings: [...planInput().bindings, binding("old", "Unscheduled")],
  });
  it.each([
    { entry: 0, given: "nothing changes" },
    {
      entry: 92,
      given: "PickAll never said how many clusters there are to be",
      initialized: before,
      now: { policySnapshots: [policySnapshot({ count: "7" })] },
    },
    {
      entry: 107,
      given: "clusters to clean up are as many as recorded",
      initialized: removing,
    },
    {
      entry: 107,
      given: "clusters to clean up have become fewer",
      initialized: removing,
      now: { bindings: planInput().bindings },
    },
  ] satisfies Change[])("$entry: when $given", (change) => {
    expect(look(change, "Strict")).toEqual({ kind: "Unchanged" });
  });
});

describe("a record that contradicts itself ends the run", () => {
  it.each([
    {
      entry: 98,
      given: "a finished stage after the updating one",
      record: recordOf(["finished", "updating", "finished"]),
      message: `${UNEXPECTED}the finished stage \`2\` is after the updating stage \`1\``,
    },
    ...(["Started", "Failed", "Pending"] as const).map((phase) => ({
      entry: 99,
      given: `a finished stage with a cluster that is ${phase}`,
      record: recordOf(["finished"], { phases: [["Succeeded", phase]] }),
      message: `${UNEXPECTED}cluster \`cluster-0-1\` in the finished stage \`stage-0\` has not succeeded`,
    })),
    {
      entry: 100,
      given: "a finished stage after one that was never begun",
      record: recordOf(["finished", "untouched", "finished"]),
      message: `${UNEXPECTED}the finished stage \`stage-2\` is not right after the last finished stage with index \`0\``,
    },
    {
      entry: 101,
      given: "a failed stage",
      record: recordOf(["failed"]),
      message: "the stage `stage-0` has failed, err: Succeeded is False",
    },
    {
      entry: 102,
      given: "two updating stages",
      record: recordOf(["updating", "updating"]),
      message: `${UNEXPECTED}the stage \`stage-1\` is updating, but there is already a stage with index \`0\` updating`,
    },
    {
      entry: 103,
      given: "an updating stage after one that was never begun",
      record: recordOf(["untouched", "updating"]),
      message: `${UNEXPECTED}the updating stage \`stage-1\` is not right after the last finished stage with index \`-1\``,
    },
    {
      entry: 107,
      given: "no delete stage",
      record: recordOf(["finished"], { deleteStage: null }),
      message: `${UNEXPECTED}the updateRun has nil deletionStageStatus`,
    },
    ...(["updating", "finished", "failed"] as const).map((deleteStage) => ({
      entry: 108,
      given: `a delete stage that is ${deleteStage} before the last stage`,
      record: recordOf(["finished", "untouched"], { deleteStage }),
      message: `${UNEXPECTED}the delete stage is active, but there are still stages updating, updatingStageIndex: -1, lastFinishedStageIndex: 0`,
    })),
    {
      entry: 110,
      given: "a failed delete stage",
      record: recordOf(["finished"], { deleteStage: "failed" }),
      message: "the delete stage has failed, err: Succeeded is False",
    },
  ])("$entry: $given", ({ record, message }) => {
    expect(checkRecord(record)).toEqual({ ok: false, message: `${ABORT}${message}` });
  });
});

describe("a record that can be true", () => {
  const updating = (...phases: ("Pending" | "Started" | "Succeeded" | "Skipped")[]) =>
    recordOf(["updating"], { phases: [phases], maxConcurrency: 2 });

  it.each([
    {
      entry: 104,
      given: "an updating stage on which nothing happened",
      record: updating("Pending"),
    },
    { entry: 104, given: "several started", record: updating("Started", "Started", "Pending") },
    { entry: 104, given: "several done", record: updating("Succeeded", "Skipped", "Succeeded") },
  ])("$entry: $given", ({ record }) => {
    expect(checkRecord(record)).toEqual({ ok: true, position: { updating: 0, lastFinished: -1 } });
  });

  it("99: a finished stage whose failures were within their budget", () => {
    const record = recordOf(["finished"], { phases: [["Succeeded", "Failed"]] });
    expect(checkRecord({ ...record, rules: [{ failureBudget: "1" }] })).toMatchObject({ ok: true });
  });

  const positions: [readonly StageHistory[], number, number][] = [
    [["untouched"], -1, -1],
    [["finished", "finished", "updating"], 2, 1],
    [["finished", "finished", "finished"], -1, 2],
  ];
  it.each(positions)("106: %j is at %i, finished %i", (histories, updating, lastFinished) => {
    const position = { updating, lastFinished };
    expect(checkRecord(recordOf(histories))).toEqual({ ok: true, position });
  });
});

describe("more clusters at work than a stage allows", () => {
  const crowd = { ...before, strategy: strategy([{ name: "all", labelSelector: {} }]) };
  const recorded = recordedRun(crowd);
  const crowded = {
    ...recorded,
    clusters: recorded.clusters.map((row, index) =>
      index < 3 ? { ...row, phase: "Started" as const } : row,
    ),
  };

  it("105: end a strict run", () => {
    expect(checkTargets(crowded, crowd)).toEqual(
      failed(
        `${ABORT}${UNEXPECTED}the number of updating clusters \`3\` in the updating stage \`all\` exceeds maxConcurrency \`1\``,
      ),
    );
  });

  it("105: let another run go on with one lane until they are fewer", () => {
    expect(validateRun(crowded, { placement: crowd.placement })).toEqual({ kind: "Unchanged" });
  });
});

describe("where a run goes on", () => {
  const next = (histories: readonly StageHistory[], deleteStage: StageHistory = "untouched") => {
    const record = recordOf(histories, { deleteStage });
    const removed = {
      clusterName: "old",
      stage: histories.length,
      index: 0,
      phase: deleteStage === "finished" ? ("Succeeded" as const) : ("Pending" as const),
    };
    const view = viewOf({ ...record, clusters: [...record.clusters, removed] });
    return advance(view, new Date("2026-01-01T10:00:00Z")).next;
  };

  it.each([
    { entry: 109, given: "nothing was begun", histories: ["untouched", "untouched"], stage: 0 },
    { entry: 109, given: "a stage is updating", histories: ["finished", "updating"], stage: 1 },
    { entry: 109, given: "a stage has finished", histories: ["finished", "untouched"], stage: 1 },
  ] as const)("$entry: at stage $stage when $given", ({ histories, stage }) => {
    expect(next(histories)).toMatchObject({ kind: "UpdateClusters", stage });
  });

  it.each(["untouched", "updating"] as const)(
    "110: at the delete stage when all stages are finished and it is %s",
    (deleteStage) => {
      expect(next(["finished"], deleteStage)).toMatchObject({ kind: "RemoveClusters", stage: 1 });
    },
  );

  it("110: nowhere when the delete stage has finished too", () => {
    expect(next(["finished"], "finished")).toEqual({ kind: "Finished" });
  });
});
