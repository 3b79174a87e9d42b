import { ANNOTATION_FOUR_EYES, FourEyes } from "../api/four-eyes.js";
import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_VALIDATION, RunValidation } from "../api/run-validation.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { UpdateStrategy } from "../api/update-strategy.js";
import { parseStageRules } from "../rollout/stage-rules.js";
import { annotationCauses } from "./annotation-causes.js";
import { ruleCause } from "./causes.js";
import { ageColumn } from "./columns.js";
import { fieldAt, listAt, stringAt } from "./fields.js";
import type { Kind } from "./kind.js";
import { placementGroupKind } from "./own-kind.js";
import type { ScopeOptions } from "./scope.js";
import { UPDATE_STRATEGY } from "./twins.js";

/** ClusterStagedUpdateStrategy or StagedUpdateStrategy. Changing one never touches a run that is initialized. */
export function updateStrategyKind({ scope }: ScopeOptions): Kind {
  return placementGroupKind(scope, UPDATE_STRATEGY, UpdateStrategy, {
    subresources: { status: false, scale: false },
    columns: [ageColumn("date")],
    validate: (strategy) => [
      ...annotationCauses(strategy, ANNOTATION_VALIDATION, RunValidation.options),
      ...annotationCauses(strategy, ANNOTATION_FOUR_EYES, FourEyes.options),
      ...validateUpdateStrategy(strategy),
    ],
  });
}

/** Rules beyond the schema. Source: KubeFleet `StageConfig`; empty lists and repeated names are refused here. */
function validateUpdateStrategy(strategy: KubeObject): readonly StatusCause[] {
  const stages = listAt(strategy, "spec", "stages");
  if (stages.length === 0) {
    return [fieldCause.required("spec.stages", "a rollout needs at least one stage")];
  }
  const names = stages.map((stage) => stringAt(stage, "name"));
  return [...stageCauses(stages, names), ...ruleCauses(strategy, names)];
}

function stageCauses(
  stages: readonly unknown[],
  names: readonly (string | undefined)[],
): readonly StatusCause[] {
  return stages.flatMap((stage, index) => {
    const field = `spec.stages[${index}]`;
    const name = names[index];
    const repeated = name !== undefined && names.indexOf(name) < index;
    return [
      ...(repeated ? [fieldCause.duplicate(`${field}.name`, name)] : []),
      ...concurrencyCauses(`${field}.maxConcurrency`, fieldAt(stage, "maxConcurrency")),
      ...beforeTaskCauses(`${field}.beforeStageTasks`, listAt(stage, "beforeStageTasks")),
      ...afterTaskCauses(`${field}.afterStageTasks`, listAt(stage, "afterStageTasks")),
    ];
  });
}

/** Annotations that give the stages rules of their own. */
function ruleCauses(
  { metadata }: KubeObject,
  names: readonly (string | undefined)[],
): readonly StatusCause[] {
  const stageNames = names.filter((name) => name !== undefined);
  const rules = parseStageRules(metadata.annotations ?? {}, stageNames);
  if (rules.ok) return [];
  return rules.problems.map(({ annotation, value, message }) =>
    fieldCause.invalid(`metadata.annotations[${annotation}]`, value, message),
  );
}

function concurrencyCauses(field: string, value: unknown): readonly StatusCause[] {
  return typeof value === "number" && value < 1
    ? [ruleCause(field, "maxConcurrency must be at least 1")]
    : [];
}

function beforeTaskCauses(field: string, tasks: readonly unknown[]): readonly StatusCause[] {
  if (tasks.some((task) => stringAt(task, "type") === "TimedWait")) {
    return [ruleCause(field, "BeforeStageTaskType cannot be TimedWait")];
  }
  return approvalCauses(field, tasks);
}

function afterTaskCauses(field: string, tasks: readonly unknown[]): readonly StatusCause[] {
  const endless = tasks.some(
    (task) => stringAt(task, "type") === "TimedWait" && !stringAt(task, "waitTime"),
  );
  return [
    ...approvalCauses(field, tasks),
    ...(endless ? [ruleCause(field, "AfterStageTaskType is TimedWait, waitTime is required")] : []),
  ];
}

function approvalCauses(field: string, tasks: readonly unknown[]): readonly StatusCause[] {
  const timed = tasks.some(
    (task) => stringAt(task, "type") === "Approval" && fieldAt(task, "waitTime") !== undefined,
  );
  return timed ? [ruleCause(field, "AfterStageTaskType is Approval, waitTime is not allowed")] : [];
}
