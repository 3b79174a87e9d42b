import type { Condition } from "../../src/api/meta.js";
import type { StageUpdatingStatus } from "../../src/api/update-run.js";
import type { ClusterProgress } from "../../src/rollout/cluster-progress.js";
import { type PlanInput, planRun } from "../../src/rollout/plan-run.js";
import { clustersOfStage, type RecordedRun } from "../../src/rollout/recorded-run.js";
import { type RunView, stageView } from "../../src/rollout/run-view.js";

/** A run as its initialization records it. */
export function recordedRun(input: PlanInput): RecordedRun {
  const plan = planRun(input);
  if (plan.ok !== true) throw new Error(plan.message);
  return {
    run: input.run,
    status: plan.status,
    clusters: plan.clusters.flatMap((names, stage) =>
      names.map((clusterName, index) => ({ clusterName, stage, index, phase: "Pending" as const })),
    ),
    placementUid: input.placement?.metadata.uid,
  };
}

/** What a stage may have been through: its conditions, as far as a record is read. */
export type StageHistory = "untouched" | "updating" | "finished" | "failed";

export function stageWith(stageName: string, history: StageHistory): StageUpdatingStatus {
  const conditions = CONDITIONS[history].map(
    ([type, status]): Condition => ({
      type,
      status,
      reason: "ForTheTest",
      message: `${type} is ${status}`,
      observedGeneration: 1,
      lastTransitionTime: "2026-01-01T10:00:00Z",
    }),
  );
  return { stageName, clusters: [], ...(conditions.length > 0 && { conditions }) };
}

const CONDITIONS: Readonly<
  Record<StageHistory, readonly (readonly [string, Condition["status"]])[]>
> = {
  untouched: [],
  updating: [["Progressing", "True"]],
  finished: [
    ["Progressing", "False"],
    ["Succeeded", "True"],
  ],
  failed: [
    ["Progressing", "False"],
    ["Succeeded", "False"],
  ],
};

/** A record of stages of one cluster each, `stage-0`, `stage-1` and so on, and a delete stage. */
export function recordOf(
  histories: readonly StageHistory[],
  more: {
    readonly deleteStage?: StageHistory | null;
    /** Phases of the cluster of each stage; by default as far as the stage is. */
    readonly phases?: readonly (readonly ClusterProgress["phase"][])[];
    readonly maxConcurrency?: number | string;
  } = {},
): RecordedRun {
  const { deleteStage = "untouched", phases, maxConcurrency = 1 } = more;
  const names = histories.map((_, index) => `stage-${index}`);
  return {
    run: {
      name: "example-run",
      spec: { placementName: "example-placement", stagedRolloutStrategyName: "example-strategy" },
    },
    status: {
      stagedUpdateStrategySnapshot: { stages: names.map((name) => ({ name, maxConcurrency })) },
      stagesStatus: histories.map((history, index) => stageWith(names[index] ?? "", history)),
      ...(deleteStage !== null && {
        deletionStageStatus: stageWith("kubernetes-fleet.io/deleteStage", deleteStage),
      }),
    },
    clusters: histories.flatMap((history, stage) =>
      (phases?.[stage] ?? [history === "finished" ? "Succeeded" : "Pending"]).map(
        (phase, index) => ({ clusterName: `cluster-${stage}-${index}`, stage, index, phase }),
      ),
    ),
  };
}

/** An initialized run with that record, as a decision sees it. */
export function viewOf(record: RecordedRun, change: Partial<RunView> = {}): RunView {
  const { name, namespace } = record.run;
  const stages = (record.status.stagesStatus?.length ?? 0) + 1;
  const [initialized] = stageWith("", "updating").conditions ?? [];
  if (!initialized) throw new Error("an updating stage has a condition");
  const conditions = [{ ...initialized, type: "Initialized" }];
  return {
    name,
    namespace,
    scope: namespace === undefined ? "Cluster" : "Namespaced",
    generation: 1,
    state: "Run",
    deleting: false,
    status: { ...record.status, conditions },
    stages: Array.from({ length: stages }, (_, stage) => stageView(clustersOfStage(record, stage))),
    approvals: {},
    ...change,
  };
}
