import { isDeepStrictEqual } from "node:util";
import { toTimestamp } from "../api/meta.js";
import { setCondition } from "../placement/conditions.js";
import { released, stageRowPrefix } from "../rollout/cluster-progress.js";
import { workingCondition } from "../rollout/run-conditions.js";
import { RunProgress, storedStatus } from "../rollout/run-status.js";
import { stageView } from "../rollout/run-view.js";
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
    readonly retryAfterSeconds: number;
  },
): Promise<void> {
  const now = deps.now();
  const { waiting } = claim.value;
  const failing = problem.failing || waiting?.failing;
  const kept = await updateClaim(deps, input.run.uid, claim, {
    waiting: {
      message: problem.message,
      since: waiting?.since ?? toTimestamp(now),
      attempts: (waiting?.attempts ?? 0) + 1,
      nextTry: toTimestamp(new Date(now.getTime() + problem.retryAfterSeconds * 1000)),
      ...(failing && { failing }),
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

/** Writes the run's Progressing condition anew from the clusters of a stage that lanes are working on. */
export async function refreshRunCondition(deps: Dependencies, input: LaneInput): Promise<void> {
  const rows = await deps.clusters.list(input.run.uid, {
    prefix: stageRowPrefix(input.stage),
    recent: true,
  });
  const clusters = stageView(rows.map((row) => row.value));
  await changeObject(deps.store, runRef(input.run), (object) => {
    if (object.metadata.uid !== input.run.uid || object.progress === undefined) return undefined;
    const status = storedStatus(object);
    const stage = (status.stagesStatus ?? [])[input.stage] ?? status.deletionStageStatus;
    const stopping = (object.spec as { state?: string }).state === "Stop";
    const { rules } = RunProgress.parse(object.progress);
    const condition = workingCondition(
      { name: stage?.stageName ?? "", rules: rules?.[input.stage] },
      clusters,
      { stopping, now: deps.now() },
    );
    const conditions = setCondition(
      status.conditions ?? [],
      { ...condition, observedGeneration: object.metadata.generation ?? 1 },
      toTimestamp(deps.now()),
    );
    if (isDeepStrictEqual(conditions, status.conditions)) return undefined;
    return { ...object, status: { ...status, conditions } };
  });
}
