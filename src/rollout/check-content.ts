import type { Placement } from "../api/placement.js";
import { canonicalJson } from "../manifests/canonical-json.js";
import { checkPlacement } from "./check-placement.js";
import { ABORT, USER_ERROR, VALIDATION } from "./reasons.js";
import type { RecordedRun } from "./recorded-run.js";

/**
 * Why a run must not bring anything to another cluster: its placement is gone, has become another one, rolls out by
 * itself, or writes objects in another way. Whom the placement picks does not matter here.
 * Source: KubeFleet `updaterun/validation.go`, checks 1 and 2; texts are its own.
 *
 * @returns undefined when the run may go on
 */
export function contentFailure(
  { status, placementUid }: Omit<RecordedRun, "clusters">,
  placement: Placement | undefined,
): string | undefined {
  const check = checkPlacement(placement);
  if (!check.ok) return check.message;
  const { name, uid } = check.placement.metadata;
  if (placementUid !== undefined && uid !== placementUid) {
    return `${VALIDATION}${USER_ERROR}parent placement not found: ${name} was deleted after the run was initialized, and another one has its name`;
  }
  const [latest, recorded] = [check.applyStrategy, status.appliedStrategy].map(canonicalJson);
  if (latest === recorded) return undefined;
  return `${ABORT}${USER_ERROR}the applyStrategy in the updateRun is outdated, latest: ${latest}, recorded: ${recorded}`;
}
