import type { Placement } from "../api/placement.js";
import { contentFailure } from "./check-content.js";
import { checkRecord } from "./check-record.js";
import { checkTargets, type TargetsCheck, type TargetsNow } from "./check-targets.js";
import type { RecordedRun } from "./recorded-run.js";

/** What an initialized run is compared with at every look. */
export interface RunSurroundings {
  readonly placement: Placement | undefined;
  /** Only for a run that validates strictly: others keep the targets they were initialized with. */
  readonly targets?: TargetsNow | undefined;
}

/**
 * Whether an initialized run may still go on. What fails ends the run for good and leaves its stages as they are.
 * Source: KubeFleet `updaterun/validation.go`; unlike there, a run asks about its targets only when told to.
 */
export function validateRun(recorded: RecordedRun, now: RunSurroundings): TargetsCheck {
  const content = contentFailure(recorded, now.placement);
  if (content !== undefined) return { kind: "Failed", message: content };
  const targets = now.targets && checkTargets(recorded, now.targets);
  if (targets && targets.kind !== "Unchanged") return targets;
  const record = checkRecord(recorded);
  return record.ok ? { kind: "Unchanged" } : { kind: "Failed", message: record.message };
}
