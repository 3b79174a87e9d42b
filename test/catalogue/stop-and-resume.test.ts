import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeAdvanceRun } from "../../src/activities/advance-run.js";
import { bindingRef } from "../../src/activities/bind-cluster.js";
import type { LaneInput, TargetRef } from "../../src/activities/contracts.js";
import { makeLaneTools } from "../../src/activities/lane-tools.js";
import { makeRemoveNextCluster } from "../../src/activities/remove-next-cluster.js";
import { removeObject } from "../../src/activities/server-objects.js";
import { makeUpdateNextCluster } from "../../src/activities/update-next-cluster.js";
import type { UpdateRunState, UpdateRunStatus } from "../../src/api/update-run.js";
import { conditionOf } from "../../src/placement/conditions.js";
import { advance } from "../../src/rollout/advance.js";
import { type ClusterProgress, clusterRow } from "../../src/rollout/cluster-progress.js";
import type { Next } from "../../src/rollout/next.js";
import { type ApprovalView, type RunView, stageView } from "../../src/rollout/run-view.js";
import { SCOPES, type Scope } from "./support/scoped-kinds.js";
import { openStoredHub, type StoredHub } from "./support/stored-hub.js";

/** The numbers are those of the behaviours that KubeFleet's own tests of stopping establish. */
const START = "2026-01-01T10:00:00.000Z";
const DELETE_STAGE = 1;

const request = (change: Partial<ApprovalView> = {}): ApprovalView => ({
  requestedAt: START,
  approved: false,
  accepted: false,
  targetRun: "example-run",
  targetStage: "canary",
  ...change,
});

interface PlayedStage {
  readonly before?: boolean;
  readonly after?: boolean;
}

function initialized({ before, after }: PlayedStage): UpdateRunStatus {
  const waits = [{ type: "TimedWait" as const, waitTime: "1m" }, { type: "Approval" as const }];
  return {
    conditions: [
      {
        type: "Initialized",
        status: "True",
        observedGeneration: 1,
        lastTransitionTime: START,
        reason: "UpdateRunInitializedSuccessfully",
        message: "The UpdateRun initialized successfully",
      },
    ],
    stagedUpdateStrategySnapshot: {
      stages: [{ name: "canary", maxConcurrency: 1, ...(after && { afterStageTasks: waits }) }],
    },
    stagesStatus: [
      {
        stageName: "canary",
        clusters: [],
        ...(before && {
          beforeStageTaskStatus: [{ type: "Approval", approvalRequestName: "before" }],
        }),
        ...(after && {
          afterStageTaskStatus: [
            { type: "TimedWait" },
            { type: "Approval", approvalRequestName: "after" },
          ],
        }),
      },
    ],
    deletionStageStatus: { stageName: "kubernetes-fleet.io/deleteStage", clusters: [] },
  };
}

/** A run of one stage and a delete stage whose lanes are played by the test: it moves the clusters' phases. */
class PlayedRun {
  readonly approvals: Record<string, ApprovalView> = {};
  readonly effects: string[] = [];
  private status: UpdateRunStatus;
  private readonly rows: ClusterProgress[] = [];
  private state: UpdateRunState = "Run";
  private generation = 1;
  private now = new Date(START);

  constructor(stage: PlayedStage = {}) {
    this.status = initialized(stage);
  }

  cluster(clusterName: string, phase: ClusterProgress["phase"], stage = 0): this {
    const { now } = this;
    const index = this.rows.findIndex((row) => row.clusterName === clusterName);
    const row: ClusterProgress = {
      clusterName,
      stage,
      index: index < 0 ? this.rows.length : index,
      phase,
      ...(phase !== "Pending" && { startedAt: START }),
      ...((phase === "Succeeded" || phase === "Failed") && { finishedAt: now.toISOString() }),
      ...(phase === "Failed" && { message: `the cluster ${clusterName} is taken` }),
    };
    if (index < 0) this.rows.push(row);
    else this.rows[index] = row;
    return this;
  }

  set(state: UpdateRunState): Next {
    this.state = state;
    this.generation += 1;
    return this.look();
  }

  wait(seconds: number): this {
    this.now = new Date(this.now.getTime() + seconds * 1000);
    return this;
  }

  /** Advances as the activity does: effects are carried out, and everything is looked at again. */
  look(): Next {
    for (let pass = 0; pass < 20; pass += 1) {
      const step = advance(this.view(), this.now);
      this.status = step.status;
      const effects = step.effects.filter((effect) => effect.kind !== "RecordEvent");
      if (effects.length === 0) return step.next;
      for (const effect of effects) {
        this.effects.push(effect.kind);
        const known = this.approvals[effect.name] ?? request();
        const accepted = known.accepted || effect.kind === "AcceptApproval";
        this.approvals[effect.name] = { ...known, accepted };
      }
    }
    throw new Error("the run does not settle");
  }

  approve(name: string): this {
    this.approvals[name] = { ...request(), ...this.approvals[name], approved: true };
    return this;
  }

  /** Status and reason of a Progressing condition, or of Succeeded once it is there. */
  said(of: "run" | "stage" | "delete stage"): string {
    const { conditions, stagesStatus, deletionStageStatus } = this.status;
    const all = {
      run: conditions,
      stage: stagesStatus?.[0]?.conditions,
      "delete stage": deletionStageStatus?.conditions,
    }[of];
    const last = conditionOf(all, "Succeeded") ?? conditionOf(all, "Progressing");
    return last ? `${last.type}=${last.status} ${last.reason}` : "nothing";
  }

  private view(): RunView {
    const rowsOf = (stage: number) => stageView(this.rows.filter((row) => row.stage === stage));
    return {
      name: "example-run",
      scope: "Cluster",
      generation: this.generation,
      state: this.state,
      deleting: false,
      status: this.status,
      stages: [rowsOf(0), rowsOf(DELETE_STAGE)],
      approvals: this.approvals,
    };
  }
}

const STOPPED = "Progressing=False UpdateRunStopped";
const STAGE_STOPPED = "Progressing=False StageUpdatingStopped";
const STOPPING = "Progressing=Unknown UpdateRunStopping";
const STAGE_STOPPING = "Progressing=Unknown StageUpdatingStopping";
const REST: Next = { kind: "Wait" };
const lanes = (kind: "UpdateClusters" | "RemoveClusters", inFlightOnly = false) => ({
  kind,
  stage: kind === "UpdateClusters" ? 0 : DELETE_STAGE,
  lanes: 1,
  inFlightOnly,
});

describe("a run that is stopped while it waits before a stage", () => {
  const waiting = () => {
    const run = new PlayedRun({ before: true }).cluster("a", "Pending");
    run.look();
    return run;
  };

  it("148 is stopped at once, and its stage with it", () => {
    const run = waiting();
    expect(run.set("Stop")).toEqual(REST);
    expect([run.said("run"), run.said("stage")]).toEqual([STOPPED, STAGE_STOPPED]);
  });

  it("149 rolls nothing out and accepts nothing when the request is approved", () => {
    const run = waiting();
    run.set("Stop");
    expect(run.approve("before").look()).toEqual(REST);
    expect(run.approvals.before?.accepted).toBe(false);
  });

  it("150 accepts the request and starts the first cluster when it is resumed", () => {
    const run = waiting();
    run.set("Stop");
    run.approve("before");
    expect(run.set("Run")).toEqual(lanes("UpdateClusters"));
    expect(run.approvals.before?.accepted).toBe(true);
  });
});

describe("a run that is stopped with one cluster finished and one in flight", () => {
  const stopping = () => {
    const run = new PlayedRun().cluster("a", "Pending").cluster("b", "Pending");
    run.cluster("c", "Pending").look();
    run.cluster("a", "Succeeded").cluster("b", "Started");
    return { run, next: run.set("Stop") };
  };

  it("151 is stopping, as its stage is, until the cluster in flight finishes", () => {
    const { run, next } = stopping();
    expect(next).toEqual(lanes("UpdateClusters", true));
    expect(run.look()).toEqual(next);
    expect([run.said("run"), run.said("stage")]).toEqual([STOPPING, STAGE_STOPPING]);
  });

  it("152 is stopped when that cluster has finished, and begins no other", () => {
    const { run } = stopping();
    expect(run.cluster("b", "Succeeded").look()).toEqual(REST);
    expect([run.said("run"), run.said("stage")]).toEqual([STOPPED, STAGE_STOPPED]);
  });

  it("153 goes on with the next cluster when it is resumed, and completes the stage", () => {
    const { run } = stopping();
    run.cluster("b", "Succeeded").look();
    expect(run.set("Run")).toEqual(lanes("UpdateClusters"));
    expect(run.cluster("c", "Succeeded").look()).toEqual({ kind: "Finished" });
    expect(run.said("stage")).toBe("Succeeded=True StageUpdatingSucceeded");
  });
});

describe("a run that is stopped while it waits after a stage", () => {
  const stopped = () => {
    const run = new PlayedRun({ after: true }).cluster("a", "Pending");
    run.cluster("gone", "Pending", DELETE_STAGE).look();
    run.cluster("a", "Succeeded").look();
    run.wait(10).set("Stop");
    return run;
  };

  it("154 is stopped", () => {
    const run = stopped();
    expect([run.said("run"), run.said("stage")]).toEqual([STOPPED, STAGE_STOPPED]);
  });

  it("155 removes nothing when the request is approved", () => {
    const run = stopped();
    expect(run.wait(3600).approve("after").look()).toEqual(REST);
    expect(run.said("run")).toBe(STOPPED);
    expect(run.said("delete stage")).toBe("nothing");
  });

  it("156 completes the stage after its resume, and not before the wait is over", () => {
    const run = stopped();
    run.wait(10).approve("after");
    expect(run.set("Run")).toEqual({ kind: "Wait", until: "2026-01-01T10:01:00.000Z" });
    expect(run.wait(39).look()).toEqual({ kind: "Wait", until: "2026-01-01T10:01:00.000Z" });
    expect(run.wait(1).look()).toEqual(lanes("RemoveClusters"));
    expect(run.said("stage")).toBe("Succeeded=True StageUpdatingSucceeded");
  });
});

describe("a run that is stopped in its delete stage", () => {
  const deleting = (...phases: ClusterProgress["phase"][]) => {
    const run = new PlayedRun().cluster("a", "Succeeded");
    for (const [index, phase] of phases.entries()) run.cluster(`gone-${index}`, phase, 1);
    return run;
  };

  it("157 is stopping until the deletions in progress are over, then stopped", () => {
    const run = deleting("Started");
    run.look();
    expect(run.set("Stop")).toEqual(lanes("RemoveClusters", true));
    expect([run.said("run"), run.said("delete stage")]).toEqual([STOPPING, STAGE_STOPPING]);
    expect(run.cluster("gone-0", "Succeeded").look()).toEqual(REST);
    expect([run.said("run"), run.said("delete stage")]).toEqual([STOPPED, STAGE_STOPPED]);
  });

  it("158 succeeds with its delete stage when it is resumed after that", () => {
    const run = deleting("Started");
    run.look();
    run.cluster("gone-0", "Succeeded").set("Stop");
    expect(run.set("Run")).toEqual({ kind: "Finished" });
    expect(run.said("delete stage")).toBe("Succeeded=True StageUpdatingSucceeded");
    expect(run.said("run")).toBe("Succeeded=True UpdateRunSucceeded");
  });

  it("163 is stopped when nothing is to be deleted", () => {
    const run = new PlayedRun({ after: true }).cluster("a", "Succeeded").approve("after");
    run.look();
    run.set("Stop");
    expect(run.said("run")).toBe(STOPPED);
    expect(run.wait(60).set("Run")).toEqual({ kind: "Finished" });
  });

  it("164 is not stopped while a deletion is in progress", () => {
    const run = deleting("Started");
    run.look();
    run.set("Stop");
    expect(run.look()).toEqual(lanes("RemoveClusters", true));
    expect(run.said("delete stage")).toBe(STAGE_STOPPING);
  });

  it("166 is stopped when no deletion has begun; of several, those in progress finish first", () => {
    const none = deleting("Pending", "Pending");
    none.look();
    expect(none.set("Stop")).toEqual(REST);
    expect([none.said("run"), none.said("delete stage")]).toEqual([STOPPED, STAGE_STOPPED]);

    const mixed = deleting("Started", "Pending");
    mixed.look();
    expect(mixed.set("Stop")).toEqual(lanes("RemoveClusters", true));
    expect(mixed.cluster("gone-0", "Succeeded").look()).toEqual(REST);
    expect(mixed.said("run")).toBe(STOPPED);
  });
});

describe("a run that is stopped after a cluster has failed", () => {
  const failed = () => {
    const run = new PlayedRun().cluster("a", "Failed").cluster("b", "Pending");
    run.cluster("gone", "Pending", DELETE_STAGE);
    return run;
  };

  it("160 is stopped without an error", () => {
    const run = failed();
    expect(run.set("Stop")).toEqual(REST);
    expect([run.said("run"), run.said("stage")]).toEqual([STOPPED, STAGE_STOPPED]);
  });

  it("159 aborts when it is resumed, with that stage marked as failed and the other untouched", () => {
    const run = failed();
    run.set("Stop");
    expect(run.set("Run")).toEqual({ kind: "Finished" });
    expect(run.said("stage")).toBe("Succeeded=False StageUpdatingFailed");
    expect(run.said("delete stage")).toBe("nothing");
  });
});

describe.each(SCOPES)("%s, a lane of a run that stops", (scope: Scope) => {
  let hub: StoredHub;
  const waker = { wake: async () => undefined };
  beforeAll(async () => {
    hub = await openStoredHub(scope);
    await hub.create("strategy", "at-once", { stages: [{ name: "canary", labelSelector: {} }] });
  });
  afterAll(() => hub?.close());

  const advanceRun = (target: TargetRef) => makeAdvanceRun(hub.deps)(target);
  const update = (input: LaneInput) => makeUpdateNextCluster(makeLaneTools(hub.deps))(input, waker);
  const remove = (input: LaneInput) => makeRemoveNextCluster(makeLaneTools(hub.deps))(input, waker);

  async function start(name: string): Promise<TargetRef> {
    const { kind, metadata } = await hub.startRun(name, "Run", "at-once");
    return { kind: String(kind), namespace: metadata.namespace, name, uid: metadata.uid ?? "" };
  }
  async function setState(run: TargetRef, state: UpdateRunState): Promise<void> {
    const path = hub.names.path("run", run.name);
    expect((await hub.api.patch(path, { spec: { state } })).status).toBe(200);
  }
  /** The lane that the run asks for. */
  async function laneOf(run: TargetRef): Promise<LaneInput> {
    const next = await advanceRun(run);
    if (next.kind !== "UpdateClusters" && next.kind !== "RemoveClusters") {
      throw new Error(`the run asks for ${next.kind}`);
    }
    const { stage, round, inFlightOnly } = next;
    const work = next.kind === "UpdateClusters" ? "Update" : "Remove";
    return { run, stage, lane: 0, round, inFlightOnly, work };
  }
  const rowsOf = async (run: TargetRef) =>
    (await hub.deps.clusters.list(run.uid)).map((row) => row.value);
  const progressing = async (run: TargetRef) => {
    const { status } = (await hub.get("run", run.name)).body;
    return conditionOf((status as UpdateRunStatus).conditions, "Progressing");
  };

  /** A run whose stage is updated and whose delete stage has begun with that cluster; answers with its binding. */
  async function beginDeletion(run: TargetRef, cluster: string) {
    const [row] = await hub.deps.clusters.list(run.uid);
    if (!row) throw new Error("the run has no cluster");
    await hub.deps.clusters.upsert(run.uid, row.row, {
      ...row.value,
      phase: "Succeeded",
      finishedAt: START,
    });
    const gone: ClusterProgress = {
      clusterName: cluster,
      stage: DELETE_STAGE,
      index: 0,
      phase: "Started",
      startedAt: START,
      claim: { lane: "0", round: 0 },
    };
    await hub.deps.clusters.upsert(run.uid, clusterRow(DELETE_STAGE, 0), gone);
    const { metadata: p } = (await hub.get("placement", "p")).body;
    const kind = hub.names.kind("placement");
    const placement = { kind, namespace: p.namespace, name: p.name, uid: p.uid ?? "" };
    const binding = bindingRef({ placement, cluster: cluster });
    await hub.deps.store.create(binding, {
      ...hub.names.manifest("binding", binding.name, {
        state: "Unscheduled",
        resourceSnapshotName: "p-0-snapshot",
        targetCluster: cluster,
        clusterDecision: { clusterName: cluster, selected: false, reason: "gone" },
      }),
      metadata: {
        name: binding.name,
        ...(run.namespace !== undefined && { namespace: run.namespace }),
        labels: { "kubernetes-fleet.io/parent-CRP": "p" },
      },
    });
    return binding;
  }

  it("161 skips a cluster in flight whose binding is gone", async () => {
    const run = await start("unbound");
    expect(await update(await laneOf(run))).toMatchObject({ kind: "Pending" });
    await setState(run, "Stop");
    const { name: _, ...bindings } = hub.names.ref("binding", "");
    for (const { metadata } of (await hub.deps.store.list(bindings)).items) {
      await removeObject(hub.deps.store, hub.names.ref("binding", metadata.name));
    }
    const lane = await laneOf(run);
    expect(lane.inFlightOnly).toBe(true);
    expect(await update(lane)).toEqual({ kind: "Drained" });
    expect(await rowsOf(run)).toMatchObject([
      { phase: "Skipped", message: "the cluster left the placement p before its update began" },
    ]);
    expect(await advanceRun(run)).toEqual(REST);
    expect(await progressing(run)).toMatchObject({ reason: "UpdateRunStopped" });
    await hub.delete("run", "unbound");
    await hub.deliver();
  });

  it("165 finishes a deletion in progress whose binding is not being deleted yet", async () => {
    const run = await start("deleting");
    const binding = await beginDeletion(run, "left");
    await advanceRun(run);
    await setState(run, "Stop");
    const lane = await laneOf(run);
    expect(lane).toMatchObject({ work: "Remove", inFlightOnly: true });
    expect(await remove(lane)).toEqual({ kind: "Drained" });
    expect(await hub.deps.store.get(binding)).toBeUndefined();
    expect(await advanceRun(run)).toEqual(REST);
    expect(await progressing(run)).toMatchObject({ reason: "UpdateRunStopped" });
  });

  it("does not wait for a deletion that fails, names it, and goes on with it later", async () => {
    const run = await start("down");
    const cluster = "unreachable";
    const member = { group: "cluster.kubernetes-fleet.io", resource: "memberclusters" };
    await hub.deps.store.create(
      { ...member, name: cluster },
      {
        apiVersion: `${member.group}/v1`,
        kind: "MemberCluster",
        metadata: { name: cluster },
        spec: { kubeconfig: { context: cluster } },
      },
    );
    await beginDeletion(run, cluster);
    await advanceRun(run);
    await setState(run, "Stop");
    expect(await remove(await laneOf(run))).toEqual({ kind: "Drained" });
    expect(await advanceRun(run)).toEqual(REST);
    expect(await progressing(run)).toMatchObject({
      reason: "UpdateRunStopped",
      message: expect.stringContaining(
        "The update run has been stopped; begun and not updated: unreachable: no member is reached here",
      ),
    });
    await setState(run, "Run");
    expect(await laneOf(run)).toMatchObject({ work: "Remove", inFlightOnly: false });
    await removeObject(hub.deps.store, { ...member, name: cluster });
    expect(await remove(await laneOf(run))).toEqual({ kind: "Drained" });
    expect(await advanceRun(run)).toEqual({ kind: "Finished" });
  });

  it("162 lets go of a cluster in flight that fails, names it, and tries it again later", async () => {
    await hub.deliver();
    const run = await start("failing");
    expect(await update(await laneOf(run))).toMatchObject({ kind: "Pending" });
    await setState(run, "Stop");
    const lane = await laneOf(run);
    expect(await update(lane)).toEqual({ kind: "Drained" });
    expect(await rowsOf(run)).toMatchObject([{ clusterName: "member1", phase: "Pending" }]);
    expect(await advanceRun(run)).toEqual(REST);
    expect((await progressing(run))?.message).toContain(
      "The update run has been stopped; begun and not updated: member1: no member is reached here",
    );
    await setState(run, "Run");
    expect(await laneOf(run)).toMatchObject({ inFlightOnly: false });
  });
});
