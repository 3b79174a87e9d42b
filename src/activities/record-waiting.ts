import { isDeepStrictEqual } from "node:util";
import { toTimestamp } from "../api/meta.js";
import { released, stageRowPrefix } from "../rollout/cluster-progress.js";
import { RunReason } from "../rollout/reasons.js";
import { stageConditions, workingCondition } from "../rollout/run-conditions.js";
import { RunProgress, storedStatus } from "../rollout/run-status.js";
import { stageView } from "../rollout/run-view.js";
import { StatusDraft } from "../rollout/status-draft.js";
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
  await changeObject(deps.store, runRef(input.run), (object) => {
    if (object.metadata.uid !== input.run.uid || object.progress === undefined) return undefined;
    const before = storedStatus(object);
    const generation = object.metadata.generation ?? 1;
    const draft = new StatusDraft({ name: input.run.name, status: before, generation }, deps.now());
    const stopping = (object.spec as { state?: string }).state === "Stop";
    const { rules } = RunProgress.parse(object.progress);
    const stage = { name: draft.stage(input.stage).stageName, rules: rules?.[input.stage] };
    const condition = workingCondition(stage, clusters, { stopping, now: deps.now() });
    const stops = condition.reason === RunReason.Stopping;
    draft.setRun([condition]);
    draft.patchStage(input.stage, {}, stops ? stageConditions.stopping : stageConditions.started);
    return isDeepStrictEqual(draft.status, before)
      ? undefined
      : { ...object, status: draft.status };
  });
}
