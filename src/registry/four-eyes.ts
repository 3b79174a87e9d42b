import { PLACEMENT_GROUP } from "../api/names.js";
import { type Requester, UpdateRunStatus } from "../api/update-run.js";
import { fieldAt, sameJson, stringAt } from "./fields.js";
import type { Kind, UserInfo } from "./kind.js";
import type { Scope } from "./scope.js";
import { UPDATE_RUN } from "./twins.js";

/**
 * Refuses to let people approve runs that they have created or started themselves, where four eyes are required: of
 * all runs, or of those that say so. Rejecting is open to everybody who may decide.
 */
export function fourEyesRule(
  scope: Scope,
  ofAllRuns: boolean,
): NonNullable<Kind["refusesStatusUpdate"]> {
  return async (request, before, { user }, store) => {
    const decision = fieldAt(request, "status", "decision");
    if (stringAt(decision, "verdict") !== "Approved") return undefined;
    if (sameJson(decision, fieldAt(before, "status", "decision"))) return undefined;
    const name = stringAt(request, "spec", "parentStageRollout") ?? "";
    const run = await store.get({
      group: PLACEMENT_GROUP,
      resource: UPDATE_RUN[scope].plural,
      namespace: request.metadata.namespace,
      name,
    });
    const status = UpdateRunStatus.safeParse(run?.status).data ?? {};
    if (!ofAllRuns && status.fourEyes !== "Required") return undefined;
    return refusal(name, user, status);
  };
}

function refusal(
  run: string,
  user: UserInfo,
  { createdBy, startedBy }: Pick<UpdateRunStatus, "createdBy" | "startedBy">,
): string | undefined {
  if (!startedBy) {
    return `four eyes are required, and nobody is recorded to have started the update run "${run}": start it, or stop it and start it again`;
  }
  const own = [createdBy, startedBy].some((requester) => requester && isSame(requester, user));
  if (!own) return undefined;
  const created = createdBy ? `created by "${createdBy.user}" and ` : "";
  return `four eyes are required: User "${user.username}" cannot approve the update run "${run}", which was ${created}last started by "${startedBy.user}"; somebody else has to`;
}

/** By what identifies them; names only where there is nothing else. */
function isSame(requester: Requester, { uid, username }: UserInfo): boolean {
  if (requester.uid !== undefined && uid !== undefined) return requester.uid === uid;
  return requester.user === username;
}
