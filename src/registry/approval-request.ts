import { z } from "zod";
import { ApprovalFacts, ApprovalRequest } from "../api/approval-request.js";
import { Condition } from "../api/meta.js";
import { changeTexts, notAvailable, objectsText, snapshotText } from "./approval-cells.js";
import { completeApproval, validateApproval } from "./approval-conditions.js";
import { resolveApprovalName } from "./approval-names.js";
import { approvalWarnings } from "./approval-warnings.js";
import { approveAction, rejectAction } from "./approve.js";
import { immutableSpec } from "./causes.js";
import { ageColumn, conditionColumn, pathColumn, wideColumn } from "./columns.js";
import { fourEyesRule } from "./four-eyes.js";
import type { Kind } from "./kind.js";
import { approvalMotion } from "./motion.js";
import { placementGroupKind } from "./own-kind.js";
import type { ScopeOptions } from "./scope.js";
import { APPROVAL_REQUEST } from "./twins.js";

/** As people write it: a condition may leave out whatever the server can fill in. */
const WrittenApprovalRequest = ApprovalRequest.extend({
  status: ApprovalFacts.extend({
    conditions: z
      .array(Condition.partial({ lastTransitionTime: true, reason: true, message: true }))
      .meta({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] })
      .describe("Approved by a person, and accepted by the run.")
      .optional(),
  })
    .describe("Whether it is approved.")
    .optional(),
});

export interface ApprovalRequestOptions extends ScopeOptions {
  /** Whether who approves has to be somebody else than who created or started the run, for all runs. */
  readonly fourEyes?: "Required" | "Off" | undefined;
}

/** ClusterApprovalRequest or ApprovalRequest: approving means adding the condition Approved to its status. */
export function approvalRequestKind({ scope, fourEyes }: ApprovalRequestOptions): Kind {
  return placementGroupKind(scope, APPROVAL_REQUEST, WrittenApprovalRequest, {
    subresources: { status: true, scale: false },
    columns: [
      pathColumn("Update-Run", ["spec", "parentStageRollout"]),
      pathColumn("Stage", ["spec", "targetStage"]),
      conditionColumn("Approved", "Approved"),
      conditionColumn("ApprovalAccepted", "ApprovalAccepted"),
      ageColumn("date"),
      pathColumn("Clusters-Done", ["status", "summary", "progress"], { priority: 1 }),
      wideColumn("Snapshot", (request) => changeTexts(request, snapshotText)),
      wideColumn("Changes", (request) => changeTexts(request, objectsText)),
      wideColumn("Not-Available", notAvailable),
      pathColumn("Decided-By", ["status", "decision", "user"], { priority: 1 }),
    ],
    validate: immutableSpec,
    prepareForStatusUpdate: completeApproval,
    validateStatus: validateApproval,
    updateWarnings: approvalWarnings,
    refusesStatusUpdate: fourEyesRule(scope, fourEyes === "Required"),
    resolveName: (name, namespace, store) =>
      resolveApprovalName(APPROVAL_REQUEST[scope].plural, name, namespace, store),
    actions: [approveAction, rejectAction],
    setsInMotion: approvalMotion(scope),
  });
}
