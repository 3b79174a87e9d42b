import { z } from "zod";
import { ApprovalSummary } from "./approval-summary.js";
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

/** Who approved or refused; written by the server, like everything in the status but the condition Approved. */
export const ApprovalDecision = z.object({
  verdict: z.enum(["Approved", "Refused"]).describe("What was decided."),
  user: z.string().describe("Who decided."),
  groups: z.array(z.string()).describe("Groups of that user.").optional(),
  userAgent: z.string().describe("With which client.").optional(),
  address: z.string().describe("From which address, where a proxy tells.").optional(),
  time: z.string().describe("When (RFC 3339)."),
});
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

/** What the server keeps in the status beside the conditions. */
export const ApprovalFacts = z.object({
  decision: ApprovalDecision.describe("Who approved or refused, from where and when.").optional(),
  summary: ApprovalSummary.describe("What is to be approved, for whoever approves.").optional(),
});

/**
 * ClusterApprovalRequest and ApprovalRequest: what a run waits for before or after a stage.
 * Source: KubeFleet `apis/placement/v1beta1/stageupdate_types.go`.
 */
export const ApprovalRequest = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: ObjectMeta,
  spec: ApprovalRequestSpec.describe("What is to be approved."),
  status: ApprovalFacts.extend({
    conditions: Conditions.describe("Approved by a person, and accepted by the run.").optional(),
  })
    .describe("Whether it is approved.")
    .optional(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;
