import type { Condition } from "../api/meta.js";
import { RunMessage, RunReason, StageMessage, StageReason } from "./reasons.js";
import type { StageView } from "./run-view.js";
import { judgeFailures, namesOf } from "./stage-failures.js";
import type { StageRules } from "./stage-rules.js";
import { clustersSentence, stuckClusters } from "./waiting.js";

/** A condition of a run or stage, before it is stamped with time and generation. */
export type RunCondition = Omit<Condition, "lastTransitionTime" | "observedGeneration">;

type Part = Omit<RunCondition, "type">;

const progressing = (part: Part): RunCondition => ({ type: "Progressing", ...part });
const succeeded = (part: Part): RunCondition => ({ type: "Succeeded", ...part });

/** The conditions a stage goes through, in the order in which they are set. */
export const stageConditions = {
  started: [
    progressing({ status: "True", reason: StageReason.Started, message: StageMessage.started }),
  ],
  waitingBefore: [
    progressing({
      status: "False",
      reason: StageReason.Waiting,
      message: StageMessage.waitingBefore,
    }),
  ],
  waitingAfter: [
    progressing({
      status: "False",
      reason: StageReason.Waiting,
      message: StageMessage.waitingAfter,
    }),
  ],
  stopping: [
    progressing({
      status: "Unknown",
      reason: StageReason.Stopping,
      message: StageMessage.stopping,
    }),
  ],
  stopped: [
    progressing({ status: "False", reason: StageReason.Stopped, message: StageMessage.stopped }),
  ],
  skipped: [
    progressing({
      status: "False",
      reason: StageReason.SkippedNoClusters,
      message: StageMessage.skipped,
    }),
    succeeded({
      status: "True",
      reason: StageReason.SkippedNoClusters,
      message: StageMessage.skipped,
    }),
  ],
  completed: (message: string = StageMessage.succeeded) => [
    progressing({
      status: "False",
      reason: StageReason.Succeeded,
      message: StageMessage.tasksCompleted,
    }),
    succeeded({ status: "True", reason: StageReason.Succeeded, message }),
  ],
  failed: (text: string) => [
    progressing({ status: "False", reason: StageReason.Failed, message: StageMessage.failed }),
    succeeded({ status: "False", reason: StageReason.Failed, message: text }),
  ],
} as const;

/** The conditions of a run that do not depend on its clusters. */
export const runConditions = {
  running: [
    progressing({ status: "True", reason: RunReason.Progressing, message: RunMessage.progressing }),
  ],
  waiting: (text: string) => [
    progressing({ status: "False", reason: RunReason.Waiting, message: text }),
  ],
  stopped: (message: string = RunMessage.stopped) => [
    progressing({ status: "False", reason: RunReason.Stopped, message }),
  ],
  refused: (sentence: string) => [
    progressing({
      status: "False",
      reason: RunReason.ApprovalRefused,
      message: RunMessage.refused(sentence),
    }),
  ],
  completed: (message: string = RunMessage.succeeded) => [
    progressing({
      status: "False",
      reason: RunReason.Succeeded,
      message: RunMessage.allStagesCompleted,
    }),
    succeeded({ status: "True", reason: RunReason.Succeeded, message }),
  ],
  failed: (text: string) => [
    progressing({ status: "False", reason: RunReason.Failed, message: RunMessage.failed }),
    succeeded({ status: "False", reason: RunReason.Failed, message: text }),
  ],
} as const;

/** Progressing, with the words of clusters that wait; stuck once one has been at it for five minutes. */
export function progressingCondition(
  stageName: string,
  clusters: StageView,
  now: Date,
): RunCondition {
  const details = clustersSentence(clusters.waiting);
  const stuck = stuckClusters(clusters.waiting, now);
  if (stuck) {
    const message = `${RunMessage.stuck(stuck, stageName)}: ${details}`;
    return progressing({ status: "False", reason: RunReason.Stuck, message });
  }
  const where = details ? `; in stage ${stageName} ${details}` : "";
  const message = `${RunMessage.progressing}${where}`;
  return progressing({ status: "True", reason: RunReason.Progressing, message });
}

/** The run on its way to a stop, with the words of the clusters that keep it, and why nobody asked for it. */
export function stoppingCondition(clusters: StageView, because?: string): RunCondition {
  const details = clustersSentence(clusters.waiting);
  const sentence = because ? `${RunMessage.stopping} (${because})` : RunMessage.stopping;
  const message = details ? `${sentence}: ${details}` : sentence;
  return progressing({ status: "Unknown", reason: RunReason.Stopping, message });
}

/** What a run says while lanes are working on one of its stages. */
export function workingCondition(
  stage: { readonly name: string; readonly rules?: StageRules | undefined },
  clusters: StageView,
  times: { readonly stopping: boolean; readonly now: Date },
): RunCondition {
  if (times.stopping) return stoppingCondition(clusters);
  const failures = judgeFailures(stage.name, clusters, stage.rules);
  if (failures.kind === "Exceeded") return stoppingCondition(clusters, failures.sentence);
  const condition = progressingCondition(stage.name, clusters, times.now);
  if (failures.kind !== "WithinBudget") return condition;
  return { ...condition, message: `${condition.message}; ${failures.sentence}` };
}

/** The sentence of a run that was stopped, with the reason and with the clusters that were let go unfinished. */
export function stoppedSentence({ released = [] }: StageView, because?: string): string {
  const sentence = because ? `${RunMessage.stopped}: ${because}` : RunMessage.stopped;
  if (released.length === 0) return sentence;
  return `${sentence}; begun and not updated: ${namesOf(released)}`;
}
