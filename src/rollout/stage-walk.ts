import { conditionOf } from "../placement/conditions.js";
import { concurrencyLimit } from "./concurrency.js";
import type { EventFacts } from "./event-facts.js";
import { Halt, type HaltedStage } from "./halt.js";
import { leftOutSentence } from "./left-out.js";
import type { Next } from "./next.js";
import { hasSucceeded, openStageIndex } from "./open-stage.js";
import { ABORT, RunMessage, RunReason } from "./reasons.js";
import { restRefused } from "./refusal.js";
import { runConditions, stageConditions, workingCondition } from "./run-conditions.js";
import type { RunView, StageView } from "./run-view.js";
import { completedSentence, judgeFailures, namesOf, type StageFailures } from "./stage-failures.js";
import { checkAfterStage, checkBeforeStage, type TaskCheck } from "./stage-tasks.js";
import { StatusDraft } from "./status-draft.js";
import { waitSentence } from "./wait.js";

/** How many members a delete stage works on at once. KubeFleet sets no limit; the members' API servers deserve one. */
const REMOVAL_LANES = 20;

/** One pass of `advance` over the stages of a run that is initialized: mutable inside, a function from outside. */
export class StageWalk {
  readonly draft: StatusDraft;
  readonly halt: Halt;
  private readonly view: RunView;
  private readonly now: Date;

  constructor(view: RunView, now: Date) {
    this.view = view;
    this.now = now;
    this.draft = new StatusDraft(view, now);
    this.halt = new Halt(view, this.draft);
  }

  run(): Next {
    if (this.view.validationFailure) return this.fail(this.view.validationFailure);
    switch (this.view.state) {
      case "Initialize":
        return { kind: "Wait" };
      case "Stop":
        return this.halt.stop(this.haltedStage(openStageIndex(this.draft.status)));
      case "Run":
        return this.goOn();
    }
  }

  private goOn(): Next {
    for (const [index, stage] of this.draft.stages.entries()) {
      if (hasSucceeded(stage)) continue;
      const next = this.workOn(index);
      if (next) return next;
    }
    return this.deleteStage() ?? this.succeed();
  }

  /** Undefined when the stage is complete and the next one may begin. */
  private workOn(index: number): Next | undefined {
    const clusters = this.clustersOf(index);
    if (clusters.total === 0) return this.skip(index);

    const before = checkBeforeStage(this.view, this.draft.stage(index), this.now);
    const held = this.settle(index, before, "before-stage");
    if (held) return held;

    const failures = this.failuresOf(index);
    const ended = this.endOver(index, failures);
    if (ended) return ended;
    if (clusters.pending + clusters.started > 0) return this.update(index, clusters);

    const after = checkAfterStage(this.view, this.draft.stage(index), this.config(index), {
      stage: index,
      lastFinishedAt: clusters.lastFinishedAt ?? this.draft.at,
      now: this.now,
    });
    return this.settle(index, after, "after-stage") ?? this.complete(index);
  }

  /** Undefined when the stage's failures let it go on. */
  private endOver(index: number, failures: StageFailures): Next | undefined {
    switch (failures.kind) {
      case "None":
      case "WithinBudget":
        return undefined;
      case "Abort":
        return this.failStage(index, `${ABORT}${failures.sentence}`);
      case "Exceeded":
        return failures.action === "fail"
          ? this.failStage(index, `${ABORT}${failures.sentence}`)
          : this.halt.hold(this.haltedStage(index), failures.sentence);
    }
  }

  /** Takes over what the tasks say; undefined when they are passed. */
  private settle(
    index: number,
    check: TaskCheck,
    position: "before-stage" | "after-stage",
  ): Next | undefined {
    this.draft.patchStage(index, check.patch);
    this.draft.effects.push(...check.effects);
    if (check.failure) return this.failStage(index, check.failure);
    if (check.passed) return undefined;
    if (check.refusal) return restRefused(this.draft, index, check.refusal);
    const { waitingBefore, waitingAfter } = stageConditions;
    this.draft.patchStage(index, {}, position === "before-stage" ? waitingBefore : waitingAfter);
    const { stageName } = this.draft.stage(index);
    const sentence = RunMessage.waiting(position, stageName);
    const waits = check.waitingFor.map(waitSentence).join("; ");
    const details = waits ? `: ${waits}` : "";
    const was = conditionOf(this.draft.status.conditions, "Progressing");
    this.draft.setRun(runConditions.waiting(`${sentence}${details}`));
    if (was?.reason !== RunReason.Waiting || !was.message.startsWith(sentence)) {
      this.draft.record("Normal", "StageWaiting", `${sentence}${details}`, { stage: stageName });
    }
    if (check.checkDue) return { kind: "CheckStage", stage: index, at: this.now.toISOString() };
    return { kind: "Wait", until: check.until };
  }

  private update(index: number, clusters: StageView): Next {
    this.start(index, clusters);
    const limit = concurrencyLimit(this.config(index)?.maxConcurrency ?? 1, clusters.total);
    const lanes = Math.min(limit, clusters.pending + clusters.started);
    return { kind: "UpdateClusters", stage: index, lanes, inFlightOnly: false };
  }

  private start(index: number, clusters: StageView): void {
    const { stageName, startTime } = this.draft.stage(index);
    if (!startTime) {
      this.draft.record(
        "Normal",
        "StageStarted",
        `Stage ${stageName} started updating its clusters`,
        { stage: stageName },
      );
    }
    this.draft.patchStage(
      index,
      { startTime: startTime ?? this.draft.at },
      stageConditions.started,
    );
    const stage = { name: stageName, rules: this.view.rules?.[index] };
    this.draft.setRun([workingCondition(stage, clusters, { stopping: false, now: this.now })]);
  }

  private skip(index: number): undefined {
    const { at } = this.draft;
    const { stageName, startTime = at, endTime = at } = this.draft.stage(index);
    this.draft.patchStage(index, { startTime, endTime }, stageConditions.skipped);
    const what = `Stage ${stageName} skipped: it has no clusters`;
    this.draft.record("Normal", "StageSkipped", what, { stage: stageName });
    return undefined;
  }

  private complete(index: number): undefined {
    const { at } = this.draft;
    const { stageName, startTime = at } = this.draft.stage(index);
    const counts = completedSentence(this.clustersOf(index), this.failuresOf(index));
    const conditions = stageConditions.completed(counts);
    this.draft.patchStage(index, { startTime, endTime: at }, conditions);
    this.draft.setRun(runConditions.running);
    const what = `Stage ${stageName} completed${counts ? `: ${counts}` : ""}`;
    const seconds = (Date.parse(at) - Date.parse(startTime)) / 1000;
    this.draft.record("Normal", "StageSucceeded", what, { stage: stageName, seconds });
    return undefined;
  }

  /** The delete stage: always last, without tasks; undefined when it is complete. */
  private deleteStage(): Next | undefined {
    const index = this.draft.stages.length;
    if (hasSucceeded(this.draft.stage(index))) return undefined;
    const clusters = this.clustersOf(index);
    const failed = clusters.failed[0];
    if (failed) return this.failStage(index, `${ABORT}${failed.message}`);
    const open = clusters.pending + clusters.started;
    if (open === 0) return this.complete(index);
    this.start(index, clusters);
    const lanes = Math.min(REMOVAL_LANES, open);
    return { kind: "RemoveClusters", stage: index, lanes, inFlightOnly: false };
  }

  private succeed(): Next {
    const failed = this.view.stages.flatMap((clusters) => clusters.failed);
    const but = failed.length > 0 ? RunMessage.failedWithinBudget(namesOf(failed)) : "";
    const missing = leftOutSentence(this.view.status.leftOutClusters);
    const message = `${RunMessage.succeeded}${but}${missing}`;
    this.draft.setRun(runConditions.completed(message));
    this.draft.record("Normal", "UpdateRunSucceeded", message);
    return { kind: "Finished" };
  }

  private haltedStage(index: number): HaltedStage {
    return { index, clusters: this.clustersOf(index), failures: this.failuresOf(index) };
  }

  private failStage(index: number, text: string): Next {
    this.draft.patchStage(index, { endTime: this.draft.at }, stageConditions.failed(text));
    return this.fail(text, { stage: this.draft.stage(index).stageName });
  }

  private fail(text: string, facts?: EventFacts): Next {
    this.draft.setRun(runConditions.failed(text));
    this.draft.record("Warning", "UpdateRunFailed", text, facts);
    return { kind: "Finished" };
  }

  private failuresOf(index: number): StageFailures {
    const { stageName } = this.draft.stage(index);
    return judgeFailures(stageName, this.clustersOf(index), this.view.rules?.[index]);
  }

  private config(index: number) {
    return this.view.status.stagedUpdateStrategySnapshot?.stages[index];
  }

  private clustersOf(index: number): StageView {
    const clusters = this.view.stages[index];
    if (!clusters) throw new Error(`run ${this.view.name} has no clusters for stage ${index}`);
    return clusters;
  }
}
