import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_RESOURCE_HASH, LABEL_RESOURCE_INDEX, snapshotName } from "../api/names.js";
import {
  type SnapshotContent,
  type SnapshotPart,
  snapshotContent,
} from "../placement/snapshot-content.js";
import { planSnapshots, type SnapshotPlan } from "../placement/snapshot-plan.js";
import { isPushed, markPushed } from "../placement/snapshot-source.js";
import { storeContents } from "../storage/snapshot-object-store.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import type { Milestone } from "./event-line.js";
import { labelLatest } from "./label-latest.js";
import { indexesInUse, type PlacementState } from "./read-placement.js";
import { recordEvent } from "./record-event.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject, createIfAbsent, removeObject } from "./server-objects.js";
import { sha256 } from "./sha256.js";

const DEFAULT_HISTORY_LIMIT = 10;

/** What became of a content. */
export type TakenSnapshot =
  | { readonly kind: "Taken"; readonly name: string; readonly created: boolean }
  /** Somebody else took the next index at the same time: look again. */
  | { readonly kind: "Overtaken" }
  /** The placement waits for its first push. */
  | { readonly kind: "NothingPushed" };

/**
 * Makes a resource snapshot when the content differs from the latest one; the oldest go beyond the limit. Content that
 * was pushed stays marked so.
 *
 * @param source where the content came from: read from the hub for this placement, or pushed right now
 */
export async function takeSnapshot(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  resources: readonly KubeObject[],
  source: "Read" | "Pushed" = "Read",
): Promise<TakenSnapshot> {
  const pushed = source === "Pushed" || isPushed(state.placement);
  if (source === "Read" && pushed && state.snapshots.length === 0) return { kind: "NothingPushed" };
  const { content, plan } = await planSnapshot(deps, target, state, resources);
  const name = snapshotName(target.name, plan.index);
  const ref = (object: string) => placementRef(target, scopeOf(target).snapshots, object);
  const change = async (names: readonly string[], to: (object: KubeObject) => KubeObject) => {
    for (const each of names) await changeObject(deps.store, ref(each), to);
  };
  // The row of the latest snapshot may have survived a loss that its contents did not.
  if (plan.kind === "Unchanged") await keepContents(deps, content.parts);
  await change(plan.demote, (object) => labelLatest(object, false));
  for (const planned of plan.objects) {
    const object = pushed ? markPushed(planned) : planned;
    const maker = { ...deps, store: deps.snapshots };
    const made = await createIfAbsent(maker, ref(object.metadata.name), object);
    if (hashOf(made.object) !== hashOf(object)) return { kind: "Overtaken" };
  }
  await change(plan.promote, (object) => labelLatest(object, true));
  if (pushed && plan.kind === "Unchanged") await change([name], markPushed);
  for (const surplus of plan.remove) await removeObject(deps.store, ref(surplus));
  const created = plan.kind === "Create";
  if (created) await recordEvent(deps, state.placement, snapshotMade(name, resources.length));
  return { kind: "Taken", name, created };
}

function snapshotMade(name: string, resources: number): Milestone {
  const message = `Resource snapshot ${name} with ${resources} object(s) has been made`;
  return { type: "Normal", reason: "ResourceSnapshotCreated", message };
}

/** What `takeSnapshot` would do. */
export async function planSnapshot(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  resources: readonly KubeObject[],
): Promise<{ readonly content: SnapshotContent; readonly plan: SnapshotPlan }> {
  const content = snapshotContent(resources, sha256);
  const plan = planSnapshots({
    placement: state.placement,
    content,
    existing: state.snapshots,
    revisionHistoryLimit: state.placement.spec.revisionHistoryLimit ?? DEFAULT_HISTORY_LIMIT,
    referenced: await referencedIndexes(deps, target, state),
  });
  return { content, plan };
}

/** Only masters have one; they are made first. */
function hashOf({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[ANNOTATION_RESOURCE_HASH];
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
