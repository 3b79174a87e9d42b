import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import { Placement } from "../api/placement.js";
import type { PlacementStatus, ResourceIdentifier } from "../api/placement-status.js";
import type { PolicySnapshot } from "../api/policy-snapshot.js";
import { identifierOf } from "../manifests/identifier.js";
import { placementEvents } from "../placement/placement-events.js";
import {
  hasInvalidSelectors,
  invalidSelectorsStatus,
  observedIndex,
  placementStatus,
} from "../placement/placement-status.js";
import type { Selection } from "../placement/selection.js";
import { isLabelledLatest } from "../placement/snapshot-groups.js";
import { planRollingUpdate } from "../rollout/rolling-update.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { readContent } from "./read-content.js";
import { type PlacementState, readPlacement } from "./read-placement.js";
import { rollingUpdateView, rollsByItself } from "./read-rolling-update.js";
import { readSnapshot } from "./read-snapshot.js";
import { recordEvent } from "./record-event.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";
import { shareStatus } from "./share-status.js";

/** Says anew how far a placement is, and records what is worth an event. Nothing when the placement is gone. */
export async function refreshPlacementStatus(deps: Dependencies, target: TargetRef): Promise<void> {
  const state = await readPlacement(deps, target);
  if (!state) return;
  await writePlacementStatus(deps, target, state, await readContent(deps, target, state));
}

/**
 * The same when nothing has changed but how far clusters are: what is selected is not read, because the status of an
 * External placement tells what its clusters have instead.
 *
 * @returns the number of clusters; undefined when that does not do, and the placement needs a whole look
 */
export async function refreshProgress(
  deps: Dependencies,
  target: TargetRef,
): Promise<number | undefined> {
  const state = await readPlacement(deps, target);
  if (!state || rollsByItself(state.placement) || hasInvalidSelectors(state.placement)) {
    return undefined;
  }
  const selected = state.placement.status?.selectedResources ?? [];
  await writeStatus(deps, target, state, { ok: true, selected });
  return state.bindings.length;
}

/** The same for somebody who has read the state, and what is selected, a moment ago. */
export function writePlacementStatus(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  selection: Selection,
): Promise<void> {
  const selected = selection.ok
    ? { ok: true as const, selected: selection.resources.map(identifierOf) }
    : selection;
  return writeStatus(deps, target, state, selected);
}

type Selected =
  | { readonly ok: true; readonly selected: readonly ResourceIdentifier[] }
  | Extract<Selection, { readonly ok: false }>;

async function writeStatus(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  selection: Selected,
): Promise<void> {
  const observed = await observedResources(deps, target, state);
  const { placements } = scopeOf(target);
  let before: Placement | undefined;
  const object = await changeObject(
    deps.store,
    placementRef(target, placements, target.name),
    (current) => {
      if (current.metadata.uid !== target.uid) return undefined;
      before = Placement.parse(current);
      return { ...current, status: statusOf(before, state, selection, observed, deps.now()) };
    },
    state.object,
  );
  if (!object || !before) return;
  await recordEvents(deps, before, object);
  await shareStatus(deps, target, object);
}

function statusOf(
  placement: Placement,
  state: PlacementState,
  selection: Selected,
  observed: readonly ResourceIdentifier[],
  time: Date,
): PlacementStatus {
  const now = toTimestamp(time);
  if (!selection.ok) return invalidSelectorsStatus(placement, selection.message, now);
  const rolling = rollsByItself(placement);
  return placementStatus({
    placement,
    policySnapshot: latestPolicySnapshot(state),
    bindings: state.bindings,
    snapshots: state.snapshots,
    selected: selection.selected,
    observed,
    ...(rolling && { blocked: planRollingUpdate(rollingUpdateView(state), time).blocked }),
    now,
  });
}

function latestPolicySnapshot(state: PlacementState): PolicySnapshot | undefined {
  return state.policySnapshots.find(isLabelledLatest);
}

async function observedResources(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
): Promise<readonly ResourceIdentifier[]> {
  const { placement, bindings, snapshots } = state;
  const policySnapshot = latestPolicySnapshot(state);
  const index = observedIndex({ placement, policySnapshot, bindings, snapshots });
  if (index === undefined) return [];
  const manifests = await readSnapshot(deps, target, target.name, index);
  return (manifests ?? []).map(identifierOf);
}

async function recordEvents(
  deps: Dependencies,
  before: Placement,
  object: KubeObject,
): Promise<void> {
  for (const event of placementEvents(before, Placement.parse(object))) {
    await recordEvent(deps, object, event);
  }
}
