import { CONDITION_APPROVAL_ACCEPTED } from "../api/approval-request.js";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { type Fields, fieldsOf, listAt, stringAt } from "./fields.js";
import type { WriteContext } from "./kind.js";

const STATUSES: readonly string[] = ["True", "False", "Unknown"];

/**
 * A written status as it is stored: what a condition leaves out is filled in, and ApprovalAccepted stays as it was.
 * It is the run's answer, irrevocable, and a merge patch of the list would otherwise erase it.
 */
export function completeApproval(
  request: KubeObject,
  before: KubeObject,
  { now }: WriteContext,
): KubeObject {
  const written = listAt(request, "status", "conditions")
    .map(fieldsOf)
    .filter((condition) => condition.type !== CONDITION_APPROVAL_ACCEPTED);
  const accepted = conditionOfType(before, CONDITION_APPROVAL_ACCEPTED);
  const completed = written.map((condition) =>
    completeCondition(condition, conditionOfType(before, condition.type), request, now),
  );
  const conditions = accepted ? [...completed, accepted] : completed;
  return { ...request, status: { ...fieldsOf(request.status), conditions } };
}

function completeCondition(
  condition: Fields,
  before: Fields | undefined,
  request: KubeObject,
  now: Date,
): Fields {
  const unchangedSince =
    before?.status === condition.status ? stringAt(before, "lastTransitionTime") : undefined;
  return {
    ...condition,
    reason: condition.reason || condition.type,
    message: condition.message ?? "",
    observedGeneration: condition.observedGeneration ?? request.metadata.generation ?? 1,
    lastTransitionTime: condition.lastTransitionTime ?? unchangedSince ?? toTimestamp(now),
  };
}

function conditionOfType(object: KubeObject, type: unknown): Fields | undefined {
  return listAt(object, "status", "conditions")
    .map(fieldsOf)
    .find((condition) => condition.type === type);
}

/** What has to be there for a condition to mean anything. */
export function validateApproval(request: KubeObject): readonly StatusCause[] {
  return listAt(request, "status", "conditions").flatMap((condition, index) => {
    const field = `status.conditions[${index}]`;
    return [
      ...(stringAt(condition, "type") ? [] : [fieldCause.required(`${field}.type`)]),
      ...statusCauses(`${field}.status`, stringAt(condition, "status")),
    ];
  });
}

function statusCauses(field: string, status: string | undefined): readonly StatusCause[] {
  if (!status) return [fieldCause.required(field)];
  return STATUSES.includes(status) ? [] : [fieldCause.notSupported(field, status, STATUSES)];
}
