import {
  type ApprovalDecision,
  CONDITION_APPROVAL_ACCEPTED,
  CONDITION_APPROVED,
} from "../api/approval-request.js";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { type Fields, fieldAt, fieldsOf, listAt, sameJson, stringAt } from "./fields.js";
import type { WriteContext } from "./kind.js";

const STATUSES: readonly string[] = ["True", "False", "Unknown"];

/**
 * A written status as it is stored: what a condition leaves out is filled in, who decided is noted, and what belongs to
 * the run stays as it was. Its ApprovalAccepted is irrevocable, and a merge patch of the list would otherwise erase it.
 */
export function completeApproval(
  request: KubeObject,
  before: KubeObject,
  context: WriteContext,
): KubeObject {
  const written = listAt(request, "status", "conditions")
    .map(fieldsOf)
    .filter((condition) => condition.type !== CONDITION_APPROVAL_ACCEPTED);
  const accepted = conditionOfType(before, CONDITION_APPROVAL_ACCEPTED);
  const completed = written.map((condition) =>
    completeCondition(condition, conditionOfType(before, condition.type), request, context.now),
  );
  const conditions = accepted ? [...completed, accepted] : completed;
  const { decision: decided, ...kept } = fieldsOf(before.status);
  const decision = accepted ? decided : decisionOn(before, conditions, context);
  return {
    ...request,
    status: { ...kept, conditions, ...(decision !== undefined && { decision }) },
  };
}

const VERDICTS: Readonly<Record<string, ApprovalDecision["verdict"]>> = {
  True: "Approved",
  False: "Refused",
};

/** The decision that the written conditions tell; the one there was as long as they say the same. */
function decisionOn(
  before: KubeObject,
  conditions: readonly Fields[],
  { now, user, client }: WriteContext,
): unknown {
  const approved = conditions.find(({ type }) => type === CONDITION_APPROVED);
  const verdict = VERDICTS[stringAt(approved, "status") ?? ""];
  if (!verdict) return undefined;
  if (sameJson(approved, conditionOfType(before, CONDITION_APPROVED))) {
    return fieldAt(before, "status", "decision");
  }
  const decision: ApprovalDecision = {
    verdict,
    user: user.username,
    ...(user.groups.length > 0 && { groups: [...user.groups] }),
    ...client,
    time: toTimestamp(now),
  };
  return decision;
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
    reason: condition.reason || reasonOf(condition),
    message: condition.message ?? "",
    observedGeneration: condition.observedGeneration ?? request.metadata.generation ?? 1,
    lastTransitionTime: condition.lastTransitionTime ?? unchangedSince ?? toTimestamp(now),
  };
}

function reasonOf({ type, status }: Fields): unknown {
  return type === CONDITION_APPROVED ? (VERDICTS[String(status)] ?? type) : type;
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
