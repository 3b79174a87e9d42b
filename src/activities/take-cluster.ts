import { isReleasable } from "../rollout/cluster-outcome.js";
import { type ClaimedCluster, claimCluster, mayHaveMore } from "./claim-cluster.js";
import type { LaneResult, TargetRef } from "./contracts.js";
import type { LaneSlot } from "./lane-slots.js";
import type { LaneTools } from "./lane-tools.js";
import { releaseCluster } from "./record-waiting.js";
import type { StoredRun } from "./stored-run.js";

/** A cluster that a lane works at now, with the run and the placement that this is for. */
export interface TakenCluster {
  readonly kind: "Taken";
  readonly run: StoredRun;
  readonly placement: TargetRef;
  readonly claim: ClaimedCluster;
}

/**
 * Takes the next cluster for a slot of a lane.
 *
 * @returns Drained when there is none, or the run does not go on; Pending while the one in hand has to be waited for;
 * Finished when that one was let go, because the run is to stop
 */
export async function takeCluster(
  { deps, runs, placements, taken }: LaneTools,
  input: LaneSlot,
): Promise<TakenCluster | LaneResult> {
  if (input.hasWorked && !(await mayHaveMore(deps, input))) return { kind: "Drained" };
  const run = await runs.read(input.run);
  if (!run || run.object.metadata.deletionTimestamp) return { kind: "Drained" };
  const placement = await placements.of(input.run, run);
  if (!placement) return { kind: "Drained" };
  const claim = await claimCluster(deps, input, {
    mayBegin: !input.inFlightOnly && run.spec.state === "Run",
    // The delete stage, which comes after all that have rules, has none.
    rules: run.progress?.rules?.[input.stage],
    taken,
    hasWorked: input.hasWorked,
  });
  if (!claim) return { kind: "Drained" };
  const now = deps.now();
  const pause = pauseLeft(claim, now);
  const { waiting } = claim.value;
  if (pause === 0 || !waiting) return { kind: "Taken", run, placement, claim };
  if (claim.stageGoesOn || !isReleasable(claim.value, now)) {
    return { kind: "Pending", retryAfterSeconds: pause };
  }
  await releaseCluster(deps, input, claim, waiting.message);
  return { kind: "Finished" };
}

/** Seconds until a cluster that the lane has in hand is to be tried again; 0 when it is time. */
function pauseLeft({ inHand, value }: ClaimedCluster, now: Date): number {
  if (!inHand || !value.waiting) return 0;
  return Math.max(0, (new Date(value.waiting.nextTry).getTime() - now.getTime()) / 1000);
}
