import { isDeepStrictEqual } from "node:util";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { released, stageRowPrefix } from "../rollout/cluster-progress.js";
import { stageView } from "../rollout/run-view.js";
import { workedRun, workingStatus } from "../rollout/working-status.js";
import { announceRunState } from "./announce-run-state.js";
import { type Claim, updateClaim } from "./claim-cluster.js";
import type { LaneInput } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { changeObject } from "./server-objects.js";
import { runRef } from "./stored-run.js";

/**
 * Records what a started cluster waits for, with its attempts and the next try, and says so in the run's condition:
 * the orchestration itself waits for its lanes and cannot.
 */
export async function recordWaiting(
  deps: Dependencies,
  input: LaneInput,
  claim: Claim,
  problem: {
    readonly message: string;
    /** The member refuses, rather than being slow. */
    readonly failing?: boolean;
    /** A run that stops need not wait for another try; as `failing` when absent. */
    readonly releasable?: boolean;
    readonly retryAfterSeconds: number;
  },
): Promise<void> {
  const now = deps.now();
  const { waiting } = claim.value;
  const failing = problem.failing || waiting?.failing;
  const releasable = problem.releasable ?? problem.failing;
  const kept = await updateClaim(deps, input.run.uid, claim, {
    waiting: {
      message: problem.message,
      since: waiting?.since ?? toTimestamp(now),
      attempts: (waiting?.attempts ?? 0) + 1,
      nextTry: toTimestamp(new Date(now.getTime() + problem.retryAfterSeconds * 1000)),
      ...(failing && { failing }),
      ...(releasable && { releasable }),
      ...(input.instanceId !== undefined && { lane: input.instanceId }),
    },
  });
  if (kept) await refreshRunCondition(deps, input);
}

/** Puts a cluster that was begun back among those that are pending, so that the run can come to rest. */
export async function releaseCluster(
  deps: Dependencies,
  input: LaneInput,
  claim: Claim,
  message: string,
): Promise<void> {
  const value = released(claim.value, { at: deps.now().toISOString(), message });
  const kept = await updateClaim(deps, input.run.uid, { ...claim, value }, {});
  if (kept) await refreshRunCondition(deps, input);
}

/**
 * Writes anew how a run and a stage that lanes are working on progress, from the stage's clusters: the run itself is
 * not looked at before its lanes are done, also when it is to stop.
 */
export async function refreshRunCondition(deps: Dependencies, input: LaneInput): Promise<void> {
  const rows = await deps.clusters.list(input.run.uid, {
    prefix: stageRowPrefix(input.stage),
    recent: true,
  });
  const clusters = stageView(rows.map((row) => row.value));
  const ref = runRef(input.run);
  const before = await deps.store.get(ref);
  if (!before) return;
  const change = (object: KubeObject) => {
    const run = object.metadata.uid === input.run.uid ? workedRun(object) : undefined;
    if (!run) return undefined;
    const status = workingStatus(run, input.stage, clusters, deps.now());
    return isDeepStrictEqual(status, run.status) ? undefined : { ...object, status };
  };
  const after = await changeObject(deps.store, ref, change, before);
  if (after) announceRunState(deps, before, after);
}
