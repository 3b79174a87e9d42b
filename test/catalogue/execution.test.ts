import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { advance } from "../../src/rollout/advance.js";
import { checkRecord } from "../../src/rollout/check-record.js";
import { unfinishedSentence } from "../../src/rollout/cluster-outcome.js";
import { concurrencyLimit } from "../../src/rollout/concurrency.js";
import { stuckClusters } from "../../src/rollout/waiting.js";
import { recordOf, viewOf } from "../support/recorded-run.js";
import { openPlayedFleet, type PlayedFleet } from "./support/played-fleet.js";
import { conditionIn, env, RunOnFleet, told } from "./support/run-on-fleet.js";
import { SCOPES } from "./support/scoped-kinds.js";

/** The numbers are those of the behaviours that KubeFleet's own tests of execution establish. */
const APPROVAL = { type: "Approval" };
const WAIT = { type: "TimedWait", waitTime: "10s" };
const staging = { name: "staging", ...env("staging"), sortingLabelKey: "order" };
const canary = { name: "canary", ...env("canary") };
const clock = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 10, 0, seconds)).toISOString();

const WAITING = "Progressing False StageUpdatingWaiting";
const STARTED = "Progressing True StageUpdatingStarted";
const SUCCEEDED = [
  "Progressing False StageUpdatingSucceeded",
  "Succeeded True StageUpdatingSucceeded",
];
const RUN_SUCCEEDED = ["Progressing False UpdateRunSucceeded", "Succeeded True UpdateRunSucceeded"];

describe.each(SCOPES)("%s: a run over three members", (scope) => {
  let fleet: PlayedFleet;
  let run: RunOnFleet;

  beforeEach(async () => {
    fleet = await openPlayedFleet(scope);
    run = new RunOnFleet(fleet);
    await fleet.join("a", { environment: "staging", order: "2" });
    await fleet.join("b", { environment: "staging", order: "1" });
    await fleet.join("c", { environment: "canary" });
  });
  afterEach(() => fleet?.close());

  const down = async (name: string, isDown = true) => {
    await fleet.member(name)?.setFaults({ down: isDown });
    // A member that is back is tried again when its next try is due.
    if (!isDown) fleet.setTime(new Date(fleet.deps.now().getTime() + 61_000).toISOString());
  };
  const runConditions = async () => told(await run.status());

  it("111, 112: asks before a stage, touches nothing, and begins when it is approved", async () => {
    await run.prepare({ stages: [{ ...staging, beforeStageTasks: [APPROVAL] }, canary] });
    await run.start();
    const request = await fleet.get("request", "r-before-staging");
    expect(request).toMatchObject({
      metadata: {
        labels: {
          "kubernetes-fleet.io/targetUpdateRun": "r",
          "kubernetes-fleet.io/targetUpdatingStage": "staging",
          "kubernetes-fleet.io/taskType": "beforeStage",
          "kubernetes-fleet.io/isLatestUpdateRunApproval": "true",
        },
      },
      spec: { parentStageRollout: "r", targetStage: "staging" },
    });
    expect(await runConditions()).toContain("Progressing False UpdateRunWaiting");
    const waiting = await run.stage(0);
    expect(told(waiting)).toEqual([WAITING]);
    expect(waiting?.startTime).toBeUndefined();
    const states = Object.values(await run.bindings()).map(({ spec }) => spec.state);
    expect(states).toEqual(["Scheduled", "Scheduled", "Scheduled"]);

    await down("b");
    await run.approve("r-before-staging");
    expect(told((await fleet.get("request", "r-before-staging")).status as object)).toContain(
      "ApprovalAccepted True ApprovalRequestApprovalAccepted",
    );
    expect(told((await run.stage(0))?.beforeStageTaskStatus?.[0])).toEqual([
      "ApprovalRequestCreated True StageTaskApprovalRequestCreated",
      "ApprovalRequestApproved True StageTaskApprovalRequestApproved",
    ]);
    expect(await run.progress(0)).toEqual(["b Started", "a"]);
  });

  it("113: points the binding of a started cluster at the snapshot that is rolled out", async () => {
    const applyStrategy = { type: "ServerSideApply", whenToTakeOver: "Never" };
    await run.prepare({ stages: [staging, canary], strategy: { applyStrategy } });
    await run.start();
    const { a } = await run.bindings();
    expect(a?.spec).toMatchObject({
      state: "Bound",
      resourceSnapshotName: "p-0-snapshot",
      applyStrategy,
    });
    const started = conditionIn(a?.status, "RolloutStarted");
    expect(started).toMatchObject({ status: "True", observedGeneration: a?.metadata.generation });
    expect(started?.message).toBe(
      "Detected the new changes on the resources and started the rollout process, resourceSnapshotIndex: 0, updateRun: r",
    );
  });

  it("114, 115: updates one cluster after the other and notes when it began", async () => {
    await run.prepare({ stages: [{ name: "all", labelSelector: {} }] });
    for (const name of ["a", "b", "c"]) await down(name);
    await run.start();
    expect(await run.progress(0)).toEqual(["a Started", "b", "c"]);
    expect((await run.stage(0))?.startTime).toBe("2026-01-01T10:00:00Z");
    expect(told(await run.stage(0))).toEqual([STARTED]);
    await down("a", false);
    await fleet.look("r");
    expect(await run.progress(0)).toEqual(["a Succeeded", "b Started", "c"]);
    await down("b", false);
    await fleet.look("r");
    expect(await run.progress(0)).toEqual(["a Succeeded", "b Succeeded", "c Started"]);
    await down("c", false);
    await fleet.look("r");
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });

  it("116, 117, 118: waits and asks at once after a stage, and goes on when both are done", async () => {
    await run.prepare({ stages: [{ ...staging, afterStageTasks: [WAIT, APPROVAL] }, canary] });
    await run.start();
    expect(told(await run.stage(0))).toEqual([WAITING]);
    expect(await runConditions()).toContain("Progressing False UpdateRunWaiting");
    expect(await fleet.get("request", "r-after-staging")).toBeDefined();
    expect(told((await run.stage(0))?.afterStageTaskStatus?.[0])).toEqual([]);

    await run.approve("r-after-staging");
    fleet.setTime(clock(9));
    await fleet.look("r");
    expect(told(await run.stage(0))).toEqual([WAITING]);
    expect(await run.progress(1)).toEqual(["c"]);

    fleet.setTime(clock(10));
    await fleet.look("r");
    const done = await run.stage(0);
    expect(conditionIn(done?.afterStageTaskStatus?.[0], "WaitTimeElapsed")).toMatchObject({
      status: "True",
      lastTransitionTime: "2026-01-01T10:00:10Z",
    });
    expect(told(done)).toEqual(SUCCEEDED);
    expect(done?.endTime).toBe("2026-01-01T10:00:10Z");
    expect(await run.progress(1)).toEqual(["c Succeeded"]);
  });

  it("119: asks before the second stage once the first is complete, and rolls nothing out", async () => {
    await run.prepare({ stages: [staging, { ...canary, beforeStageTasks: [APPROVAL] }] });
    await run.start();
    expect(told(await run.stage(0))).toEqual(SUCCEEDED);
    expect(told(await run.stage(1))).toEqual([WAITING]);
    expect(await fleet.get("request", "r-before-canary")).toBeDefined();
    expect(await fleet.valueOn("c")).toBeUndefined();
    await run.approve("r-before-canary");
    expect(await fleet.valueOn("c")).toBe("one");
  });

  it("120, 121: cleans up in the delete stage after the last stage, and only then succeeds", async () => {
    const policy = (...clusterNames: string[]) => ({ placementType: "PickFixed", clusterNames });
    await run.prepare({ stages: [staging, canary], policy: policy("a", "b", "c") });
    await run.start("first");
    await fleet.patch("placement", "p", { spec: { policy: policy("c") } });
    await fleet.play();
    await down("a");
    await run.start();
    const begun = await run.status();
    expect(told(begun.deletionStageStatus)).toEqual([STARTED]);
    expect(begun.deletionStageStatus?.clusters.map((cluster) => told(cluster))).toEqual([
      ["Started True ClusterUpdatingStarted"],
      ["Started True ClusterUpdatingStarted", "Succeeded True ClusterUpdatingSucceeded"],
    ]);
    expect(await fleet.valueOn("b")).toBeUndefined();
    expect(conditionIn(begun, "Succeeded")).toBeUndefined();

    await down("a", false);
    await fleet.look("r");
    expect(told((await run.status()).deletionStageStatus)).toEqual(SUCCEEDED);
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
    expect(Object.keys(await run.bindings())).toEqual(["c"]);
    expect(await fleet.valueOn("a")).toBeUndefined();
  });

  it("122: is stuck, not failed, once a cluster takes longer than five minutes, and recovers", async () => {
    await run.prepare({ stages: [staging, canary] });
    await down("b");
    await run.start();
    fleet.setTime(clock(301));
    await fleet.look("r");
    const progressing = conditionIn(await run.status(), "Progressing");
    expect(progressing).toMatchObject({ status: "False", reason: "UpdateRunStuck" });
    expect(progressing?.message).toMatch(
      /^The updateRun is stuck waiting for b cluster\(s\) in stage staging to finish updating, please check placement status for potential errors/,
    );
    expect(conditionIn(await run.status(), "Succeeded")).toBeUndefined();
    await down("b", false);
    await fleet.look("r");
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });

  it("123, 140: fails with stage and cluster when another run takes a cluster in hand", async () => {
    await run.prepare({ stages: [staging, canary] });
    await down("b");
    await run.start();
    await run.edit("two");
    fleet.setTime(clock(1));
    await run.start("other");
    fleet.setTime(clock(62));
    await fleet.look("r");
    const { metadata } = (await run.bindings()).b ?? {};
    const binding = [metadata?.namespace, metadata?.name].filter(Boolean).join("/");
    const message = `failed to process the request due to a client error: the binding of the updating cluster \`b\` in the stage \`staging\` is not up-to-date with the desired status, please check the status of binding \`${binding}\` and see if there is a concurrent updateRun referencing the same placement and updating the same cluster`;
    const status = await run.status();
    const [stage] = status.stagesStatus ?? [];
    expect(conditionIn(stage?.clusters[0], "Succeeded")).toMatchObject({
      status: "False",
      reason: "ClusterUpdatingFailed",
      message,
    });
    for (const part of [stage, status]) {
      expect(conditionIn(part, "Succeeded")).toMatchObject({
        status: "False",
        message: `cannot continue the updateRun: ${message}`,
      });
    }
    expect(told(stage?.clusters[1])).toEqual([]);
    expect(status.deletionStageStatus?.conditions).toBeUndefined();
  });

  it("124: skips a stage without clusters together with its tasks, and goes on", async () => {
    const empty = { name: "empty", beforeStageTasks: [APPROVAL], afterStageTasks: [WAIT] };
    await run.prepare({ stages: [staging, empty, canary] });
    await run.start();
    const skipped = await run.stage(1);
    expect(told(skipped)).toEqual([
      "Progressing False StageUpdatingSkippedNoClusters",
      "Succeeded True StageUpdatingSkippedNoClusters",
    ]);
    expect(skipped?.beforeStageTaskStatus).toEqual([
      { type: "Approval", approvalRequestName: "r-before-empty" },
    ]);
    expect(skipped?.afterStageTaskStatus).toEqual([{ type: "TimedWait" }]);
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });

  it("126: goes through to the end without tasks", async () => {
    await run.prepare({ stages: [staging, canary] });
    await run.start();
    const status = await run.status();
    expect(status.stagesStatus?.map((stage) => told(stage))).toEqual([SUCCEEDED, SUCCEEDED]);
    expect(told(status.deletionStageStatus)).toEqual(SUCCEEDED);
    expect(told(status)).toEqual([
      "Initialized True UpdateRunInitializedSuccessfully",
      ...RUN_SUCCEEDED,
    ]);
  });

  it.each([
    { alone: "an approval before a stage", tasks: { beforeStageTasks: [APPROVAL] }, held: 0 },
    { alone: "an approval after a stage", tasks: { afterStageTasks: [APPROVAL] }, held: 1 },
    { alone: "a wait after a stage", tasks: { afterStageTasks: [WAIT] }, held: 1 },
  ])("127: is held by $alone", async ({ tasks, held }) => {
    await run.prepare({ stages: [{ ...canary, ...tasks }, staging] });
    await run.start();
    expect(told(await run.stage(0))).toEqual([WAITING]);
    const succeeded = (await run.progress(0)).filter((word) => word.endsWith("Succeeded"));
    expect(succeeded).toHaveLength(held);
    if ("afterStageTasks" in tasks && tasks.afterStageTasks[0] === WAIT) {
      fleet.setTime(clock(11));
      await fleet.look("r");
    } else {
      await run.approve("beforeStageTasks" in tasks ? "r-before-canary" : "r-after-canary");
    }
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });

  it("128: completes with reports of differences, and writes nothing", async () => {
    const strategy = { applyStrategy: { type: "ReportDiff" } };
    await run.prepare({ stages: [staging, canary], strategy });
    await run.start();
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
    const { a } = await run.bindings();
    expect(conditionIn(a?.status, "DiffReported")).toMatchObject({ status: "True" });
    expect(await fleet.valueOn("a")).toBeUndefined();
  });

  it("129: is stuck while differences cannot be reported", async () => {
    const strategy = { applyStrategy: { type: "ReportDiff" } };
    await run.prepare({ stages: [staging, canary], strategy });
    await down("b");
    await run.start();
    fleet.setTime(clock(301));
    await fleet.look("r");
    expect(conditionIn((await run.bindings()).b?.status, "DiffReported")?.status).not.toBe("True");
    expect(await runConditions()).toContain("Progressing False UpdateRunStuck");
  });

  it("130, 131: asks again when a request is deleted before it is accepted, and not after", async () => {
    const tasks = { beforeStageTasks: [APPROVAL], afterStageTasks: [APPROVAL] };
    await run.prepare({ stages: [{ ...staging, ...tasks }, canary] });
    await run.start();
    for (const request of ["r-before-staging", "r-after-staging"]) {
      const first = await fleet.get("request", request);
      await fleet.delete("request", request);
      await fleet.play();
      expect((await fleet.get("request", request)).metadata.uid).not.toBe(first.metadata.uid);
      if (request === "r-before-staging") await down("c");
      await run.approve(request);
    }
    await fleet.delete("request", "r-after-staging");
    await fleet.play();
    const { status } = await fleet.api.get(fleet.names.path("request", "r-after-staging"));
    expect(status).toBe(404);
  });

  it("85, 132: rests in state Initialize however long it takes, and executes when told to run", async () => {
    await run.prepare({ stages: [staging, canary] });
    await run.start("r", { state: "Initialize" });
    const before = await fleet.get("run", "r");
    expect(await runConditions()).toEqual(["Initialized True UpdateRunInitializedSuccessfully"]);
    fleet.setTime(clock(3600));
    await fleet.look("r");
    expect(await fleet.get("run", "r")).toEqual(before);
    const states = Object.values(await run.bindings()).map(({ spec }) => spec.state);
    expect(states).toEqual(["Scheduled", "Scheduled", "Scheduled"]);
    await run.setState("Run");
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });

  it.each([
    { what: "another snapshot", change: { resourceSnapshotName: "p-7-snapshot" } },
    { what: "another apply strategy", change: { applyStrategy: { type: "ServerSideApply" } } },
    {
      what: "an override of cluster-scoped objects",
      change: { clusterResourceOverrideSnapshots: ["other-0"] },
    },
    {
      what: "an override of namespaced objects",
      change: { resourceOverrideSnapshots: [{ namespace: "team", name: "other-0" }] },
    },
  ])("133: brings a binding with $what in line", async ({ change }) => {
    await run.prepare({ stages: [staging, canary] });
    await run.start();
    const { a } = await run.bindings();
    const ref = fleet.names.ref("binding", a?.metadata.name ?? "");
    const stored = await fleet.deps.store.get(ref);
    if (!stored || !a) throw new Error("cluster a has no binding");
    await fleet.deps.store.update(ref, { ...stored, spec: { ...a.spec, ...change } });
    fleet.setTime(clock(1));
    await run.start("again");
    expect((await run.bindings()).a?.spec).toEqual(a.spec);
  });

  it.each(["binding", "run"] as const)(
    "138: goes on where it was when storage refuses to write a %s",
    async (role) => {
      await run.prepare({ stages: [staging, canary] });
      fleet.failNextUpdate(role);
      await expect(run.start()).rejects.toThrow("storage is out of order");
      expect(conditionIn(await run.status(), "Succeeded")).toBeUndefined();
      await fleet.look("r");
      expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
    },
  );

  it("146: asks again when an approval cannot be recorded as accepted", async () => {
    await run.prepare({ stages: [{ ...staging, beforeStageTasks: [APPROVAL] }, canary] });
    await run.start();
    fleet.failNextUpdate("request");
    await expect(run.approve("r-before-staging")).rejects.toThrow("storage is out of order");
    expect((await run.stage(0))?.startTime).toBeUndefined();
    await fleet.look("r");
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });

  it("139: passes over a cluster whose binding is gone, and says so", async () => {
    await run.prepare({ stages: [{ ...staging, beforeStageTasks: [APPROVAL] }, canary] });
    await run.start();
    const { b } = await run.bindings();
    const ref = fleet.names.ref("binding", b?.metadata.name ?? "");
    await fleet.deps.store.remove(
      ref,
      (await fleet.deps.store.get(ref))?.metadata.resourceVersion ?? "",
    );
    await run.approve("r-before-staging");
    expect(conditionIn((await run.stage(0))?.clusters[0], "Succeeded")).toMatchObject({
      reason: "ClusterUpdatingSkipped",
      message: "the cluster left the placement p before its update began",
    });
    expect(await runConditions()).toEqual(expect.arrayContaining(RUN_SUCCEEDED));
  });
});

describe("the decision", () => {
  const NOW = new Date("2026-01-01T10:00:00Z");

  it("125: skips a stage without clusters at once", () => {
    const view = viewOf(recordOf(["untouched"], { phases: [[]] }));
    const { status, next } = advance(view, NOW);
    expect(next).toEqual({ kind: "Finished" });
    expect(status.stagesStatus?.[0]).toMatchObject({
      startTime: "2026-01-01T10:00:00Z",
      endTime: "2026-01-01T10:00:00Z",
      conditions: [
        {
          reason: "StageUpdatingSkippedNoClusters",
          message: "Stage skipped because it has no clusters",
        },
        {
          reason: "StageUpdatingSkippedNoClusters",
          message: "Stage skipped because it has no clusters",
        },
      ],
    });
  });

  it("137: ends a run with a cluster that has failed, in the words of its failure", () => {
    const record = recordOf(["updating"], { phases: [["Failed", "Pending"]] });
    const clusters = record.clusters.map((row) => ({ ...row, message: "the disk is full" }));
    const { status, next } = advance(viewOf({ ...record, clusters }), NOW);
    expect(next).toEqual({ kind: "Finished" });
    expect(conditionIn(status, "Succeeded")?.message).toBe(
      "cannot continue the updateRun: the disk is full",
    );
  });

  it("144: ends a run whose record has a wait before a stage", () => {
    const record = recordOf(["untouched"]);
    const [stage] = record.status.stagesStatus ?? [];
    if (!stage) throw new Error("the record has a stage");
    const stagesStatus = [{ ...stage, beforeStageTaskStatus: [{ type: "TimedWait" as const }] }];
    expect(checkRecord({ ...record, status: { ...record.status, stagesStatus } })).toEqual({
      ok: false,
      message:
        "cannot continue the updateRun: unexpected behavior which cannot be handled by the controller: found unsupported task type in before stage tasks: TimedWait",
    });
  });
});

describe("a cluster is", () => {
  const identifier = { group: "", version: "v1", kind: "ConfigMap", namespace: "team", name: "cm" };
  const applied = (state: "Available" | "NotTrackable") => ({
    identifier,
    applied: true as const,
    availability: { state },
  });
  const waiting = {
    identifier,
    applied: true as const,
    availability: { state: "NotAvailableYet" as const, message: "0 of 1 replicas are available" },
  };
  const refused = { identifier, applied: false as const, message: "forbidden", retryable: true };
  const report = (outcomes: readonly object[], pruneFailures: readonly object[] = []) =>
    ({ outcomes, pruneFailures, inventory: [] }) as unknown as Parameters<
      typeof unfinishedSentence
    >[0];

  it.each([
    { entry: 134, given: "everything is available", of: report([applied("Available")]) },
    { entry: 134, given: "health cannot be told", of: report([applied("NotTrackable")]) },
  ])("$entry: updated when $given", ({ of }) => {
    expect(unfinishedSentence(of)).toBeUndefined();
  });

  it.each([
    {
      entry: "135, 141",
      given: "an object is refused",
      of: report([refused]),
      says: "ConfigMap team/cm: forbidden",
    },
    {
      entry: "135, 141",
      given: "something cannot be pruned",
      of: report([], [{ identifier, message: "forbidden" }]),
      says: "ConfigMap team/cm: forbidden",
    },
    {
      entry: "136",
      given: "an object is not available yet",
      of: report([applied("Available"), waiting]),
      says: "ConfigMap team/cm is not available yet: 0 of 1 replicas are available",
    },
  ])("$entry: tried again when $given", ({ of, says }) => {
    expect(unfinishedSentence(of)).toBe(says);
  });
});

describe("142: maxConcurrency", () => {
  it.each([
    { of: 3, clusters: 10, limit: 3 },
    { of: 10, clusters: 10, limit: 10 },
    { of: 15, clusters: 10, limit: 15 },
    { of: "50%", clusters: 10, limit: 5 },
    { of: "10%", clusters: 1, limit: 1 },
    { of: "1%", clusters: 99, limit: 1 },
    { of: "70%", clusters: 3, limit: 2 },
    { of: "33%", clusters: 10, limit: 3 },
    { of: "100%", clusters: 10, limit: 10 },
    { of: "25%", clusters: 7, limit: 1 },
    { of: 3, clusters: 0, limit: 3 },
    { of: "50%", clusters: 0, limit: 1 },
  ])("$of of $clusters clusters is $limit", ({ of, clusters, limit }) => {
    expect(concurrencyLimit(of, clusters)).toBe(limit);
  });

  it("is an error without a percent sign", () => {
    expect(() => concurrencyLimit("50", 10)).toThrow('maxConcurrency "50"');
  });
});

describe("143: clusters that are stuck", () => {
  it.each([
    { count: 0, names: undefined },
    { count: 1, names: "c1" },
    { count: 2, names: "c1, c2" },
    { count: 3, names: "c1, c2, c3" },
    { count: 5, names: "c1, c2, c3..." },
  ])("$count are called $names", ({ count, names }) => {
    const waiting = Array.from({ length: count }, (_, index) => ({
      clusterName: `c${index + 1}`,
      startedAt: "2026-01-01T09:00:00Z",
      message: "",
      attempts: 1,
      nextTry: "",
    }));
    expect(stuckClusters(waiting, new Date("2026-01-01T10:00:00Z"))).toBe(names);
  });
});
