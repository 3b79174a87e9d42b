import { LABEL_RESOURCE_INDEX, snapshotName } from "../api/names.js";
import type { ApplyStrategy, Placement } from "../api/placement.js";
import { latestGroup, snapshotGroups } from "../placement/snapshot-groups.js";
import type { RollingUpdateView } from "../rollout/rolling-update.js";
import type { PlacementState } from "./read-placement.js";

/** Whether a placement is rolled out without update runs: the default. */
export function rollsByItself({ spec }: Pick<Placement, "spec">): boolean {
  return spec.strategy?.type !== "External";
}

/** What decides how a placement's rolling update goes on. */
export function rollingUpdateView({
  placement,
  bindings,
  snapshots,
}: Pick<PlacementState, "placement" | "bindings" | "snapshots">): RollingUpdateView {
  const index = latestIndex(snapshots);
  const latest = index === undefined ? undefined : snapshotName(placement.metadata.name, index);
  return { placement, bindings, snapshotName: latest };
}

/** Index of the latest of a placement's resource snapshots. */
export function latestIndex(snapshots: PlacementState["snapshots"]): string | undefined {
  return latestGroup(snapshotGroups(snapshots, LABEL_RESOURCE_INDEX))?.index.toString();
}

/** How a placement's objects are written; a namespaced one may leave it open. */
export function applyStrategyOf({ spec }: Pick<Placement, "spec">): ApplyStrategy {
  return spec.strategy?.applyStrategy ?? {};
}
