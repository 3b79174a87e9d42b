import { isDeepStrictEqual } from "node:util";
import { type Advance, advance } from "../rollout/advance.js";
import type { Effect, Next } from "../rollout/next.js";
import { assembleStatus, placementOf, type RunProgress } from "../rollout/run-status.js";
import { isStoreError } from "../storage/object-store.js";
import { announceRunState } from "./announce-run-state.js";
import { cleanUpRun } from "./clean-up-run.js";
import type { AdvanceRunResult, TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { gatherRun } from "./gather-run.js";
import { initializeRun } from "./initialize-run.js";
import { performEffect } from "./perform-effect.js";
import { recordEvent } from "./record-event.js";
import { retryFailed } from "./retry-failed.js";
import { placementRef, scopeOf } from "./scope.js";
import { readRun, runRef, type StoredRun } from "./stored-run.js";
import { summarizeApprovals } from "./summarize-approvals.js";

/** Passes before it lets the orchestration come again: each pass either moves the run on or ends the call. */
const PASSES = 100;

/** How long what is still changing is left alone. */
const SETTLE_MS = 1000;

/**
 * Clusters of one lane read and write together what storage takes together, and its call is one activity. More lanes use
 * more instances of the app, and each is remembered.
 */
const SLOTS_PER_LANE = 25;
const MAX_LANES = 16;

/** How long a strict run goes without a look at its targets. Source: KubeFleet `stageUpdatingWaitTime`. */
const STRICT_LOOK_MS = 60_000;

/**
 * Takes a run as far as storage alone can: gather, decide, record, and again until something has to be waited for.
 * Throws only when storage fails; then the next call goes on from what is stored.
 */
export const makeAdvanceRun =
  (deps: Dependencies) =>
  async (target: TargetRef): Promise<AdvanceRunResult> => {
    await deps.wakeups.clear(target.uid);
    for (let pass = 0; pass < PASSES; pass += 1) {
      const run = await readRun(deps.store, target);
      // This mark tells of nothing but the deletion, which has been seen now.
      if (isLeaving(run)) await deps.wakeups.clear(`${target.uid}-delete`);
      if (!run) return { kind: "Finished" };
      const result = await onePass(deps, target, run);
      if (result) return result;
    }
    return waitFor(deps, SETTLE_MS);
  };

function isLeaving(run: StoredRun | undefined): boolean {
  return run?.object.metadata.deletionTimestamp !== undefined || !run;
}

/** Undefined when another pass has to follow. */
async function onePass(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<AdvanceRunResult | undefined> {
  const view = await gatherRun(deps, target, run);
  if (view.unsettled && !view.deleting) return waitFor(deps, SETTLE_MS);
  const step = advance(view, deps.now());
  switch (step.next.kind) {
    case "CleanUp":
      await cleanUpRun(deps, target);
      announceRunState(deps, run.object);
      return { kind: "Finished" };
    case "Initialize": {
      const later = await initializeRun(deps, target, run);
      return later ? { kind: "Wait", until: later } : undefined;
    }
    case "RetryFailed":
      await retryFailed(deps, target, step.next.stage);
      await recordMilestones(deps, target, run, step.effects);
      return undefined;
    default:
      break;
  }
  const effects = step.effects.filter((effect) => effect.kind !== "RecordEvent");
  for (const effect of effects) await performEffect(deps, target, effect);
  const round = await record(deps, target, run, step);
  if (round === undefined) return undefined;
  await recordMilestones(deps, target, run, step.effects);
  if (effects.length > 0) return undefined;
  const next = result(step.next, round);
  if (next.kind === "Wait" && run.spec.state === "Run") {
    await summarizeApprovals(deps, target, run, step.status);
  }
  return isStrict(run) && next.kind === "Wait"
    ? soonest(next, waitFor(deps, STRICT_LOOK_MS))
    : next;
}

type Wait = Extract<AdvanceRunResult, { readonly kind: "Wait" }>;

function waitFor(deps: Dependencies, milliseconds: number): Wait & { readonly until: string } {
  return { kind: "Wait", until: new Date(deps.now().getTime() + milliseconds).toISOString() };
}

function soonest(wait: Wait, other: Wait & { readonly until: string }): Wait {
  return wait.until !== undefined && wait.until < other.until ? wait : other;
}

/** Nothing wakes a run when its targets change: one that minds has to look by itself, unless it rests. */
function isStrict({ progress, spec }: StoredRun): boolean {
  return progress?.validation === "Strict" && spec.state === "Run";
}

/** Stores the status; undefined when somebody wrote in between and everything has to be looked at again. */
async function record(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
  { status, next, stopped }: Advance,
): Promise<number | undefined> {
  if (!run.progress) return 0;
  const { progress: _, ...object } = run.object;
  const startsLanes = next.kind === "UpdateClusters" || next.kind === "RemoveClusters";
  const { stopped: _before, ...kept } = run.progress;
  const progress: RunProgress = {
    ...kept,
    ...(startsLanes && { round: kept.round + 1 }),
    ...(stopped && { stopped }),
  };
  const changed =
    next.kind === "Finished"
      ? {
          ...object,
          status: assembleStatus(status, await readClusters(deps, target), placementOf(object)),
        }
      : { ...object, status, progress };
  try {
    if (!isDeepStrictEqual(changed, run.object)) {
      await deps.store.update(runRef(target), changed);
      announceRunState(deps, run.object, changed);
    }
  } catch (error) {
    if (isStoreError(error, "Conflict") || isStoreError(error, "NotFound")) return undefined;
    throw error;
  }
  if (next.kind === "Finished") await deps.clusters.removePartition(target.uid);
  return progress.round;
}

async function readClusters(deps: Dependencies, target: TargetRef) {
  // The rows as this look read them, with what this process has written since.
  const rows = await deps.clusters.list(target.uid, { recent: true });
  return rows.map((row) => row.value);
}

function readApproval(deps: Dependencies, target: TargetRef, name: string) {
  return deps.store.get(placementRef(target, scopeOf(target).approvals, name));
}

async function recordMilestones(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
  effects: readonly Effect[],
): Promise<void> {
  for (const effect of effects) {
    if (effect.kind !== "RecordEvent") continue;
    const { kind: _, approval, ...milestone } = effect;
    const object = approval === undefined ? run.object : await readApproval(deps, target, approval);
    if (object) await recordEvent(deps, object, milestone);
  }
}

function result(next: Next, round: number): AdvanceRunResult {
  switch (next.kind) {
    case "UpdateClusters":
    case "RemoveClusters":
      return { ...next, lanes: lanesFor(next.lanes), slots: next.lanes, round };
    case "CheckStage":
      return next;
    case "Wait":
      return next.until === undefined ? { kind: "Wait" } : { kind: "Wait", until: next.until };
    default:
      return { kind: "Finished" };
  }
}

function lanesFor(clustersAtATime: number): number {
  return Math.min(MAX_LANES, Math.ceil(clustersAtATime / SLOTS_PER_LANE));
}
