import type { Condition } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import type { StageUpdatingStatus, UpdateRunStatus } from "../api/update-run.js";
import { conditionOf, setCondition } from "../placement/conditions.js";
import { concurrencyLimit } from "./concurrency.js";
import type { Effect, Next } from "./next.js";
import { ABORT, RunMessage, RunReason, StageMessage, StageReason } from "./reasons.js";
import { restamp } from "./restamp.js";
import type { RunView, StageView } from "./run-view.js";
import { checkAfterStage, checkBeforeStage, type TaskCheck } from "./stage-tasks.js";
import { clustersSentence, stuckClusters } from "./waiting.js";

/** How many members a delete stage works on at once. KubeFleet sets no limit; the members' API servers deserve one. */
const REMOVAL_LANES = 20;

/** The status as it should be stored, what else to do, and what comes next. */
export interface Advance {
  readonly status: UpdateRunStatus;
  readonly effects: readonly Effect[];
  readonly next: Next;
}

/**
 * Moves a run as far as storage alone can take it. Same view and time, same answer; calling it again on its own
 * result changes nothing, so it may run twice, late, or after a crash.
 * Source: KubeFleet staged update runs, `updaterun` controller; deviations in docs/adr.
 */
export function advance(view: RunView, now: Date): Advance {
  if (view.deleting) return { status: view.status, effects: [], next: { kind: "CleanUp" } };
  const initialized = conditionOf(view.status.conditions, "Initialized");
  if (!initialized) return { status: view.status, effects: [], next: { kind: "Initialize" } };
  if (initialized.status === "False" || conditionOf(view.status.conditions, "Succeeded")) {
    return { status: view.status, effects: [], next: { kind: "Finished" } };
  }
  const walk = new Walk(view, now);
  const next = walk.run();
  return { status: walk.status, effects: walk.effects, next };
}

/** One pass over the stages. Mutable inside, a function from outside. */
class Walk {
  status: UpdateRunStatus;
  readonly effects: Effect[] = [];
  private readonly view: RunView;
  private readonly now: Date;

  constructor(view: RunView, now: Date) {
    this.view = view;
    this.now = now;
    this.status = restamp(view.status, view.generation);
  }

  run(): Next {
    if (this.view.validationFailure) return this.fail(this.view.validationFailure);
    switch (this.view.state) {
      case "Initialize":
        return { kind: "Wait" };
      case "Stop":
        return this.stop();
      case "Run":
        return this.goOn();
    }
  }

  private goOn(): Next {
    for (const [index, stage] of this.stages().entries()) {
      if (conditionOf(stage.conditions, "Succeeded")?.status === "True") continue;
      const next = this.stage(index, stage);
      if (next) return next;
    }
    return this.deleteStage() ?? this.succeed();
  }

  /** Works on one stage; undefined when it is complete and the next one may begin. */
  private stage(index: number, stage: StageUpdatingStatus): Next | undefined {
    const clusters = this.clustersOf(index);
    if (clusters.total === 0) return this.skip(index);

    const before = checkBeforeStage(this.view, stage, this.now);
    this.apply(index, before);
    if (before.failure) return this.failStage(index, before.failure);
    if (!before.passed) return this.waitBefore(index, stage.stageName, before);

    const failed = clusters.failed[0];
    if (failed) return this.failStage(index, `${ABORT}${failed.message}`);
    if (clusters.pending + clusters.started > 0) return this.updateStage(index, clusters);

    const after = checkAfterStage(this.view, this.stageAt(index), this.strategyStage(index), {
      lastFinishedAt: clusters.lastFinishedAt ?? toTimestamp(this.now),
      now: this.now,
    });
    this.apply(index, after);
    if (after.failure) return this.failStage(index, after.failure);
    if (!after.passed) return this.waitAfter(index, stage.stageName, after);
    this.completeStage(index);
    return undefined;
  }

  private updateStage(index: number, clusters: StageView): Next {
    this.markStageStarted(index);
    this.setProgress(index, clusters);
    const limit = concurrencyLimit(this.strategyStage(index)?.maxConcurrency ?? 1, clusters.total);
    return {
      kind: "UpdateClusters",
      stage: index,
      lanes: Math.min(limit, clusters.pending + clusters.started),
      inFlightOnly: false,
    };
  }

  private markStageStarted(index: number): void {
    const stage = this.stageAt(index);
    if (!stage.startTime) {
      this.record(
        "Normal",
        "StageStarted",
        `Stage ${stage.stageName} started updating its clusters`,
      );
    }
    this.patchStage(index, {
      startTime: stage.startTime ?? toTimestamp(this.now),
      conditions: this.conditions(stage.conditions, {
        type: "Progressing",
        status: "True",
        reason: StageReason.Started,
        message: StageMessage.started,
      }),
    });
  }

  private setProgress(index: number, clusters: StageView): void {
    this.setRunCondition(progressingCondition(this.stageAt(index).stageName, clusters, this.now));
  }

  private skip(index: number): undefined {
    const at = toTimestamp(this.now);
    const stage = this.stageAt(index);
    const parts = { reason: StageReason.SkippedNoClusters, message: StageMessage.skipped };
    const progressing = { type: "Progressing", status: "False", ...parts } as const;
    const succeeded = { type: "Succeeded", status: "True", ...parts } as const;
    this.patchStage(index, {
      startTime: stage.startTime ?? at,
      endTime: stage.endTime ?? at,
      conditions: this.conditions(stage.conditions, progressing, succeeded),
    });
    this.record("Normal", "StageSkipped", `Stage ${stage.stageName} skipped: it has no clusters`);
    return undefined;
  }

  private waitBefore(index: number, stageName: string, check: TaskCheck): Next {
    const stage = this.stageAt(index);
    this.patchStage(index, {
      conditions: this.conditions(stage.conditions, {
        type: "Progressing",
        status: "False",
        reason: StageReason.Waiting,
        message: StageMessage.waitingBefore,
      }),
    });
    return this.wait("before-stage", stageName, check);
  }

  private waitAfter(index: number, stageName: string, check: TaskCheck): Next {
    const stage = this.stageAt(index);
    this.patchStage(index, {
      conditions: this.conditions(stage.conditions, {
        type: "Progressing",
        status: "False",
        reason: StageReason.Waiting,
        message: StageMessage.waitingAfter,
      }),
    });
    return this.wait("after-stage", stageName, check);
  }

  private wait(
    position: "before-stage" | "after-stage",
    stageName: string,
    check: TaskCheck,
  ): Next {
    const sentence = RunMessage.waiting(position, stageName);
    const details = check.waitingFor.length > 0 ? `: ${check.waitingFor.join("; ")}` : "";
    const before = conditionOf(this.status.conditions, "Progressing");
    this.setRunCondition({
      type: "Progressing",
      status: "False",
      reason: RunReason.Waiting,
      message: `${sentence}${details}`,
    });
    if (before?.reason !== RunReason.Waiting || !before.message.startsWith(sentence)) {
      this.record("Normal", "StageWaiting", `${sentence}${details}`);
    }
    return { kind: "Wait", until: check.until };
  }

  private completeStage(index: number): void {
    const stage = this.stageAt(index);
    const progressing = {
      type: "Progressing",
      status: "False",
      reason: StageReason.Succeeded,
      message: StageMessage.tasksCompleted,
    } as const;
    const succeeded = {
      type: "Succeeded",
      status: "True",
      reason: StageReason.Succeeded,
      message: StageMessage.succeeded,
    } as const;
    this.patchStage(index, {
      startTime: stage.startTime ?? toTimestamp(this.now),
      endTime: toTimestamp(this.now),
      conditions: this.conditions(stage.conditions, progressing, succeeded),
    });
    this.setRunCondition(running());
    this.record("Normal", "StageSucceeded", `Stage ${stage.stageName} completed`);
  }

  /** The delete stage: always last, without tasks; undefined when it is complete. */
  private deleteStage(): Next | undefined {
    const index = this.stages().length;
    const stage = this.stageAt(index);
    if (conditionOf(stage.conditions, "Succeeded")?.status === "True") return undefined;
    const clusters = this.clustersOf(index);
    const failed = clusters.failed[0];
    if (failed) return this.failStage(index, `${ABORT}${failed.message}`);
    const open = clusters.pending + clusters.started;
    if (open === 0) {
      this.completeStage(index);
      return undefined;
    }
    this.markStageStarted(index);
    this.setProgress(index, clusters);
    const lanes = Math.min(REMOVAL_LANES, open);
    return { kind: "RemoveClusters", stage: index, lanes, inFlightOnly: false };
  }

  private succeed(): Next {
    this.setRunCondition({
      type: "Progressing",
      status: "False",
      reason: RunReason.Succeeded,
      message: RunMessage.allStagesCompleted,
    });
    this.setRunCondition({
      type: "Succeeded",
      status: "True",
      reason: RunReason.Succeeded,
      message: RunMessage.succeeded,
    });
    this.record("Normal", "UpdateRunSucceeded", RunMessage.succeeded);
    return { kind: "Finished" };
  }

  private stop(): Next {
    const index = this.currentStage();
    const clusters = this.clustersOf(index);
    const stage = this.stageAt(index);
    if (clusters.started > 0) {
      this.patchStage(index, {
        conditions: this.conditions(stage.conditions, {
          type: "Progressing",
          status: "Unknown",
          reason: StageReason.Stopping,
          message: StageMessage.stopping,
        }),
      });
      this.setRunCondition(stoppingCondition(clusters));
      const kind = index === this.stages().length ? "RemoveClusters" : "UpdateClusters";
      return { kind, stage: index, lanes: clusters.started, inFlightOnly: true };
    }
    this.patchStage(index, {
      conditions: this.conditions(stage.conditions, {
        type: "Progressing",
        status: "False",
        reason: StageReason.Stopped,
        message: StageMessage.stopped,
      }),
    });
    if (conditionOf(this.status.conditions, "Progressing")?.reason !== RunReason.Stopped) {
      this.record(
        "Normal",
        "UpdateRunStopped",
        `${RunMessage.stopped} in stage ${stage.stageName}`,
      );
    }
    this.setRunCondition({
      type: "Progressing",
      status: "False",
      reason: RunReason.Stopped,
      message: RunMessage.stopped,
    });
    return { kind: "Wait" };
  }

  /** The stage the run is positioned on: the first that has not succeeded, else the delete stage. */
  private currentStage(): number {
    const open = this.stages().findIndex(
      (stage) => conditionOf(stage.conditions, "Succeeded")?.status !== "True",
    );
    return open < 0 ? this.stages().length : open;
  }

  private failStage(index: number, text: string): Next {
    const stage = this.stageAt(index);
    const progressing = {
      type: "Progressing",
      status: "False",
      reason: StageReason.Failed,
      message: StageMessage.failed,
    } as const;
    const succeeded = {
      type: "Succeeded",
      status: "False",
      reason: StageReason.Failed,
      message: text,
    } as const;
    this.patchStage(index, {
      endTime: toTimestamp(this.now),
      conditions: this.conditions(stage.conditions, progressing, succeeded),
    });
    return this.fail(text);
  }

  private fail(text: string): Next {
    this.setRunCondition({
      type: "Progressing",
      status: "False",
      reason: RunReason.Failed,
      message: RunMessage.failed,
    });
    this.setRunCondition({
      type: "Succeeded",
      status: "False",
      reason: RunReason.Failed,
      message: text,
    });
    this.record("Warning", "UpdateRunFailed", text);
    return { kind: "Finished" };
  }

  private apply(index: number, check: TaskCheck): void {
    this.patchStage(index, check.patch);
    this.effects.push(...check.effects);
  }

  private stages(): readonly StageUpdatingStatus[] {
    return this.status.stagesStatus ?? [];
  }

  /** Index `stages().length` is the delete stage. */
  private stageAt(index: number): StageUpdatingStatus {
    const stage = this.stages()[index] ?? this.status.deletionStageStatus;
    if (!stage) throw new Error(`run ${this.view.name} has no stage ${index}`);
    return stage;
  }

  private strategyStage(index: number) {
    return this.status.stagedUpdateStrategySnapshot?.stages[index];
  }

  private clustersOf(index: number): StageView {
    const clusters = this.view.stages[index];
    if (!clusters) throw new Error(`run ${this.view.name} has no clusters for stage ${index}`);
    return clusters;
  }

  private patchStage(index: number, patch: Partial<StageUpdatingStatus>): void {
    if (index === this.stages().length) {
      this.status = { ...this.status, deletionStageStatus: { ...this.stageAt(index), ...patch } };
      return;
    }
    const stagesStatus = this.stages().map((stage, position) =>
      position === index ? { ...stage, ...patch } : stage,
    );
    this.status = { ...this.status, stagesStatus };
  }

  private conditions(
    conditions: readonly Condition[] | undefined,
    ...next: readonly Omit<Condition, "lastTransitionTime" | "observedGeneration">[]
  ): Condition[] {
    return next.reduce<Condition[]>(
      (list, condition) =>
        setCondition(
          list,
          { ...condition, observedGeneration: this.view.generation },
          toTimestamp(this.now),
        ),
      [...(conditions ?? [])],
    );
  }

  private setRunCondition(
    condition: Omit<Condition, "lastTransitionTime" | "observedGeneration">,
  ): void {
    const conditions = this.conditions(this.status.conditions, condition);
    this.status = { ...this.status, conditions };
  }

  private record(type: "Normal" | "Warning", reason: string, message: string): void {
    this.effects.push({ kind: "RecordEvent", type, reason, message });
  }
}

type RunCondition = Omit<Condition, "lastTransitionTime" | "observedGeneration">;

function running(): RunCondition {
  return {
    type: "Progressing",
    status: "True",
    reason: RunReason.Progressing,
    message: RunMessage.progressing,
  };
}

/** Progressing, with the words of clusters that wait; stuck once one has been at it for five minutes. */
export function progressingCondition(
  stageName: string,
  clusters: StageView,
  now: Date,
): RunCondition {
  const details = clustersSentence(clusters.waiting);
  const stuck = stuckClusters(clusters.waiting, now);
  if (stuck) {
    return {
      type: "Progressing",
      status: "False",
      reason: RunReason.Stuck,
      message: `${RunMessage.stuck(stuck, stageName)}: ${details}`,
    };
  }
  if (!details) return running();
  return { ...running(), message: `${RunMessage.progressing}; in stage ${stageName} ${details}` };
}

/** The run on its way to a stop, with the words of the clusters that keep it. */
export function stoppingCondition(clusters: StageView): RunCondition {
  const details = clustersSentence(clusters.waiting);
  return {
    type: "Progressing",
    status: "Unknown",
    reason: RunReason.Stopping,
    message: details ? `${RunMessage.stopping}: ${details}` : RunMessage.stopping,
  };
}
