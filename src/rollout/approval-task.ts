import { toTimestamp } from "../api/meta.js";
import type { StageTaskStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { approveCommand } from "./approval-decision.js";
import { ABORT, TaskMessage, TaskReason, UNEXPECTED } from "./reasons.js";
import type { Refusal, RunView } from "./run-view.js";
import { type TaskResult, withCondition } from "./task-result.js";
import { approvalWait } from "./wait.js";

/** Asks for an approval before or after a stage, and takes it over once it is given. Source: KubeFleet, approval tasks. */
export function approvalTask(
  view: RunView,
  stage: string,
  position: "beforeStage" | "afterStage",
  task: StageTaskStatus,
  now: Date,
): TaskResult {
  if (conditionOf(task.conditions, "ApprovalRequestApproved")?.status === "True") {
    return { task, passed: true };
  }
  const name = task.approvalRequestName ?? "";
  const created = withCondition(
    task,
    view,
    "ApprovalRequestCreated",
    TaskReason.ApprovalRequestCreated,
    TaskMessage.approvalRequestCreated,
    now,
  );
  const kind = view.scope === "Cluster" ? "ClusterApprovalRequest" : "ApprovalRequest";
  const request = view.approvals[name];
  if (!request) {
    return {
      task: created,
      passed: false,
      effects: [{ kind: "CreateApprovalRequest", name, stage, task: position }],
      waitingFor: approvalWait({ kind, name }, toTimestamp(now), approveCommand(view, name)),
    };
  }
  if (request.targetRun !== view.name || request.targetStage !== stage) {
    return { task, passed: false, failure: wrongTarget(view, name, request, stage) };
  }
  if (request.refusal && !request.accepted) {
    const sentence = refusedSentence(view, { kind, name }, request.refusal, request.decidedBy);
    return { task: created, passed: false, refusal: { approval: name, sentence } };
  }
  if (!request.approved && !request.accepted) {
    return {
      task: created,
      passed: false,
      waitingFor: approvalWait({ kind, name }, request.requestedAt, approveCommand(view, name)),
    };
  }
  return {
    task: withCondition(
      created,
      view,
      "ApprovalRequestApproved",
      TaskReason.ApprovalRequestApproved,
      TaskMessage.approvalRequestApproved(request.decidedBy),
      now,
    ),
    passed: true,
    effects: request.accepted ? [] : [{ kind: "AcceptApproval", name }],
  };
}

function refusedSentence(
  view: RunView,
  { kind, name }: { readonly kind: string; readonly name: string },
  { reason, message, since }: Refusal,
  decidedBy?: string,
): string {
  const by = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  const why = message === "" ? reason : `${reason}: ${message}`;
  return `${kind} ${name} was refused${by} at ${since}: ${why}. To go on, approve it: ${approveCommand(view, name)}`;
}

function wrongTarget(
  view: RunView,
  name: string,
  request: { readonly targetRun: string; readonly targetStage: string },
  stage: string,
): string {
  const key = (object: string) => `${view.namespace ?? ""}/${object}`;
  return `${ABORT}${UNEXPECTED}the approval request task \`${key(name)}\` is targeting update run \`${key(request.targetRun)}\` and stage \`${request.targetStage}\`, want target update run \`${key(view.name)}\` and stage \`${stage}\``;
}
