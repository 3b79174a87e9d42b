import type { KubeObject } from "../api/meta.js";
import { UpdateRunSpec, type UpdateRunStatus } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { openStage, openStageIndex } from "./open-stage.js";
import { RunReason, StageReason } from "./reasons.js";
import { stageConditions, workingCondition } from "./run-conditions.js";
import { RunProgress, storedStatus } from "./run-status.js";
import type { RunView, StageView } from "./run-view.js";
import { StatusDraft } from "./status-draft.js";

/** What the status of a run depends on while lanes work, besides the clusters of their stage. */
export type WorkedRun = Pick<RunView, "name" | "generation" | "state" | "status" | "rules">;

/** The same of a stored object; undefined when it has no clusters to work on, before it is initialized and after its end. */
export function workedRun(object: KubeObject): WorkedRun | undefined {
  if (object.progress === undefined) return undefined;
  const { name, generation = 1 } = object.metadata;
  const { state = "Initialize" } = UpdateRunSpec.pick({ state: true }).parse(object.spec);
  const { rules } = RunProgress.parse(object.progress);
  return { name, generation, state, status: storedStatus(object), rules };
}

/**
 * The status of a run while lanes are working on one of its stages: how both progress, or that they are stopping, in the
 * words that `advance` has for it. For whoever comes by meanwhile, because the run itself waits for its lanes.
 *
 * @param index of the stage, with its clusters
 */
export function workingStatus(
  { rules, ...run }: WorkedRun,
  index: number,
  clusters: StageView,
  now: Date,
): UpdateRunStatus {
  const draft = new StatusDraft(run, now);
  const stage = { name: draft.stage(index).stageName, rules: rules?.[index] };
  const condition = workingCondition(stage, clusters, { stopping: run.state === "Stop", now });
  const stops = condition.reason === RunReason.Stopping;
  draft.setRun([condition]);
  draft.patchStage(index, {}, stops ? stageConditions.stopping : stageConditions.started);
  return draft.status;
}

/** Place of the stage that lanes are working on, going on or coming to rest; undefined when a wait or a rest is at hand. */
export function stageAtWork(status: UpdateRunStatus): number | undefined {
  const reason = conditionOf(openStage(status)?.conditions, "Progressing")?.reason;
  const atWork = reason === StageReason.Started || reason === StageReason.Stopping;
  return atWork ? openStageIndex(status) : undefined;
}
