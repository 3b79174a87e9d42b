import { z } from "zod";
import { CONDITION_APPROVED } from "../api/approval-request.js";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { badRequest } from "../api/status-error.js";
import { fieldsOf, listAt } from "./fields.js";
import type { Action, WriteContext } from "./kind.js";
import { valueSchemaFromZod } from "./zod-schema.js";

/** Source of the pattern: `metav1.Condition.reason`. */
const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

const ApproveBody = z.strictObject({
  reason: z
    .string()
    .max(1024)
    .regex(REASON, 'must be one word, such as "Approved"; sentences belong into message')
    .describe("Why, in one word.")
    .optional(),
  message: z.string().max(32_768).describe("Why, in a sentence.").optional(),
});

/** `POST …/{name}/approve`: approves without kubectl. The body may give a reason and a message. */
export const approveAction: Action = {
  name: "approve",
  description: "Approves: the run goes on.",
  body: valueSchemaFromZod(ApproveBody),
  target: "status",
  apply(request, body, context) {
    const conditions = listAt(request, "status", "conditions").map(fieldsOf);
    const generation = request.metadata.generation ?? 1;
    const approved = conditions.some(
      (condition) =>
        condition.type === CONDITION_APPROVED &&
        condition.status === "True" &&
        condition.observedGeneration === generation,
    );
    const words = parseBody(body);
    if (approved) return request;
    return withConditions(request, [
      ...conditions.filter((condition) => condition.type !== CONDITION_APPROVED),
      approvedCondition(generation, words, context),
    ]);
  },
};

function parseBody(body: unknown): z.infer<typeof ApproveBody> {
  const parsed = ApproveBody.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message,
  );
  throw badRequest(
    `the body of approve may be an object with reason and message: ${problems.join("; ")}`,
  );
}

function approvedCondition(
  observedGeneration: number,
  { reason, message }: z.infer<typeof ApproveBody>,
  { now, user }: WriteContext,
) {
  return {
    type: CONDITION_APPROVED,
    status: "True",
    reason: reason ?? "Approved",
    message: message ?? `Approved by ${user.username}`,
    observedGeneration,
    lastTransitionTime: toTimestamp(now),
  };
}

function withConditions(request: KubeObject, conditions: readonly unknown[]): KubeObject {
  return { ...request, status: { ...fieldsOf(request.status), conditions } };
}
