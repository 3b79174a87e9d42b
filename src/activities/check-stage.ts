import { isDeepStrictEqual } from "node:util";
import { CLUSTER_GROUP } from "../api/names.js";
import { workloadProblem } from "../clusters/check-workloads.js";
import { mapInParallel } from "../clusters/in-parallel.js";
import { MemberUnreachable } from "../clusters/member-connection.js";
import { workloadsOf } from "../manifests/workloads.js";
import { type ClusterProgress, stageRowPrefix } from "../rollout/cluster-progress.js";
import { RunProgress } from "../rollout/run-status.js";
import type { SoakSweep } from "../rollout/soak.js";
import type { Row } from "../storage/documents.js";
import { updateClaim } from "./claim-cluster.js";
import type { CheckStageInput, TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { recordEvent } from "./record-event.js";
import { changeObject } from "./server-objects.js";
import { readRun, runRef, type StoredRun } from "./stored-run.js";
import { placementToUpdate } from "./validate-stored-run.js";

/** Members that one call looks at; a larger stage takes several. */
const CHUNK = 50;
const MAX_PARALLEL = 10;

/** How long one member may take to answer. */
const LOOK_MS = 10_000;

/**
 * Looks at the next members of a stage that waits, and records what is not available there any more. Once the last is
 * looked at, the sweep is complete, and the run decides what that means.
 */
export const makeCheckStage =
  (deps: Dependencies) =>
  async (input: CheckStageInput): Promise<void> => {
    const run = await readRun(deps.store, input.run);
    if (!run?.progress || run.object.metadata.deletionTimestamp) return;
    const sweep = sweepToTake(run.progress.soak, input);
    const placement = sweep && (await placementToUpdate(deps, input.run, run));
    if (!sweep || !placement) return;
    const rows = await deps.clusters.list(input.run.uid, { prefix: stageRowPrefix(input.stage) });
    const left = rows.filter(
      ({ value }) => value.phase === "Succeeded" && value.index >= (sweep.next ?? 0),
    );
    const chunk = left.slice(0, CHUNK);
    const tracked = await mapInParallel(chunk, MAX_PARALLEL, async (row) => {
      const look = await lookAt(deps, placement, row.value.clusterName);
      await recordHealth(deps, run, input, row, look.problem);
      return look.tracked;
    });
    const next = left[CHUNK]?.value.index;
    const { next: _, ...taken } = sweep;
    await recordSweep(deps, input.run, run.progress.soak, {
      ...taken,
      tracked: sweep.tracked || tracked.includes(true),
      ...(next !== undefined && { next }),
    });
  };

/** The sweep under way, or a new one; undefined when the one that is asked for has been taken already. */
function sweepToTake(
  stored: SoakSweep | undefined,
  { stage, at }: CheckStageInput,
): SoakSweep | undefined {
  if (stored?.stage === stage) {
    if (stored.next !== undefined) return stored;
    if (stored.startedAt >= at) return undefined;
  }
  return { stage, startedAt: at, next: 0, tracked: false };
}

interface Look {
  /** Whether anything there can turn unhealthy. */
  readonly tracked: boolean;
  readonly problem?: string | undefined;
}

/** A member that has left, or from which the placement was taken, holds nobody. */
async function lookAt(deps: Dependencies, placement: TargetRef, cluster: string): Promise<Look> {
  const inventory = await deps.inventory.get(placement.uid, cluster);
  const workloads = workloadsOf(inventory?.value.entries ?? []);
  if (workloads.length === 0) return { tracked: false };
  const ref = { group: CLUSTER_GROUP, resource: "memberclusters", name: cluster };
  const member = await deps.store.get(ref);
  if (!member) return { tracked: false };
  try {
    const connection = await deps.members.connect(member);
    const problem = await workloadProblem(connection, workloads, AbortSignal.timeout(LOOK_MS));
    return { tracked: true, problem };
  } catch (error) {
    if (error instanceof MemberUnreachable) return { tracked: true, problem: error.message };
    throw error;
  }
}

/** Writes only what has changed: a healthy stage costs its rows nothing. */
async function recordHealth(
  deps: Dependencies,
  run: StoredRun,
  input: CheckStageInput,
  row: Row<ClusterProgress>,
  problem: string | undefined,
): Promise<void> {
  const { unhealthy, ...healthy } = row.value;
  if (unhealthy?.message === problem) return;
  const since = unhealthy?.since ?? deps.now().toISOString();
  const value = problem ? { ...healthy, unhealthy: { message: problem, since } } : healthy;
  const written = await updateClaim(deps, input.run.uid, { ...row, value }, {});
  if (!written) return;
  const facts = { stage: stageName(run, input.stage), cluster: row.value.clusterName };
  const where = `Cluster ${facts.cluster} in stage ${facts.stage}`;
  if (problem && !unhealthy) {
    const message = `${where} turned unhealthy while the stage waits: ${problem}`;
    const reason = "ClusterUnhealthy";
    await recordEvent(deps, run.object, { type: "Warning", reason, message, facts });
  }
  if (!problem) {
    const message = `${where} is healthy again`;
    const reason = "ClusterHealthy";
    await recordEvent(deps, run.object, { type: "Normal", reason, message, facts });
  }
}

function stageName({ status }: StoredRun, stage: number): string {
  return status.stagesStatus?.[stage]?.stageName ?? String(stage);
}

/** Left alone when another execution of the same look was faster. */
async function recordSweep(
  deps: Dependencies,
  target: TargetRef,
  before: SoakSweep | undefined,
  sweep: SoakSweep,
): Promise<void> {
  await changeObject(deps.store, runRef(target), (object) => {
    if (object.metadata.uid !== target.uid || object.progress === undefined) return undefined;
    const progress = RunProgress.parse(object.progress);
    if (!isDeepStrictEqual(progress.soak, before)) return undefined;
    return { ...object, progress: { ...progress, soak: sweep } };
  });
}
