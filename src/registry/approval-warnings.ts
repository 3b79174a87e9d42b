import { CONDITION_APPROVAL_ACCEPTED, CONDITION_APPROVED } from "../api/approval-request.js";
import type { KubeObject } from "../api/meta.js";
import { listAt, sameJson, stringAt } from "./fields.js";

/** Who decides writes the first, the run answers with the second. */
const TYPES: readonly string[] = [CONDITION_APPROVED, CONDITION_APPROVAL_ACCEPTED];

/** What somebody who wanted to approve should hear: it was taken, and approves nothing. */
export function approvalWarnings(
  sent: KubeObject,
  before: KubeObject,
  half: "main" | "status",
): readonly string[] {
  const conditions = listAt(sent, "status", "conditions");
  if (half === "main") {
    if (sameJson(conditions, listAt(before, "status", "conditions"))) return [];
    return ["the status was left as it is; to approve, add --subresource=status"];
  }
  return conditions
    .map((condition) => stringAt(condition, "type") ?? "")
    .filter((type) => !TYPES.includes(type))
    .map(
      (type) =>
        `nothing follows from the condition ${JSON.stringify(type)}; the one that approves is "Approved"`,
    );
}
