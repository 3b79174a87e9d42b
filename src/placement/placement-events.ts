import type { Placement } from "../api/placement.js";
import { conditionOf } from "./conditions.js";
import { conditionType, stepsOf } from "./placement-status.js";
import type { Step } from "./status-texts.js";

/** What `kubectl describe` shows of a placement's way. */
export interface PlacementEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Source: KubeFleet `pkg/utils/condition/condition.go`, event reasons and messages. */
const STEP_EVENTS: Readonly<Record<Step, PlacementEvent>> = {
  RolloutStarted: {
    type: "Normal",
    reason: "PlacementRolloutStarted",
    message: "Started rolling out the latest resources",
  },
  Overridden: {
    type: "Normal",
    reason: "PlacementOverriddenSucceeded",
    message: "Placement has been successfully overridden",
  },
  WorkSynchronized: {
    type: "Normal",
    reason: "PlacementWorkSynchronized",
    message: "Work(s) have been created or updated successfully for the selected cluster(s)",
  },
  Applied: {
    type: "Normal",
    reason: "PlacementApplied",
    message: "Resources have been applied to the selected cluster(s)",
  },
  Available: {
    type: "Normal",
    reason: "PlacementAvailable",
    message: "Resources are available on the selected cluster(s)",
  },
  DiffReported: {
    type: "Normal",
    reason: "PlacementDiffReported",
    message: "Differences have been reported for the selected cluster(s)",
  },
};

const COMPLETED: PlacementEvent = {
  type: "Normal",
  reason: "PlacementRolloutCompleted",
  message: "Placement has finished the rollout process and reached the desired status",
};

/** For the end of a placement's deletion. */
export const CLEANUP_FINALIZER_REMOVED: PlacementEvent = {
  type: "Normal",
  reason: "PlacementCleanupFinalizerRemoved",
  message: "Deleted the snapshots and removed the placement cleanup finalizer",
};

/** Our own: KubeFleet tells it in the condition alone. */
function scheduledEvent(message: string): PlacementEvent {
  return { type: "Normal", reason: "PlacementScheduled", message };
}

/**
 * What is worth an event when the status of a placement changes: each step that all clusters have now done, and the
 * last of them. Both placements are complete, with their generation and status.
 */
export function placementEvents(before: Placement, after: Placement): readonly PlacementEvent[] {
  const steps = stepsOf(after);
  const done = (placement: Placement, step: Step | "Scheduled") => {
    const condition = conditionOf(placement.status?.conditions, conditionType(placement, step));
    return (
      condition?.status === "True" &&
      condition.observedGeneration === (placement.metadata.generation ?? 1)
    );
  };
  const completed = (placement: Placement) =>
    done(placement, "Scheduled") && steps.every((step) => done(placement, step));
  const scheduled = conditionOf(after.status?.conditions, conditionType(after, "Scheduled"));
  const newlyScheduled = scheduled && done(after, "Scheduled") && !done(before, "Scheduled");
  const newlyDone = steps.filter((step) => done(after, step) && !done(before, step));
  return [
    ...(newlyScheduled ? [scheduledEvent(scheduled.message)] : []),
    ...newlyDone.map((step) => STEP_EVENTS[step]),
    ...(completed(after) && !completed(before) ? [COMPLETED] : []),
  ];
}
