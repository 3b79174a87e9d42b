import { z } from "zod";
import { CONDITION_APPROVAL_ACCEPTED, CONDITION_APPROVED } from "../api/approval-request.js";
import { type KubeObject, parseApiVersion, toTimestamp } from "../api/meta.js";
import { badRequest, conflict } from "../api/status-error.js";
import { TaskMessage } from "../rollout/reasons.js";
import { findCondition } from "./columns.js";
import { fieldsOf, listAt, numberAt, stringAt } from "./fields.js";
import type { Action, WriteContext } from "./kind.js";
import { valueSchemaFromZod } from "./zod-schema.js";

/** Source of the pattern: `metav1.Condition.reason`. */
const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

const Words = z.strictObject({
  reason: z
    .string()
    .max(1024)
    .regex(REASON, 'must be one word, such as "Approved"; sentences belong into message')
    .describe("Why, in one word.")
    .optional(),
  message: z.string().max(32_768).describe("Why, in a sentence.").optional(),
});

interface Verdict {
  readonly status: "True" | "False";
  /** Reason, and beginning of the message, when the body gives none. */
  readonly word: "Approved" | "Refused";
}

const APPROVED: Verdict = { status: "True", word: "Approved" };
const REFUSED: Verdict = { status: "False", word: "Refused" };

/** `POST …/{name}/approve`: approves without kubectl. The body may give a reason and a message. */
export const approveAction: Action = {
  name: "approve",
  description: "Approves: the run goes on.",
  body: valueSchemaFromZod(Words),
  target: "status",
  apply: (request, body, context) =>
    decide(request, APPROVED, parseWords("approve", body), context),
};

/** `POST …/{name}/reject`: refuses, which stops the run until somebody approves. */
export const rejectAction: Action = {
  name: "reject",
  description: "Refuses: the run stops until the request is approved.",
  body: valueSchemaFromZod(Words),
  target: "status",
  apply(request, body, context) {
    const words = parseWords("reject", body);
    if (stringAt(findCondition(request, CONDITION_APPROVAL_ACCEPTED), "status") === "True") {
      throw tooLate(request);
    }
    return decide(request, REFUSED, words, context);
  },
};

function parseWords(action: string, body: unknown): z.infer<typeof Words> {
  const parsed = Words.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join(".")}: ${message}` : message,
  );
  throw badRequest(
    `the body of ${action} may be an object with reason and message: ${problems.join("; ")}`,
  );
}

/** The request with the verdict; as it is when the same verdict stands already. */
function decide(
  request: KubeObject,
  { status, word }: Verdict,
  { reason, message }: z.infer<typeof Words>,
  { now, user }: WriteContext,
): KubeObject {
  const observedGeneration = request.metadata.generation ?? 1;
  const before = findCondition(request, CONDITION_APPROVED);
  const stands =
    stringAt(before, "status") === status &&
    numberAt(before, "observedGeneration") === observedGeneration;
  if (stands) return request;
  const others = listAt(request, "status", "conditions").filter((other) => other !== before);
  const condition = {
    type: CONDITION_APPROVED,
    status,
    reason: reason ?? word,
    message: message ?? `${word} by ${user.username}`,
    observedGeneration,
    lastTransitionTime: toTimestamp(now),
  };
  return {
    ...request,
    status: { ...fieldsOf(request.status), conditions: [...others, condition] },
  };
}

function tooLate({ apiVersion, kind, metadata }: KubeObject) {
  const resource = `${kind.toLowerCase()}s`;
  const { group } = parseApiVersion(apiVersion);
  return conflict({ group, resource }, metadata.name, TaskMessage.approvalAccepted);
}
