import { hasInvalidSelectors } from "../placement/placement-status.js";
import { isLabelledLatest } from "../placement/snapshot-groups.js";
import type { Wake } from "../registry/kind.js";
import { planRollingUpdate } from "../rollout/rolling-update.js";
import { markOf } from "../storage/wakeups.js";
import { chooseForBindings } from "./choose-overrides.js";
import type { SyncPlacementResult, TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { readContent } from "./read-content.js";
import { type PlacementState, readPlacement } from "./read-placement.js";
import { rollingUpdateView, rollsByItself } from "./read-rolling-update.js";
import { refreshProgress, writePlacementStatus } from "./refresh-placement-status.js";
import { reportLeftOut } from "./report-left-out.js";
import { schedulePlacement } from "./schedule-placement.js";
import { takeSnapshot } from "./take-snapshot.js";

/** Clusters of one placement worked at side by side, however many more may be. */
const MAX_LANES = 50;

const QUIET_SECONDS = 0.5;
const LONGEST_QUIET_SECONDS = 30;
const QUIET_SECONDS_PER_CLUSTER = 0.03;
const QUIET_PER_LOOK = 20;
const MOST_QUIET = 8;

/**
 * One look at a placement: who gets it, what is in it, how far it is, and whether clusters can be worked at without an
 * update run. Doing it again changes nothing.
 */
export const makeSyncPlacement =
  (deps: Dependencies) =>
  async (target: TargetRef): Promise<SyncPlacementResult> => {
    const began = deps.now().getTime();
    const progress = await lookAtProgress(deps, target);
    if (progress !== undefined) {
      const quiet = progressQuietSeconds(progress, deps.now().getTime() - began);
      return { ...SYNCED, quietSeconds: quiet };
    }
    const synced = await wholeLook(deps, target);
    if (!synced) return { kind: "Gone" };
    const result = rollsByItself(synced.state.placement)
      ? rollOut(synced.state, deps.now())
      : SYNCED;
    if (result.kind !== "Synced") return result;
    return { ...result, quietSeconds: quietSeconds(synced.state.bindings.length) };
  };

/** The number of clusters when it was enough to look at how far they are; undefined when a whole look has to be taken. */
async function lookAtProgress(deps: Dependencies, target: TargetRef): Promise<number | undefined> {
  const [isWoken, isSeen] = await Promise.all([
    deps.wakeups.clear(markOf(placementWake(target, "progress"))),
    everythingIsSeen(deps, target),
  ]);
  return isWoken && isSeen ? refreshProgress(deps, target) : undefined;
}

/** A whole look that fails or dies leaves its mark: those who try again know that they owe one. */
async function wholeLook(deps: Dependencies, target: TargetRef): Promise<Synced | undefined> {
  const look = placementWake(target, "look");
  await deps.wakeups.mark([look]);
  await deps.wakeups.clear(target.uid);
  const synced = await syncPlacement(deps, target);
  await deps.wakeups.clear(markOf(look));
  return synced;
}

/** Makes the instance of a placement look, at everything or at what the mark says. */
export function placementWake(placement: TargetRef, mark?: Wake["mark"]): Wake {
  return {
    orchestration: "syncPlacement",
    instanceId: placement.uid,
    input: placement,
    ...(mark && { mark }),
  };
}

const SYNCED: Extract<SyncPlacementResult, { readonly kind: "Synced" }> = { kind: "Synced" };

function rollOut(state: PlacementState, now: Date): SyncPlacementResult {
  const { steps, nextLook } = planRollingUpdate(rollingUpdateView(state), now);
  if (steps.length > 0) return { kind: "RollOut", lanes: Math.min(MAX_LANES, steps.length) };
  return { ...SYNCED, ...(nextLook !== undefined && { until: nextLook }) };
}

/** How long changes gather before the next look: the longer, the more there is to look at. */
function quietSeconds(clusters: number): number {
  return Math.min(LONGEST_QUIET_SECONDS, QUIET_SECONDS + clusters * QUIET_SECONDS_PER_CLUSTER);
}

/**
 * The same while clusters make progress: also the longer, the longer this look took, so that an app that is busy spends
 * a small part of its time on looks. Bounded, because somebody may edit what is placed meanwhile.
 */
function progressQuietSeconds(clusters: number, lookMs: number): number {
  const bySize = quietSeconds(clusters);
  const byEffort = (lookMs / 1000) * QUIET_PER_LOOK;
  return Math.min(LONGEST_QUIET_SECONDS, Math.max(bySize, Math.min(byEffort, MOST_QUIET * bySize)));
}

export interface Synced {
  /** As it is now. */
  readonly state: PlacementState;
  /** Why nothing could be selected, when that is so. */
  readonly problem?: string | undefined;
}

/** How often a look begins anew because another one took a snapshot of something older at the same moment. */
const LOOKS = 5;

/**
 * Schedules a placement, snapshots what it selects if that has changed, and refreshes its status. Afterwards the latest
 * snapshot holds what was on the hub when it was called, or something newer.
 *
 * @returns undefined when the placement is gone or being deleted
 */
export async function syncPlacement(
  deps: Dependencies,
  target: TargetRef,
  looks = LOOKS,
): Promise<Synced | undefined> {
  const before = await readPlacement(deps, target);
  if (!before) return undefined;
  const [selection] = await Promise.all([
    readContent(deps, target, before),
    schedulePlacement(deps, target, before),
  ]);
  if (selection.ok) {
    const taken = await takeSnapshot(deps, target, before, selection.resources);
    if (taken.kind === "Overtaken" && looks > 1) return syncPlacement(deps, target, looks - 1);
  }
  const after = await readPlacement(deps, target);
  if (!after) return undefined;
  await reportLeftOut(deps, target, after);
  const chooses = selection.ok && rollsByItself(after.placement);
  const state = chooses ? await chooseForBindings(deps, target, after, selection.resources) : after;
  await writePlacementStatus(deps, target, state, selection);
  return selection.ok ? { state } : { state, problem: selection.message };
}

/**
 * Brings a placement up to date for a run that is about to be computed. It is scheduled in any case; what it selects is
 * read only when something may have been written that no look has seen.
 *
 * @returns undefined when the placement is gone or being deleted
 */
export async function flushPlacement(
  deps: Dependencies,
  target: TargetRef,
): Promise<Synced | undefined> {
  const isSeen = await everythingIsSeen(deps, target);
  const state = isSeen ? await readPlacement(deps, target) : undefined;
  if (!state || hasInvalidSelectors(state.placement) || !state.snapshots.some(isLabelledLatest)) {
    return syncPlacement(deps, target);
  }
  if (!(await schedulePlacement(deps, target, state))) return { state };
  const scheduled = await readPlacement(deps, target);
  return scheduled && { state: scheduled };
}

/**
 * Whether all that was written before this call, and concerns the placement, was seen by a look that is over. The mark of
 * what was written is asked for first: a look leaves its own before it takes that one away.
 */
async function everythingIsSeen({ wakeups }: Dependencies, target: TargetRef): Promise<boolean> {
  if (await wakeups.isPending(target.uid)) return false;
  return !(await wakeups.isPending(markOf(placementWake(target, "look"))));
}
