import type {
  ClusterUpdatingStatus,
  StageTaskStatus,
  StageUpdatingStatus,
  UpdateRun,
} from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { openStage } from "./open-approvals.js";
import { RunReason } from "./reasons.js";
import type { RunReport } from "./run-report.js";

/** How somebody makes a run go on. */
export interface RunRoutes {
  /** Kind of the approval requests. */
  readonly approvalKind: string;
  /** The request that starts or resumes the run. */
  readonly start: string;
  /** The request that approves an approval request. */
  approve(name: string): string;
}

type Wait = RunReport["waitingFor"][number];

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
      if (isRefused(run)) return inOpenStage(run, (stage) => taskWaits(stage, routes, "after all"));
      return [untilStarted(run, "Progressing", "the run to be resumed", routes)];
    case "Waiting":
      return inOpenStage(run, (stage) => taskWaits(stage, routes));
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
  stage: StageUpdatingStatus,
  routes: RunRoutes,
  refused?: "after all",
): readonly Wait[] {
  const tasks = [...(stage.beforeStageTaskStatus ?? []), ...(stage.afterStageTaskStatus ?? [])];
  const progressing = conditionOf(stage.conditions, "Progressing");
  return tasks.flatMap((task) => {
    if (task.type === "Approval") return approvalWait(task, routes, refused);
    if (task.waitUntil === undefined) return [];
    const what = `the TimedWait after stage ${stage.stageName}`;
    const held = conditionOf(task.conditions, "WaitTimeElapsed");
    if (held) {
      const unblockedBy = "the clusters being healthy: they are looked at again by themselves";
      return [{ what, ...since(held.lastTransitionTime), message: held.message, unblockedBy }];
    }
    return [
      {
        what,
        ...since(progressing?.lastTransitionTime),
        until: task.waitUntil,
        unblockedBy: "time alone",
      },
    ];
  });
}

function approvalWait(
  { approvalRequestName, conditions }: StageTaskStatus,
  routes: RunRoutes,
  refused?: "after all",
): readonly Wait[] {
  const created = conditionOf(conditions, "ApprovalRequestCreated");
  const approved = conditionOf(conditions, "ApprovalRequestApproved")?.status === "True";
  if (!approvalRequestName || !created || approved) return [];
  return [
    {
      what: `approval${refused ? ` ${refused}` : ""} of ${routes.approvalKind} ${approvalRequestName}`,
      ...since(created.lastTransitionTime),
      unblockedBy: routes.approve(approvalRequestName),
    },
  ];
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
