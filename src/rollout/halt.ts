import { conditionOf } from "../placement/conditions.js";
import type { Next } from "./next.js";
import { RunMessage, RunReason } from "./reasons.js";
import { type FailureStop, isResumed, resumeCommand, startCommand } from "./resume.js";
import {
  runConditions,
  stageConditions,
  stoppedSentence,
  stoppingCondition,
} from "./run-conditions.js";
import type { RunView, StageView } from "./run-view.js";
import type { StageFailures } from "./stage-failures.js";
import type { StatusDraft } from "./status-draft.js";

/** A stage that is to come to rest. */
export interface HaltedStage {
  readonly index: number;
  readonly clusters: StageView;
  readonly failures: StageFailures;
}

/** Brings a run to rest, because somebody stopped it or because too much has failed. */
export class Halt {
  /** To be recorded as long as the run rests over its failures. */
  stopped: FailureStop | undefined;
  private readonly view: RunView;
  private readonly draft: StatusDraft;

  constructor(view: RunView, draft: StatusDraft) {
    this.view = view;
    this.draft = draft;
  }

  /** For `spec.state: Stop`. Source: KubeFleet `updaterun/stop.go`. */
  stop(stage: HaltedStage): Next {
    const exceeded = stage.failures.kind === "Exceeded" ? stage.failures.sentence : undefined;
    const inFlight = this.finishInFlight(stage);
    if (inFlight) return inFlight;
    if (exceeded !== undefined) this.remember(stage.index);
    const sentence = stoppedSentence(stage.clusters, exceeded);
    return this.rest(stage, RunMessage.startable(sentence, startCommand(this.view)));
  }

  /** For failures beyond the budget: until somebody changes something about the run, then they are tried again. */
  hold(stage: HaltedStage, because: string): Next {
    const { stopped } = this.view;
    if (stopped?.stage === stage.index && isResumed(stopped, this.view)) {
      const { stageName } = this.draft.stage(stage.index);
      const what = RunMessage.retrying(stageName);
      this.draft.record("Normal", "UpdateRunResumed", what, { stage: stageName });
      return { kind: "RetryFailed", stage: stage.index };
    }
    const inFlight = this.finishInFlight(stage, because);
    if (inFlight) return inFlight;
    this.remember(stage.index);
    const sentence = stoppedSentence(stage.clusters, because);
    return this.rest(stage, RunMessage.resumable(sentence, resumeCommand(this.view)));
  }

  /** Lanes for what was begun, and for nothing else; undefined when nothing is in flight. */
  private finishInFlight({ index, clusters }: HaltedStage, because?: string): Next | undefined {
    if (clusters.started === 0) return undefined;
    this.draft.patchStage(index, {}, stageConditions.stopping);
    this.draft.setRun([stoppingCondition(clusters, because)]);
    const kind = index === this.draft.stages.length ? "RemoveClusters" : "UpdateClusters";
    return { kind, stage: index, lanes: clusters.started, inFlightOnly: true };
  }

  private rest({ index }: HaltedStage, message: string): Next {
    this.draft.patchStage(index, {}, stageConditions.stopped);
    const was = conditionOf(this.draft.status.conditions, "Progressing");
    if (was?.reason !== RunReason.Stopped) {
      const { stageName } = this.draft.stage(index);
      const details = message.slice(RunMessage.stopped.length);
      const what = `${RunMessage.stopped} in stage ${stageName}${details}`;
      const type = this.stopped ? "Warning" : "Normal";
      this.draft.record(type, "UpdateRunStopped", what, { stage: stageName });
    }
    this.draft.setRun(runConditions.stopped(message));
    return { kind: "Wait" };
  }

  private remember(stage: number): void {
    const { stopped, generation, resume } = this.view;
    this.stopped =
      stopped?.stage === stage
        ? stopped
        : { stage, generation, ...(resume !== undefined && { resume }) };
  }
}
