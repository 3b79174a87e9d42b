import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import { LABEL_IS_LATEST_SNAPSHOT } from "../api/names.js";
import { Placement, type PlacementStatus, type ResourceIdentifier } from "../api/placement.js";
import type { PolicySnapshot } from "../api/policy-snapshot.js";
import { identifierOf } from "../manifests/identifier.js";
import { setCondition } from "../placement/conditions.js";
import { placementEvents } from "../placement/placement-events.js";
import {
  conditionType,
  invalidSelectorsStatus,
  observedIndex,
  placementStatus,
} from "../placement/placement-status.js";
import type { Selection } from "../placement/selection.js";
import type { SyncPlacementResult, TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { readContent } from "./read-content.js";
import { type PlacementState, readPlacement } from "./read-placement.js";
import { readSnapshot } from "./read-snapshot.js";
import { recordEvent } from "./record-event.js";
import { schedulePlacement } from "./schedule-placement.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";
import { takeSnapshot } from "./take-snapshot.js";

/** One look at a placement: who gets it, what is in it, how far it is. Doing it again changes nothing. */
export const makeSyncPlacement =
  (deps: Dependencies) =>
  async (target: TargetRef): Promise<SyncPlacementResult> => {
    await deps.wakeups.clear(target.uid);
    const synced = await syncPlacement(deps, target);
    return { kind: synced ? "Synced" : "Gone" };
  };

/** Why nothing could be selected, when that is so. */
export interface Synced {
  readonly problem?: string | undefined;
}

/**
 * Schedules a placement, snapshots what it selects if that has changed, and refreshes its status.
 *
 * @returns undefined when the placement is gone or being deleted
 */
export async function syncPlacement(
  deps: Dependencies,
  target: TargetRef,
): Promise<Synced | undefined> {
  const state = await readPlacement(deps, target);
  if (!state) return undefined;
  const [selection] = await Promise.all([
    readContent(deps, target, state),
    schedulePlacement(deps, target, state),
  ]);
  if (selection.ok) await takeSnapshot(deps, target, state, selection.resources);
  const after = await readPlacement(deps, target);
  if (!after) return undefined;
  await refreshStatus(deps, target, after, selection);
  return selection.ok ? {} : { problem: selection.message };
}

async function refreshStatus(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  selection: Selection,
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
  );
  if (object && before) await recordEvents(deps, before, object);
}

function statusOf(
  placement: Placement,
  state: PlacementState,
  selection: Selection,
  observed: readonly ResourceIdentifier[],
  time: Date,
): PlacementStatus {
  const now = toTimestamp(time);
  if (!selection.ok) return invalidSelectorsStatus(placement, selection.message, now);
  const status = placementStatus({
    placement,
    policySnapshot: latestPolicySnapshot(state),
    bindings: state.bindings,
    snapshots: state.snapshots,
    selected: selection.resources.map(identifierOf),
    observed,
    now,
  });
  return placement.spec.strategy?.type === "External"
    ? status
    : withoutRollingUpdate(placement, status, now);
}

/** A placement that wants to roll out by itself is told that this is not done, instead of waiting for ever. */
function withoutRollingUpdate(
  placement: Placement,
  status: PlacementStatus,
  now: string,
): PlacementStatus {
  const condition = {
    type: conditionType(placement, "RolloutStarted"),
    status: "False",
    observedGeneration: placement.metadata.generation ?? 1,
    reason: "RolloutNotStartedYet",
    message:
      "strategy.type RollingUpdate is not carried out: set spec.strategy.type to External and roll out with an update run",
  } as const;
  return { ...status, conditions: setCondition(status.conditions, condition, now) };
}

function latestPolicySnapshot(state: PlacementState): PolicySnapshot | undefined {
  return state.policySnapshots.find(isLatest);
}

function isLatest({ metadata }: Pick<PolicySnapshot, "metadata">): boolean {
  return metadata.labels?.[LABEL_IS_LATEST_SNAPSHOT] === "true";
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
