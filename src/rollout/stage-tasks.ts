import { formatGoDuration, parseGoDuration } from "../api/go-duration.js";
import { type Condition, toTimestamp } from "../api/meta.js";
import type { StageTaskStatus, StageUpdatingStatus } from "../api/update-run.js";
import type { StageConfig } from "../api/update-strategy.js";
import { conditionOf, setCondition } from "../placement/conditions.js";
import type { Effect } from "./next.js";
import { ABORT, TaskMessage, TaskReason, UNEXPECTED } from "./reasons.js";
import type { RunView } from "./run-view.js";

/** How far the tasks before or after a stage are. */
export interface TaskCheck {
  readonly passed: boolean;
  /** Ends the run. */
  readonly failure?: string | undefined;
  readonly patch: Partial<StageUpdatingStatus>;
  readonly effects: readonly Effect[];
  /** One phrase per task that is not done: what, since when, what would unblock it. */
  readonly waitingFor: readonly string[];
  /** When to look again at the latest. */
  readonly until?: string | undefined;
}

/** Result of one task. */
interface TaskResult {
  readonly task: StageTaskStatus;
  readonly passed: boolean;
  readonly failure?: string;
  readonly effects?: readonly Effect[];
  readonly waitingFor?: string;
  readonly until?: string;
}

/** Approval before a stage. Source: KubeFleet, before-stage tasks. */
export function checkBeforeStage(view: RunView, stage: StageUpdatingStatus, now: Date): TaskCheck {
  const results = (stage.beforeStageTaskStatus ?? []).map((task) =>
    approval(view, stage.stageName, "beforeStage", task, now),
  );
  return combine(results, (tasks) => (tasks.length > 0 ? { beforeStageTaskStatus: tasks } : {}));
}

/** Waits and approvals after a stage: all at the same time, done when all are. Source: KubeFleet, stage completion. */
export function checkAfterStage(
  view: RunView,
  stage: StageUpdatingStatus,
  config: StageConfig | undefined,
  times: { readonly lastFinishedAt: string; readonly now: Date },
): TaskCheck {
  const results = (stage.afterStageTaskStatus ?? []).map((task) => {
    if (task.type === "Approval") {
      return approval(view, stage.stageName, "afterStage", task, times.now);
    }
    const waitTime = config?.afterStageTasks?.find(({ type }) => type === "TimedWait")?.waitTime;
    return timedWait(view, task, waitTime ?? "0s", times);
  });
  return combine(results, (tasks) => (tasks.length > 0 ? { afterStageTaskStatus: tasks } : {}));
}

function combine(
  results: readonly TaskResult[],
  patch: (tasks: StageTaskStatus[]) => Partial<StageUpdatingStatus>,
): TaskCheck {
  const until = results.flatMap((result) => (result.until ? [result.until] : [])).sort()[0];
  const failure = results.find((result) => result.failure)?.failure;
  return {
    passed: results.every((result) => result.passed),
    failure,
    patch: patch(results.map((result) => result.task)),
    effects: results.flatMap((result) => result.effects ?? []),
    waitingFor: results.flatMap((result) => (result.waitingFor ? [result.waitingFor] : [])),
    until,
  };
}

/** The deadline is fixed when the last cluster succeeds; a stop in between neither restarts nor shortens it. */
function timedWait(
  view: RunView,
  task: StageTaskStatus,
  waitTime: string,
  times: { readonly lastFinishedAt: string; readonly now: Date },
): TaskResult {
  if (conditionOf(task.conditions, "WaitTimeElapsed")?.status === "True") {
    return { task, passed: true };
  }
  const deadline =
    task.waitUntil ??
    new Date(new Date(times.lastFinishedAt).getTime() + parseGoDuration(waitTime)).toISOString();
  if (times.now.getTime() < new Date(deadline).getTime()) {
    const wait = formatGoDuration(parseGoDuration(waitTime));
    return {
      task: { ...task, waitUntil: deadline },
      passed: false,
      until: deadline,
      waitingFor: `the TimedWait of ${wait} ends at ${toTimestamp(new Date(deadline))}`,
    };
  }
  const { waitUntil: _, ...elapsed } = task;
  return {
    task: withCondition(
      elapsed,
      view,
      "WaitTimeElapsed",
      TaskReason.WaitTimeElapsed,
      TaskMessage.waitTimeElapsed,
      times.now,
    ),
    passed: true,
  };
}

function approval(
  view: RunView,
  stage: string,
  position: "beforeStage" | "afterStage",
  task: StageTaskStatus,
  now: Date,
): TaskResult {
  if (conditionOf(task.conditions, "ApprovalRequestApproved")?.status === "True") {
    return { task, passed: true };
  }
  const name = task.approvalRequestName ?? "";
  const created = withCondition(
    task,
    view,
    "ApprovalRequestCreated",
    TaskReason.ApprovalRequestCreated,
    TaskMessage.approvalRequestCreated,
    now,
  );
  const kind = view.scope === "Cluster" ? "ClusterApprovalRequest" : "ApprovalRequest";
  const request = view.approvals[name];
  if (!request) {
    return {
      task: created,
      passed: false,
      effects: [{ kind: "CreateApprovalRequest", name, stage, task: position }],
      waitingFor: `approval of ${kind} ${name}, requested at ${toTimestamp(now)}`,
    };
  }
  if (request.targetRun !== view.name || request.targetStage !== stage) {
    return { task, passed: false, failure: wrongTarget(view, name, request, stage) };
  }
  if (!request.approved && !request.accepted) {
    return {
      task: created,
      passed: false,
      waitingFor: `approval of ${kind} ${name}, requested at ${request.requestedAt}`,
    };
  }
  return {
    task: withCondition(
      created,
      view,
      "ApprovalRequestApproved",
      TaskReason.ApprovalRequestApproved,
      TaskMessage.approvalRequestApproved,
      now,
    ),
    passed: true,
    effects: request.accepted ? [] : [{ kind: "AcceptApproval", name }],
  };
}

function wrongTarget(
  view: RunView,
  name: string,
  request: { readonly targetRun: string; readonly targetStage: string },
  stage: string,
): string {
  const key = (object: string) => `${view.namespace ?? ""}/${object}`;
  return `${ABORT}${UNEXPECTED}the approval request task \`${key(name)}\` is targeting update run \`${key(request.targetRun)}\` and stage \`${request.targetStage}\`, want target update run \`${key(view.name)}\` and stage \`${stage}\``;
}

function withCondition(
  task: StageTaskStatus,
  view: RunView,
  type: string,
  reason: string,
  message: string,
  now: Date,
): StageTaskStatus {
  const condition: Omit<Condition, "lastTransitionTime"> = {
    type,
    status: "True",
    reason,
    message,
    observedGeneration: view.generation,
  };
  return { ...task, conditions: setCondition(task.conditions ?? [], condition, toTimestamp(now)) };
}
