import { z } from "zod";
import { Conditions } from "./conditions.js";
import { ObjectMeta } from "./meta.js";

/** Set by whoever approves. */
export const CONDITION_APPROVED = "Approved";
/** Set by the run when it goes on: from then on the approval cannot be taken back. */
export const CONDITION_APPROVAL_ACCEPTED = "ApprovalAccepted";

export const ApprovalRequestSpec = z.object({
  parentStageRollout: z.string().describe("The update run that waits."),
  targetStage: z.string().describe("The stage whose task is to be approved."),
});
export type ApprovalRequestSpec = z.infer<typeof ApprovalRequestSpec>;

/**
 * ClusterApprovalRequest and ApprovalRequest: what a run waits for before or after a stage.
 * Source: KubeFleet `apis/placement/v1beta1/stageupdate_types.go`.
 */
export const ApprovalRequest = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: ApprovalRequestSpec.describe("What is to be approved."),
  status: z
    .object({
      conditions: Conditions.describe("Approved by a person, and accepted by the run.").optional(),
    })
    .describe("Whether it is approved.")
    .optional(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;
