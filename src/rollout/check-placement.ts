import type { ApplyStrategy, Placement } from "../api/placement.js";
import { USER_ERROR, VALIDATION } from "./reasons.js";

export type PlacementCheck =
  | { readonly ok: true; readonly placement: Placement; readonly applyStrategy: ApplyStrategy }
  | { readonly ok: false; readonly message: string };

/**
 * Whether a placement is there and is rolled out by runs. Asked at initialization and at every look after it.
 * Source: KubeFleet `updaterun/initialization.go`, checks 1 and 2; texts are its own.
 */
export function checkPlacement(placement: Placement | undefined): PlacementCheck {
  if (!placement || placement.metadata.deletionTimestamp) {
    return { ok: false, message: `${VALIDATION}${USER_ERROR}parent placement not found` };
  }
  const type = placement.spec.strategy?.type ?? "RollingUpdate";
  if (type !== "External") {
    return {
      ok: false,
      message: `${VALIDATION}${USER_ERROR}parent placement does not have an external rollout strategy, current strategy: ${type}`,
    };
  }
  return { ok: true, placement, applyStrategy: appliedStrategy(placement) };
}

function appliedStrategy(placement: Placement): ApplyStrategy {
  return {
    comparisonOption: "PartialComparison",
    type: "ClientSideApply",
    whenToApply: "Always",
    whenToTakeOver: "Always",
    ...placement.spec.strategy?.applyStrategy,
  };
}
