import { ApprovalRequest } from "../api/approval-request.js";
import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import {
  LABEL_IS_LATEST_UPDATE_RUN_APPROVAL,
  LABEL_TARGET_UPDATE_RUN,
  LABEL_TARGET_UPDATING_STAGE,
  LABEL_TASK_TYPE,
  PLACEMENT_GROUP,
} from "../api/names.js";
import { setCondition } from "../placement/conditions.js";
import { approvalView } from "../rollout/approval-decision.js";
import type { Effect } from "../rollout/next.js";
import { TaskMessage, TaskReason } from "../rollout/reasons.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import type { Milestone } from "./event-line.js";
import { recordEvent } from "./record-event.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject, createIfAbsent } from "./server-objects.js";

/** Carries out what a run's decision asks for besides its own status. May be repeated. */
export async function performEffect(
  deps: Dependencies,
  run: TargetRef,
  effect: Exclude<Effect, { readonly kind: "RecordEvent" }>,
): Promise<void> {
  const resources = scopeOf(run);
  const ref = placementRef(run, resources.approvals, effect.name);
  if (effect.kind === "CreateApprovalRequest") {
    const { object, created } = await createIfAbsent(deps, ref, approvalRequest(run, effect));
    if (created) await recordEvent(deps, object, requested(run, effect));
    return;
  }
  const object = await changeObject(deps.store, ref, (request) => accept(request, deps.now()));
  if (object) await recordEvent(deps, object, accepted(run, object));
}

function requested(
  run: TargetRef,
  { task, stage }: Extract<Effect, { readonly kind: "CreateApprovalRequest" }>,
): Milestone {
  const position = task === "beforeStage" ? "begins" : "is left";
  const message = `Update run ${run.name} waits for an approval before stage ${stage} ${position}`;
  return { type: "Normal", reason: "ApprovalRequested", message };
}

function accepted(run: TargetRef, object: KubeObject): Milestone {
  const { decidedBy } = approvalView(ApprovalRequest.parse(object));
  const by = decidedBy === undefined ? "" : ` by ${decidedBy}`;
  const message = `Approved${by}: update run ${run.name} goes on`;
  return { type: "Normal", reason: "ApprovalAccepted", message };
}

/** Source: KubeFleet, names and metadata of approval requests. */
function approvalRequest(
  run: TargetRef,
  effect: Extract<Effect, { readonly kind: "CreateApprovalRequest" }>,
): KubeObject {
  return {
    apiVersion: `${PLACEMENT_GROUP}/v1`,
    kind: scopeOf(run).approvalKind,
    metadata: {
      name: effect.name,
      ...(run.namespace !== undefined && { namespace: run.namespace }),
      labels: {
        [LABEL_IS_LATEST_UPDATE_RUN_APPROVAL]: "true",
        [LABEL_TARGET_UPDATE_RUN]: run.name,
        [LABEL_TARGET_UPDATING_STAGE]: effect.stage,
        [LABEL_TASK_TYPE]: effect.task,
      },
    },
    spec: { parentStageRollout: run.name, targetStage: effect.stage },
  };
}

function accept(object: KubeObject, now: Date): KubeObject {
  const status = ApprovalRequest.parse(object).status ?? {};
  const conditions = setCondition(
    status.conditions ?? [],
    {
      type: "ApprovalAccepted",
      status: "True",
      reason: TaskReason.ApprovalAccepted,
      message: TaskMessage.approvalAccepted,
      observedGeneration: object.metadata.generation ?? 1,
    },
    toTimestamp(now),
  );
  return { ...object, status: { ...status, conditions } };
}
