import { conditionOf } from "../placement/conditions.js";
import type { Next } from "./next.js";
import { RunReason } from "./reasons.js";
import { runConditions, stageConditions } from "./run-conditions.js";
import type { StatusDraft } from "./status-draft.js";

/**
 * Brings a run to rest because somebody refused an approval: until the request is approved, or the refusal withdrawn.
 * Then the other tasks of the stage are looked at again too: their deadlines stand.
 */
export function restRefused(draft: StatusDraft, stage: number, refusal: string): Next {
  const was = conditionOf(draft.status.conditions, "Progressing");
  draft.patchStage(stage, {}, stageConditions.stopped);
  draft.setRun(runConditions.refused(refusal));
  if (was?.reason !== RunReason.ApprovalRefused) {
    draft.record("Warning", RunReason.ApprovalRefused, refusal);
  }
  return { kind: "Wait" };
}
