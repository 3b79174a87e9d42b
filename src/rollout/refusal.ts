import { conditionOf } from "../placement/conditions.js";
import type { Next } from "./next.js";
import { RunReason } from "./reasons.js";
import { runConditions, stageConditions } from "./run-conditions.js";
import type { StatusDraft } from "./status-draft.js";
import type { TaskRefusal } from "./task-result.js";

/**
 * Brings a run to rest because somebody refused an approval: until the request is approved, or the refusal withdrawn.
 * Then the other tasks of the stage are looked at again too: their deadlines stand.
 */
export function restRefused(
  draft: StatusDraft,
  stage: number,
  { approval, sentence }: TaskRefusal,
): Next {
  const was = conditionOf(draft.status.conditions, "Progressing");
  draft.patchStage(stage, {}, stageConditions.stopped);
  draft.setRun(runConditions.refused(sentence));
  if (was?.reason !== RunReason.ApprovalRefused) {
    const facts = { stage: draft.stage(stage).stageName };
    draft.record("Warning", RunReason.ApprovalRefused, sentence, facts);
    const event = { type: "Warning", reason: "ApprovalRefused", message: sentence } as const;
    draft.effects.push({ kind: "RecordEvent", ...event, approval });
  }
  return { kind: "Wait" };
}
