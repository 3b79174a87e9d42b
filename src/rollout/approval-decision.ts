import {
  type ApprovalDecision,
  type ApprovalRequest,
  CONDITION_APPROVED,
} from "../api/approval-request.js";
import { conditionOf } from "../placement/conditions.js";
import type { ApprovalView, RunView } from "./run-view.js";

/** What an approval request says about itself. A condition counts only for the generation it was made for. */
export function approvalView({ metadata, spec, status }: ApprovalRequest): ApprovalView {
  const current = (type: string) => {
    const condition = conditionOf(status?.conditions, type);
    return condition?.observedGeneration === (metadata.generation ?? 1) ? condition : undefined;
  };
  const approved = current(CONDITION_APPROVED);
  return {
    requestedAt: metadata.creationTimestamp ?? "",
    approved: approved?.status === "True",
    accepted: current("ApprovalAccepted")?.status === "True",
    refusal:
      approved?.status === "False"
        ? {
            reason: approved.reason,
            message: approved.message,
            since: approved.lastTransitionTime,
          }
        : undefined,
    decidedBy: status?.decision && decisionText(status.decision),
    targetRun: spec.parentStageRollout,
    targetStage: spec.targetStage,
  };
}

/** "ada (kubectl/v1.34.1 from 10.0.0.7)": the first word of a user agent says enough. */
export function decisionText({ user, userAgent, address }: ApprovalDecision): string {
  const client = userAgent?.split(" ")[0];
  const details = [...(client ? [client] : []), ...(address ? [`from ${address}`] : [])];
  return details.length > 0 ? `${user} (${details.join(" ")})` : user;
}

/** The command that approves a request; the server fills in what the condition leaves out. */
export function approveCommand(
  { scope, namespace }: Pick<RunView, "scope" | "namespace">,
  name: string,
): string {
  const resource = scope === "Cluster" ? "clusterapprovalrequest" : "approvalrequest";
  const where = namespace === undefined ? "" : ` -n ${namespace}`;
  const patch = JSON.stringify({
    status: { conditions: [{ type: CONDITION_APPROVED, status: "True" }] },
  });
  return `kubectl patch${where} ${resource} ${name} --subresource=status --type=merge -p '${patch}'`;
}
