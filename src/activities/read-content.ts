import type { Selection } from "../placement/selection.js";
import { isPushed, keptIndex } from "../placement/snapshot-source.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { type PlacementState, readSelection } from "./read-placement.js";
import { readSnapshot } from "./read-snapshot.js";

/**
 * What a placement is to bring to its clusters: what its selectors select now, or what was pushed to it. Nothing as long
 * as nothing was pushed.
 */
export async function readContent(
  deps: Dependencies,
  target: TargetRef,
  { placement, snapshots }: PlacementState,
): Promise<Selection> {
  if (!isPushed(placement)) return readSelection(deps, placement);
  const index = keptIndex(snapshots);
  if (index === undefined) return { ok: true, resources: [] };
  const resources = await readSnapshot(deps, target, target.name, String(index));
  if (resources) return { ok: true, resources };
  return { ok: false, message: `resource snapshot ${index} is incomplete: push its content again` };
}
