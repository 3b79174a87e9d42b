import type { UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import type { Effect, Next } from "./next.js";
import type { FailureStop } from "./resume.js";
import type { RunView } from "./run-view.js";
import { StageWalk } from "./stage-walk.js";

/** The status as it should be stored, what else to do, and what comes next. */
export interface Advance {
  readonly status: UpdateRunStatus;
  readonly effects: readonly Effect[];
  readonly next: Next;
  /** To be recorded beside the status: that the run stopped over its failures. */
  readonly stopped?: FailureStop | undefined;
}

/**
 * Moves a run as far as storage alone can take it. Same view and time, same answer; calling it again on its own
 * result changes nothing, so it may run twice, late, or after a crash.
 * Source: KubeFleet staged update runs, `updaterun` controller.
 */
export function advance(view: RunView, now: Date): Advance {
  if (view.deleting) return { status: view.status, effects: [], next: { kind: "CleanUp" } };
  const initialized = conditionOf(view.status.conditions, "Initialized");
  const undecided = !initialized || initialized.status === "Unknown";
  if (undecided) return { status: view.status, effects: [], next: { kind: "Initialize" } };
  if (initialized.status === "False" || conditionOf(view.status.conditions, "Succeeded")) {
    return { status: view.status, effects: [], next: { kind: "Finished" } };
  }
  const walk = new StageWalk(view, now);
  const next = walk.run();
  const { draft, halt } = walk;
  draft.recordMotion();
  return { status: draft.status, effects: draft.effects, next, stopped: halt.stopped };
}
