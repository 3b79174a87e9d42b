import { ApprovalRequest } from "../api/approval-request.js";
import type { KubeObject } from "../api/meta.js";
import { conditionOf } from "../placement/conditions.js";
import { approvalView } from "../rollout/approval-decision.js";
import type { ClusterProgress } from "../rollout/cluster-progress.js";
import { ANNOTATION_RESUME } from "../rollout/resume.js";
import { type ApprovalView, type RunView, stageView } from "../rollout/run-view.js";
import { ANNOTATION_SOAK, Soak } from "../rollout/stage-rules.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementRef, scopeOf } from "./scope.js";
import type { StoredRun } from "./stored-run.js";
import { validateStoredRun } from "./validate-stored-run.js";

/** Reads everything that decides how a run goes on. */
export async function gatherRun(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<RunView> {
  const initialized = run.progress !== undefined;
  const [rows, approvals] = initialized
    ? await Promise.all([deps.clusters.list(target.uid), readApprovals(deps, target, run)])
    : [[], {}];
  const clusters = rows.map((row) => row.value);
  const validation = initialized ? await validateStoredRun(deps, target, run, clusters) : undefined;
  const stages = (run.status.stagesStatus?.length ?? 0) + 1;
  return {
    name: target.name,
    scope: scopeOf(target).scope,
    namespace: target.namespace,
    generation: run.object.metadata.generation ?? 1,
    state: run.spec.state ?? "Initialize",
    deleting: run.object.metadata.deletionTimestamp !== undefined,
    status: run.status,
    stages: initialized ? stageViews(clusters, stages) : [],
    approvals,
    rules: run.progress?.rules,
    soak: {
      everyMs: deps.soakCheckMs,
      sweep: run.progress?.soak,
      asked: soakAsked(run.object),
    },
    stopped: run.progress?.stopped,
    resume: run.object.metadata.annotations?.[ANNOTATION_RESUME],
    validationFailure: validation?.kind === "Failed" ? validation.message : undefined,
    unsettled: validation?.kind === "Later",
  };
}

/** What the run itself asks for: a word that means nothing is as good as none. */
function soakAsked({ metadata }: KubeObject): Soak | undefined {
  return Soak.safeParse(metadata.annotations?.[ANNOTATION_SOAK]).data;
}

function stageViews(clusters: readonly ClusterProgress[], stages: number) {
  return Array.from({ length: stages }, (_, stage) =>
    stageView(clusters.filter((cluster) => cluster.stage === stage)),
  );
}

/** Only the requests of the stage the run is at: earlier ones are settled, later ones not made. */
async function readApprovals(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<Record<string, ApprovalView>> {
  const stage = run.status.stagesStatus?.find(
    ({ conditions }) => conditionOf(conditions, "Succeeded")?.status !== "True",
  );
  const tasks = [...(stage?.beforeStageTaskStatus ?? []), ...(stage?.afterStageTaskStatus ?? [])];
  const names = tasks.flatMap((task) =>
    task.approvalRequestName ? [task.approvalRequestName] : [],
  );
  const views: Record<string, ApprovalView> = {};
  for (const name of names) {
    const object = await deps.store.get(placementRef(target, scopeOf(target).approvals, name));
    if (object) views[name] = approvalView(ApprovalRequest.parse(object));
  }
  return views;
}
