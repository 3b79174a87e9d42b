import type { KubeObject } from "../api/meta.js";
import { LABEL_RESOURCE_INDEX } from "../api/names.js";
import { type SnapshotPart, snapshotContent } from "../placement/snapshot-content.js";
import { planSnapshots } from "../placement/snapshot-plan.js";
import { storeContents } from "../storage/snapshot-object-store.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { labelLatest } from "./label-latest.js";
import { indexesInUse, type PlacementState } from "./read-placement.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject, createIfAbsent, removeObject } from "./server-objects.js";
import { sha256 } from "./sha256.js";

const DEFAULT_HISTORY_LIMIT = 10;

/** Makes a resource snapshot when what is selected differs from the latest one; the oldest go beyond the limit. */
export async function takeSnapshot(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  resources: readonly KubeObject[],
): Promise<void> {
  const content = snapshotContent(resources, sha256);
  const plan = planSnapshots({
    placement: state.placement,
    content,
    existing: state.snapshots,
    revisionHistoryLimit: state.placement.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT,
    referenced: await referencedIndexes(deps, target, state),
  });
  const ref = (name: string) => placementRef(target, scopeOf(target).snapshots, name);
  const relabel = async (names: readonly string[], latest: boolean) => {
    for (const name of names) {
      await changeObject(deps.store, ref(name), (current) => labelLatest(current, latest));
    }
  };
  // The row of the latest snapshot may have survived a loss that its contents did not.
  if (plan.kind === "Unchanged") await keepContents(deps, content.parts);
  await relabel(plan.demote, false);
  for (const object of plan.objects) {
    const maker = { ...deps, store: deps.snapshots };
    await createIfAbsent(maker, ref(object.metadata.name), object);
  }
  await relabel(plan.promote, true);
  for (const name of plan.remove) await removeObject(deps.store, ref(name));
}

async function keepContents(deps: Dependencies, parts: readonly SnapshotPart[]): Promise<void> {
  const filled = parts.filter((part) => part.resources.length > 0);
  await Promise.all(filled.map((part) => storeContents(deps.contents, part.resources)));
}

async function referencedIndexes(
  deps: Dependencies,
  target: TargetRef,
  { bindings, snapshots }: PlacementState,
): Promise<ReadonlySet<number>> {
  const names = new Set(bindings.map((binding) => binding.spec.resourceSnapshotName));
  const bound = snapshots
    .filter((snapshot) => names.has(snapshot.metadata.name))
    .map((snapshot) => snapshot.metadata.labels?.[LABEL_RESOURCE_INDEX]);
  const running = await indexesInUse(deps, target);
  return new Set([...bound, ...running].map(Number));
}
