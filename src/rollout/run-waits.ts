import type {
  ClusterUpdatingStatus,
  StageTaskStatus,
  StageUpdatingStatus,
  UpdateRun,
} from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { openStage } from "./open-stage.js";
import { RunReason } from "./reasons.js";
import type { RunReport } from "./run-report.js";
import { stageTime, waitTimeOf } from "./timed-wait.js";
import { approvalWait, healthWait, timeWait, unhealthySentence, type Wait } from "./wait.js";

/** How somebody makes a run go on. */
export interface RunRoutes {
  /** Kind of the approval requests. */
  readonly approvalKind: string;
  /** The request that starts or resumes the run. */
  readonly start: string;
  /** The request that approves an approval request. */
  approve(name: string): string;
}

/** What a run in this state waits for: each with what would end the wait. */
export function waitingFor(
  run: UpdateRun,
  state: RunReport["state"],
  routes: RunRoutes,
): readonly Wait[] {
  switch (state) {
    case "Initializing":
      return [initialization(run)];
    case "Initialized":
      return [untilStarted(run, "Initialized", "the run to be started", routes)];
    case "Stopped":
      if (isRefused(run))
        return inOpenStage(run, (stage) => taskWaits(run, stage, routes, "after all"));
      return [untilStarted(run, "Progressing", "the run to be resumed", routes)];
    case "Waiting":
      return inOpenStage(run, (stage) => taskWaits(run, stage, routes));
    case "Running":
    case "Stuck":
    case "Stopping":
      return inOpenStage(run, clusterWaits);
    case "Succeeded":
    case "Failed":
      return [];
  }
}

function isRefused({ status }: UpdateRun): boolean {
  return conditionOf(status?.conditions, "Progressing")?.reason === RunReason.ApprovalRefused;
}

/** Updated, or no longer to be updated. */
export function isDone({ conditions }: ClusterUpdatingStatus): boolean {
  return conditionOf(conditions, "Succeeded")?.status === "True";
}

/** How many clusters a stage has and how many of them are done, those that its status does not list included. */
export function clusterCounts({ clusters, omittedClusters }: StageUpdatingStatus): {
  readonly done: number;
  readonly total: number;
} {
  const { done = 0, total = 0 } = omittedClusters ?? {};
  return { done: done + clusters.filter(isDone).length, total: total + clusters.length };
}

export function isFailed({ conditions }: ClusterUpdatingStatus): boolean {
  return conditionOf(conditions, "Succeeded")?.status === "False";
}

function initialization({ metadata, status }: UpdateRun): Wait {
  const waiting = conditionOf(status?.conditions, "Initialized");
  return {
    what: "initialization",
    ...since(metadata.creationTimestamp),
    ...(waiting && { message: waiting.message }),
  };
}

function untilStarted({ status }: UpdateRun, type: string, what: string, routes: RunRoutes): Wait {
  const condition = conditionOf(status?.conditions, type);
  return { what, ...since(condition?.lastTransitionTime), unblockedBy: routes.start };
}

function inOpenStage(
  { status }: UpdateRun,
  waitsOf: (stage: StageUpdatingStatus) => readonly Wait[],
): readonly Wait[] {
  const stage = openStage(status);
  return stage ? waitsOf(stage) : [];
}

/** Tasks before the stage while its clusters have not begun, tasks after it when they are done. */
function taskWaits(
  { status }: UpdateRun,
  stage: StageUpdatingStatus,
  routes: RunRoutes,
  refused?: "after all",
): readonly Wait[] {
  const tasks = [...(stage.beforeStageTaskStatus ?? []), ...(stage.afterStageTaskStatus ?? [])];
  const config = status?.stagedUpdateStrategySnapshot?.stages.find(
    ({ name }) => name === stage.stageName,
  );
  return tasks.flatMap((task) => {
    if (task.type === "Approval") return openApproval(task, routes, refused);
    if (task.waitUntil === undefined) return [];
    const timed = { stageName: stage.stageName, waitTime: waitTimeOf(config) };
    const time = stageTime(timed, { deadline: new Date(task.waitUntil) });
    const unhealthy = unhealthySentence(stage.clusters.flatMap(unhealthyCluster));
    const held = conditionOf(task.conditions, "WaitTimeElapsed");
    return [held ? healthWait(time, unhealthy ?? held.message) : timeWait(time, unhealthy)];
  });
}

function unhealthyCluster({ clusterName, conditions }: ClusterUpdatingStatus) {
  const unhealthy = conditionOf(conditions, "Healthy");
  if (!unhealthy) return [];
  return [{ clusterName, message: unhealthy.message, since: unhealthy.lastTransitionTime }];
}

function openApproval(
  { approvalRequestName: name, conditions }: StageTaskStatus,
  routes: RunRoutes,
  refused?: "after all",
): readonly Wait[] {
  const created = conditionOf(conditions, "ApprovalRequestCreated");
  const approved = conditionOf(conditions, "ApprovalRequestApproved")?.status === "True";
  if (!name || !created || approved) return [];
  const request = { kind: routes.approvalKind, name };
  const wait = approvalWait(request, created.lastTransitionTime, routes.approve(name));
  return [refused ? { ...wait, what: `${wait.what} ${refused}` } : wait];
}

function clusterWaits(stage: StageUpdatingStatus): readonly Wait[] {
  return stage.clusters.flatMap((cluster) => {
    const started = conditionOf(cluster.conditions, "Started");
    if (!started || isDone(cluster) || isFailed(cluster)) return [];
    return [
      {
        what: `cluster ${cluster.clusterName} to be updated`,
        ...since(started.lastTransitionTime),
        message: started.message,
        unblockedBy: "the cluster taking the update: it is tried again by itself",
      },
    ];
  });
}

function since(time: string | undefined): { readonly since?: string } {
  return time === undefined ? {} : { since: time };
}
