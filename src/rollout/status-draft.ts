import { type Condition, toTimestamp } from "../api/meta.js";
import type { StageUpdatingStatus, UpdateRunStatus } from "../api/update-run.js";
import { conditionOf, setCondition } from "../placement/conditions.js";
import type { EventFacts } from "./event-facts.js";
import type { Effect } from "./next.js";
import { RunMessage, RunReason } from "./reasons.js";
import { restamp } from "./restamp.js";
import type { RunCondition } from "./run-conditions.js";
import type { RunView } from "./run-view.js";

/** What a draft is made of. */
type DraftedRun = Pick<RunView, "name" | "generation" | "status" | "stopped">;

/** A run's status in the making, and what has to be done besides storing it. */
export class StatusDraft {
  status: UpdateRunStatus;
  readonly effects: Effect[] = [];
  /** The time of the decision, as conditions print it. */
  readonly at: string;
  private readonly view: DraftedRun;

  constructor(view: DraftedRun, now: Date) {
    this.view = view;
    this.at = toTimestamp(now);
    this.status = restamp(view.status, view.generation);
  }

  get stages(): readonly StageUpdatingStatus[] {
    return this.status.stagesStatus ?? [];
  }

  /** Index `stages.length` is the delete stage. */
  stage(index: number): StageUpdatingStatus {
    const stage = this.stages[index] ?? this.status.deletionStageStatus;
    if (!stage) throw new Error(`run ${this.view.name} has no stage ${index}`);
    return stage;
  }

  patchStage(
    index: number,
    patch: Partial<StageUpdatingStatus>,
    conditions: readonly RunCondition[] = [],
  ): void {
    const stage = this.stage(index);
    const patched = {
      ...stage,
      ...patch,
      ...(conditions.length > 0 && { conditions: this.set(stage.conditions, conditions) }),
    };
    if (index === this.stages.length) {
      this.status = { ...this.status, deletionStageStatus: patched };
      return;
    }
    const stagesStatus = this.stages.map((old, position) => (position === index ? patched : old));
    this.status = { ...this.status, stagesStatus };
  }

  setRun(conditions: readonly RunCondition[]): void {
    this.status = { ...this.status, conditions: this.set(this.status.conditions, conditions) };
  }

  record(type: "Normal" | "Warning", reason: string, message: string, facts?: EventFacts): void {
    this.effects.push({ kind: "RecordEvent", type, reason, message, ...(facts && { facts }) });
  }

  /** The milestones of a run that has begun, or that was at rest and is not any more; one that stopped over failures tells that itself. */
  recordMotion(): void {
    const before = conditionOf(this.view.status.conditions, "Progressing");
    const after = conditionOf(this.status.conditions, "Progressing");
    if (!before && after) this.record("Normal", "UpdateRunStarted", RunMessage.started);
    if (!isAtRest(before) || isAtRest(after) || this.view.stopped) return;
    this.record("Normal", "UpdateRunResumed", RunMessage.resumed);
  }

  private set(
    conditions: readonly Condition[] | undefined,
    updates: readonly RunCondition[],
  ): Condition[] {
    return updates.reduce<Condition[]>(
      (list, update) =>
        setCondition(list, { ...update, observedGeneration: this.view.generation }, this.at),
      [...(conditions ?? [])],
    );
  }
}

function isAtRest(progressing: Condition | undefined): boolean {
  return (
    progressing?.reason === RunReason.Stopped || progressing?.reason === RunReason.ApprovalRefused
  );
}
