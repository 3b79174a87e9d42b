import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { UpdateRunStatus } from "../../src/api/update-run.js";
import type { StageTask } from "../../src/api/update-strategy.js";
import { type PlanInput, planRun } from "../../src/rollout/plan-run.js";
import {
  binding,
  member,
  placement,
  planInput,
  policySnapshot,
  resourceSnapshot,
  runWithIndex,
  strategy,
} from "../support/run-plan-input.js";
import { openPlayedFleet, type PlayedFleet } from "./support/played-fleet.js";
import { conditionIn, RunOnFleet } from "./support/run-on-fleet.js";
import { SCOPES } from "./support/scoped-kinds.js";

/** The numbers are those of the behaviours that KubeFleet's own tests of initialization establish. */
const PREFIX = "cannot continue the updateRun: failed to validate the updateRun";
const CLIENT = "failed to process the request due to a client error: ";
const UNEXPECTED = "unexpected behavior which cannot be handled by the controller: ";
const COUNT = "kubernetes-fleet.io/number-of-clusters";

const pickN = (count?: string) =>
  policySnapshot({ policy: { placementType: "PickN" }, ...(count !== undefined && { count }) });
const pickFixed = (...clusterNames: string[]) =>
  policySnapshot({ policy: { placementType: "PickFixed", clusterNames } });
const everywhere = { name: "all", labelSelector: {} };

interface Refusal {
  readonly entry: number;
  readonly given: string;
  readonly change: Partial<PlanInput>;
  readonly message: string;
}

function isRefused({ change, message }: Refusal): void {
  expect(planRun(planInput(change))).toMatchObject({ ok: false, message: `${PREFIX}${message}` });
}

describe("a run does not initialize", () => {
  it.each([
    {
      entry: 51,
      given: "a placement that does not exist",
      change: { placement: undefined },
      message: `: ${CLIENT}parent placement not found`,
    },
    {
      entry: 52,
      given: "a placement that rolls out by itself",
      change: { placement: placement({ strategy: { type: "RollingUpdate" } }) },
      message: `: ${CLIENT}parent placement does not have an external rollout strategy, current strategy: RollingUpdate`,
    },
    {
      entry: 54,
      given: "no latest policy snapshot",
      change: { policySnapshots: [] },
      message: ": no latest policy snapshot found for placement /example-placement",
    },
    {
      entry: 55,
      given: "two latest policy snapshots",
      change: { policySnapshots: [policySnapshot(), policySnapshot({ index: "1" })] },
      message: `: ${UNEXPECTED}multiple active policy snapshots found for placement /example-placement: got 2, want 1`,
    },
    {
      entry: 56,
      given: "a policy snapshot without its index",
      change: { policySnapshots: [policySnapshot({ index: null })] },
      message: `: ${UNEXPECTED}policy snapshot \`/example-placement-0\` does not have a policy index label`,
    },
    {
      entry: 57,
      given: "PickN without the number of clusters",
      change: { policySnapshots: [pickN()] },
      message: `, ${UNEXPECTED}cannot find annotation ${COUNT}: the policy snapshot \`/example-placement-0\` doesn't have valid cluster count annotation`,
    },
    {
      entry: 57,
      given: "PickN with a word for the number of clusters",
      change: { policySnapshots: [pickN("three")] },
      message: `, ${UNEXPECTED}invalid annotation ${COUNT}: three is not a valid count: strconv.Atoi: parsing "three": invalid syntax: the policy snapshot \`/example-placement-0\` doesn't have valid cluster count annotation`,
    },
    {
      entry: 58,
      given: "a policy that cannot be fulfilled, in the scheduler's words",
      change: { policySnapshots: [policySnapshot({ scheduled: "False" })] },
      message: ": policy snapshot `example-placement-0` not fully scheduled yet: found 3",
    },
    {
      entry: 58,
      given: "a policy that was scheduled in an older version only",
      change: { policySnapshots: [policySnapshot({ scheduledGeneration: 0 })] },
      message: ": policy snapshot `example-placement-0` not fully scheduled yet",
    },
    {
      entry: 62,
      given: "a placement on no cluster",
      change: { bindings: [] },
      message:
        ": no scheduled or to-be-deleted bindings found for the latest policy snapshot /example-placement-0",
    },
    {
      entry: 63,
      given: "PickN that asks for ten clusters and has one",
      change: { policySnapshots: [pickN("10")], bindings: [binding("member1")] },
      message: `: ${UNEXPECTED}the number of selected bindings 1 is not equal to the observed cluster count 10`,
    },
    {
      entry: 64,
      given: "PickN of which every cluster is to be cleaned up",
      change: { policySnapshots: [pickN("10")], bindings: [binding("member1", "Unscheduled")] },
      message: `: ${UNEXPECTED}the number of selected bindings 0 is not equal to the observed cluster count 10`,
    },
    {
      entry: 66,
      given: "PickAll with clusters to clean up only, and no strategy",
      change: { bindings: [binding("member1", "Unscheduled")], strategy: undefined },
      message: `: ${CLIENT}referenced updateStrategy not found: \`/example-strategy\``,
    },
    {
      entry: 67,
      given: "a strategy that does not exist",
      change: { strategy: undefined },
      message: `: ${CLIENT}referenced updateStrategy not found: \`/example-strategy\``,
    },
    {
      entry: 71,
      given: "a sorting label that is no whole number",
      change: { members: [member("member1", { environment: "canary", order: "first" })] },
      message: `: ${CLIENT}the sorting label \`order:first\` on cluster \`member1\` is not valid: strconv.Atoi: parsing "first": invalid syntax`,
    },
    {
      entry: 72,
      given: "a cluster that two stages select",
      change: { strategy: strategy([everywhere, { ...everywhere, name: "again" }]) },
      message: `: ${CLIENT}cluster \`member1\` appears in more than one stages`,
    },
    {
      entry: 73,
      given: "five clusters that no stage selects",
      change: {
        strategy: strategy([{ name: "none" }]),
        bindings: ["e", "d", "c", "b", "a"].map((name) => binding(name)),
      },
      message: `: ${CLIENT}some clusters are not placed in any stage, total 5, showing up to 10: a, b, c, d, e`,
    },
    {
      entry: 73,
      given: "twelve clusters that no stage selects, of which ten are named",
      change: {
        strategy: strategy([{ name: "none" }]),
        bindings: [..."lkjihgfedcba"].map((name) => binding(name)),
      },
      message: `: ${CLIENT}some clusters are not placed in any stage, total 12, showing up to 10: a, b, c, d, e, f, g, h, i, j`,
    },
    ...["invalid-index", "-1"].map((index) => ({
      entry: 77,
      given: `the index ${index}`,
      change: { run: runWithIndex(index) },
      message: `: ${CLIENT}invalid resource snapshot index \`${index}\` provided, expected an integer >= 0`,
    })),
    {
      entry: 78,
      given: "an index and no snapshot at all",
      change: { run: runWithIndex("0"), snapshots: [] },
      message: `: ${CLIENT}no resourceSnapshots with index \`0\` found for placement \`/example-placement\``,
    },
    {
      entry: 78,
      given: "an index that no snapshot has",
      change: { run: runWithIndex("0"), snapshots: [resourceSnapshot("1")] },
      message: `: ${CLIENT}no resourceSnapshots with index \`0\` found for placement \`/example-placement\``,
    },
    {
      entry: 79,
      given: "a snapshot without the hash that makes it a master",
      change: { snapshots: [resourceSnapshot("1", {})] },
      message: `: ${UNEXPECTED}no master resourceSnapshot found for placement /example-placement`,
    },
  ] satisfies Refusal[])("$entry: given $given", isRefused);
});

describe("a run in a namespace does not initialize, and names what it means with the namespace", () => {
  const run = { ...planInput().run, namespace: "team" };
  it.each([
    {
      entry: 54,
      given: "no latest policy snapshot",
      change: { policySnapshots: [] },
      message: ": no latest policy snapshot found for placement team/example-placement",
    },
    {
      entry: 55,
      given: "two latest policy snapshots",
      change: { policySnapshots: [policySnapshot(), policySnapshot({ index: "1" })] },
      message: `: ${UNEXPECTED}multiple active policy snapshots found for placement team/example-placement: got 2, want 1`,
    },
    {
      entry: 56,
      given: "a policy snapshot without its index",
      change: { policySnapshots: [policySnapshot({ index: null })] },
      message: `: ${UNEXPECTED}policy snapshot \`team/example-placement-0\` does not have a policy index label`,
    },
    {
      entry: 62,
      given: "a placement on no cluster",
      change: { bindings: [] },
      message:
        ": no scheduled or to-be-deleted bindings found for the latest policy snapshot team/example-placement-0",
    },
    {
      entry: 67,
      given: "a strategy that does not exist",
      change: { strategy: undefined },
      message: `: ${CLIENT}referenced updateStrategy not found: \`team/example-strategy\``,
    },
    {
      entry: 78,
      given: "an index and no snapshot at all",
      change: { run: { ...runWithIndex("0"), namespace: "team" }, snapshots: [] },
      message: `: ${CLIENT}no resourceSnapshots with index \`0\` found for placement \`team/example-placement\``,
    },
    {
      entry: 79,
      given: "a snapshot without the hash that makes it a master",
      change: { snapshots: [resourceSnapshot("1", {})] },
      message: `: ${UNEXPECTED}no master resourceSnapshot found for placement team/example-placement`,
    },
  ] satisfies Refusal[])("$entry: given $given", ({ change, ...refusal }) => {
    isRefused({ ...refusal, change: { run, ...change } });
  });
});

describe("of several things that are wrong, the first in KubeFleet's order is told:", () => {
  const noStrategy = { strategy: undefined };
  const noClusters = { ...noStrategy, bindings: [] };
  const noPolicy = { ...noClusters, policySnapshots: [] };
  it.each([
    {
      first: "the placement",
      change: { ...noPolicy, placement: undefined },
      told: "parent placement not found",
    },
    { first: "the policy", change: noPolicy, told: "no latest policy snapshot found" },
    { first: "the clusters", change: noClusters, told: "no scheduled or to-be-deleted bindings" },
    {
      first: "the strategy",
      change: { ...noStrategy, run: runWithIndex("7") },
      told: "referenced updateStrategy not found",
    },
    {
      first: "the stages",
      change: { strategy: strategy([{ name: "none" }]), run: runWithIndex("7") },
      told: "some clusters are not placed in any stage",
    },
    {
      first: "the snapshot",
      change: { run: runWithIndex("7") },
      told: "no resourceSnapshots with index `7`",
    },
  ])("$first", ({ change, told }) => {
    const plan = planRun(planInput(change));
    expect(plan).toMatchObject({ ok: false, message: expect.stringContaining(told) });
  });
});

const tasks = (list: readonly StageTask[]) => list as unknown[];
const TASKS = "updateStrategy: `/example-strategy`, stage: all, err:";

describe("a run does not initialize with the tasks of a stage", () => {
  it.each([
    {
      entry: 68,
      given: "two approvals after it",
      stage: { afterStageTasks: tasks([{ type: "Approval" }, { type: "Approval" }]) },
      message: `the after stage tasks are invalid, ${TASKS} afterStageTasks cannot have two tasks of the same type: Approval`,
    },
    {
      entry: 68,
      given: "two waits after it",
      stage: {
        afterStageTasks: tasks([
          { type: "TimedWait", waitTime: "1m" },
          { type: "TimedWait", waitTime: "2m" },
        ]),
      },
      message: `the after stage tasks are invalid, ${TASKS} afterStageTasks cannot have two tasks of the same type: TimedWait`,
    },
    {
      entry: 69,
      given: "a wait of no time",
      stage: { afterStageTasks: tasks([{ type: "TimedWait", waitTime: "0s" }]) },
      message: `the after stage tasks are invalid, ${TASKS} task 0 of type TimedWait has wait duration <= 0`,
    },
    {
      entry: 69,
      given: "a wait that does not say how long",
      stage: { afterStageTasks: tasks([{ type: "TimedWait" }]) },
      message: `the after stage tasks are invalid, ${TASKS} task 0 of type TimedWait has wait duration set to nil`,
    },
    {
      entry: 70,
      given: "a wait before it",
      stage: { beforeStageTasks: tasks([{ type: "TimedWait", waitTime: "1m" }]) },
      message: `the before stage tasks are invalid, ${TASKS} task 0 of type TimedWait is not allowed in beforeStageTasks, allowed type: Approval`,
    },
  ])("$entry: given $given", ({ stage, message }) => {
    const change = { strategy: strategy([{ ...everywhere, ...stage }]) };
    isRefused({ entry: 0, given: "", change, message: `: ${CLIENT}${message}` });
  });

  it("70: given two approvals before it, also when the strategy did not come through the API", () => {
    const { spec, ...object } = strategy([everywhere]);
    const approvals: StageTask[] = [{ type: "Approval" }, { type: "Approval" }];
    const stages = spec.stages.map((stage) => ({ ...stage, beforeStageTasks: approvals }));
    isRefused({
      entry: 70,
      given: "",
      change: { strategy: { ...object, spec: { stages } } },
      message: `: ${CLIENT}the before stage tasks are invalid, ${TASKS} beforeStageTasks can have at most one task`,
    });
  });
});

describe("what is recorded", () => {
  const recorded = (change: Partial<PlanInput>): UpdateRunStatus => {
    const plan = planRun(planInput(change));
    if (plan.ok === "later") throw new Error(plan.message);
    return plan.status;
  };
  const failing = { strategy: undefined };
  const applyStrategy = { type: "ServerSideApply", whenToApply: "IfNotDrifted" };

  it.each([
    {
      entry: 53,
      what: "the placement's apply strategy, filled up with defaults, though a later check fails",
      change: {
        placement: placement({ strategy: { type: "External", applyStrategy } }),
        policySnapshots: [],
      },
      status: {
        appliedStrategy: {
          type: "ServerSideApply",
          comparisonOption: "PartialComparison",
          whenToApply: "IfNotDrifted",
          whenToTakeOver: "Always",
        },
      },
    },
    {
      entry: 59,
      what: "PickN's index and number of clusters, though a later check fails",
      change: { policySnapshots: [pickN("3")], ...failing },
      status: { policySnapshotIndexUsed: "0", policyObservedClusterCount: 3 },
    },
    {
      entry: 60,
      what: "the two clusters of PickFixed, though they are not bound",
      change: { policySnapshots: [pickFixed("member1", "member2")], bindings: [] },
      status: { policyObservedClusterCount: 2 },
    },
    {
      entry: 61,
      what: "for PickAll the number of selected clusters",
      change: { bindings: [binding("member1"), binding("member9", "Unscheduled")], ...failing },
      status: { policyObservedClusterCount: 1 },
    },
    {
      entry: 66,
      what: "no cluster when all are to be cleaned up",
      change: { bindings: [binding("member1", "Unscheduled")], ...failing },
      status: { policyObservedClusterCount: 0 },
    },
    {
      entry: 73,
      what: "the stages, though a cluster is in none of them",
      change: { strategy: strategy([{ name: "none" }]) },
      status: { stagesStatus: [{ stageName: "none", clusters: [] }] },
    },
  ] satisfies {
    entry: number;
    what: string;
    change: Partial<PlanInput>;
    status: Partial<UpdateRunStatus>;
  }[])("$entry: $what", ({ change, status }) => {
    expect(recorded(change)).toMatchObject(status);
  });

  it("61: for PickAll no number at all when the run fails before its clusters are known", () => {
    const status = recorded({ policySnapshots: [policySnapshot({ scheduled: "False" })] });
    expect(status.policyObservedClusterCount).toBeUndefined();
  });
});

describe("the stages of a run", () => {
  const ten = Array.from({ length: 10 }, (_, index) => ({
    name: `cluster-${index}`,
    labels: {
      region: index % 2 === 1 ? "eastus" : "westus",
      index: String(10 - index),
    },
  }));
  const members = ten.map(({ name, labels }) => member(name, labels));
  const bindings = ten.map(({ name }) => binding(name));
  const region = (name: string) => ({ labelSelector: { matchLabels: { region: name } } });

  it("65: wait for a scheduler that has not settled, and record nothing", () => {
    const old = binding("member9", "Bound", "example-placement-7");
    expect(planRun(planInput({ bindings: [...planInput().bindings, old] }))).toEqual({
      ok: "later",
      message:
        "binding `/example-placement-member9` with old policy snapshot `/example-placement-7` has state Bound, we might observe a transient state, need retry",
    });
  });

  it("70: may begin with one approval, whose wait time is not recorded", () => {
    const stages = [{ ...everywhere, beforeStageTasks: [{ type: "Approval", waitTime: "1m" }] }];
    expect(planRun(planInput({ strategy: strategy(stages) }))).toMatchObject({
      ok: true,
      status: {
        stagedUpdateStrategySnapshot: { stages: [{ beforeStageTasks: [{ type: "Approval" }] }] },
      },
    });
  });

  it("74: hold every cluster for an empty selector and none without a selector", () => {
    const change = { strategy: strategy([everywhere, { name: "none" }]) };
    expect(planRun(planInput(change))).toMatchObject({
      ok: true,
      clusters: [["member1", "member2", "member3"], [], []],
    });
  });

  it("75: order clusters by label or by name, and put those to clean up last, by name", () => {
    const removed = ["old-3", "old-1", "old-2"].map((name) =>
      binding(name, "Unscheduled", name === "old-1" ? "example-placement-7" : undefined),
    );
    const plan = planRun(
      planInput({
        members,
        bindings: [...removed, ...bindings],
        strategy: strategy([
          { name: "east", ...region("eastus"), sortingLabelKey: "index" },
          { name: "west", ...region("westus") },
        ]),
      }),
    );
    expect(plan).toMatchObject({
      ok: true,
      clusters: [
        ["cluster-9", "cluster-7", "cluster-5", "cluster-3", "cluster-1"],
        ["cluster-0", "cluster-2", "cluster-4", "cluster-6", "cluster-8"],
        ["old-1", "old-2", "old-3"],
      ],
      status: { deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage" } },
    });
  });

  it("76: name their approval requests before there are any", () => {
    expect(planRun(planInput())).toMatchObject({
      ok: true,
      status: {
        stagesStatus: [
          {},
          {
            beforeStageTaskStatus: [{ approvalRequestName: "example-run-before-canary" }],
            afterStageTaskStatus: [{ approvalRequestName: "example-run-after-canary" }],
          },
        ],
      },
    });
  });
});

/** An override for what each scope's placement `p` selects, and what a cluster that it is for lists. */
const OVERRIDES = {
  Cluster: {
    path: "clusterresourceoverrides",
    kind: "ClusterResourceOverride",
    selectors: {
      placement: { name: "p" },
      clusterResourceSelectors: [{ group: "", version: "v1", kind: "Namespace", name: "team" }],
    },
    listed: { clusterResourceOverrideSnapshots: ["west-0"] },
  },
  Namespaced: {
    path: "namespaces/team/resourceoverrides",
    kind: "ResourceOverride",
    selectors: {
      placement: { name: "p", scope: "Namespaced" },
      resourceSelectors: [{ group: "", version: "v1", kind: "ConfigMap", name: "cm" }],
    },
    listed: { resourceOverrideSnapshots: [{ namespace: "team", name: "west-0" }] },
  },
};

describe.each(SCOPES)("%s: the snapshot of a run that names none", (scope) => {
  let fleet: PlayedFleet;
  let run: RunOnFleet;
  beforeEach(async () => {
    fleet = await openPlayedFleet(scope);
    run = new RunOnFleet(fleet);
    await fleet.join("member1", {});
    await run.prepare({ stages: [everywhere] });
  });
  afterEach(() => fleet?.close());

  const indexes = async () =>
    (await fleet.list("snapshot")).map(
      ({ metadata }) => metadata.labels?.["kubernetes-fleet.io/resource-index"],
    );

  it.each([
    { entry: 80, given: "the first content", edits: 0, pending: false, index: "0" },
    {
      entry: 81,
      given: "content that changed since snapshot 0",
      edits: 0,
      pending: true,
      index: "1",
    },
    {
      entry: 82,
      given: "content that changed since snapshot 2",
      edits: 2,
      pending: true,
      index: "3",
    },
    { entry: 83, given: "the content of snapshot 2", edits: 2, pending: false, index: "2" },
  ])("$entry: $given is snapshot $index", async ({ edits, pending, index }) => {
    for (let edit = 1; edit <= edits; edit += 1) await run.edit(`edit ${edit}`);
    if (pending) await fleet.send("PATCH", fleet.configMapPath, { data: { key: "pending" } });
    await run.start("r", { state: "Initialize" });
    expect((await run.status()).resourceSnapshotIndexUsed).toBe(index);
    expect((await indexes()).sort()).toEqual(
      Array.from({ length: Number(index) + 1 }, (_, each) => String(each)),
    );
  });

  it("78: is not that of another placement, whatever its index", async () => {
    const strategy = { type: "External" };
    await fleet.create("placement", "other", { resourceSelectors: fleet.selectors, strategy });
    await fleet.play();
    await run.edit("two");
    await run.edit("three");
    await fleet.delete("placement", "p");
    await fleet.play();
    await fleet.create("placement", "p", { resourceSelectors: fleet.selectors, strategy });
    await fleet.play();
    await run.start("r", { resourceSnapshotIndex: "2" });
    expect(conditionIn(await run.status(), "Initialized")).toMatchObject({
      status: "False",
      message: `${PREFIX}: ${CLIENT}no resourceSnapshots with index \`2\` found for placement \`${scope === "Cluster" ? "" : "team"}/p\``,
    });
  });

  it("84: names the override snapshots of exactly the clusters that an override is for", async () => {
    await fleet.join("member2", { region: "west" });
    await fleet.play();
    const { path, kind, selectors, listed } = OVERRIDES[scope];
    const labelSelector = { matchLabels: { region: "west" } };
    const value = { region: "west" };
    await fleet.send("POST", `/apis/placement.kubernetes-fleet.io/v1/${path}`, {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind,
      metadata: { name: "west" },
      spec: {
        ...selectors,
        policy: {
          overrideRules: [
            {
              clusterSelector: { clusterSelectorTerms: [{ labelSelector }] },
              jsonPatchOverrides: [{ op: "add", path: "/metadata/labels", value }],
            },
          ],
        },
      },
    });
    await fleet.play();
    await run.start("r", { state: "Initialize" });
    const [stage] = (await run.status()).stagesStatus ?? [];
    expect(stage?.clusters).toEqual([
      { clusterName: "member1" },
      { clusterName: "member2", ...listed },
    ]);
  });
});
