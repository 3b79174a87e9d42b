import type { Selection } from "../placement/selection.js";
import { pushedIndex } from "../placement/snapshot-source.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { type PlacementState, readSelection } from "./read-placement.js";
import { readSnapshot } from "./read-snapshot.js";

/** What a placement is to bring to its clusters: what was pushed to it, or else what its selectors select now. */
export async function readContent(
  deps: Dependencies,
  target: TargetRef,
  { placement, snapshots }: PlacementState,
): Promise<Selection> {
  const index = pushedIndex(placement, snapshots);
  if (index === undefined) return readSelection(deps, placement);
  const resources = await readSnapshot(deps, target, target.name, String(index));
  if (resources) return { ok: true, resources };
  return {
    ok: false,
    message: `the pushed resource snapshot ${index} is incomplete: push it again`,
  };
}
