import { ANNOTATION_FOUR_EYES, FourEyes } from "../api/four-eyes.js";
import type { KubeObject } from "../api/meta.js";
import { FINALIZER_UPDATE_RUN } from "../api/names.js";
import { ANNOTATION_VALIDATION, RunValidation } from "../api/run-validation.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { UpdateRun, type UpdateRunState } from "../api/update-run.js";
import { conditionOf } from "../placement/conditions.js";
import { RunReason } from "../rollout/reasons.js";
import { ANNOTATION_RESUME, nextResume } from "../rollout/resume.js";
import { ANNOTATION_SOAK, Soak } from "../rollout/stage-rules.js";
import { annotationCauses } from "./annotation-causes.js";
import { ruleCause } from "./causes.js";
import { ageColumn, column, conditionColumn, pathColumn } from "./columns.js";
import { fieldsOf, stringAt } from "./fields.js";
import { withFinalizers } from "./finalizers.js";
import type { Column, Kind } from "./kind.js";
import { runMotion } from "./motion.js";
import { placementGroupKind } from "./own-kind.js";
import { progressColumns, runProgressView } from "./run-progress.js";
import { withCreator, withStarter } from "./run-requesters.js";
import type { ScopeOptions } from "./scope.js";
import { UPDATE_RUN } from "./twins.js";

export interface UpdateRunOptions extends ScopeOptions {
  /** What a run without `spec.state` does. */
  readonly defaultRunState: "Run" | "Initialize";
}

/** ClusterStagedUpdateRun or StagedUpdateRun. The status belongs to the server; people write the spec. */
export function updateRunKind({ scope, defaultRunState }: UpdateRunOptions): Kind {
  return placementGroupKind(scope, UPDATE_RUN, UpdateRun, {
    subresources: { status: true, scale: false },
    columns: [...COLUMNS, ...progressColumns(scope)],
    applyDefaults: (run) =>
      stringAt(run, "spec", "state") ? run : withState(run, defaultRunState),
    prepareForCreate: (run, context) =>
      withCreator(withFinalizers(run, [FINALIZER_UPDATE_RUN]), context),
    prepareForUpdate: withStarter,
    prepareForStatusUpdate: keepStatus,
    validate: (run, before) => [
      ...annotationCauses(run, ANNOTATION_VALIDATION, RunValidation.options),
      ...annotationCauses(run, ANNOTATION_SOAK, Soak.options),
      ...annotationCauses(run, ANNOTATION_FOUR_EYES, FourEyes.options),
      ...validateUpdateRun(run, before),
    ],
    actions: [
      {
        name: "start",
        description: "Starts the run, or resumes it; failed clusters of its stage are tried again.",
        target: "spec",
        apply: (run) => withState(resumed(run), "Run"),
      },
      {
        name: "stop",
        description: "Stops the run once the clusters in hand are finished.",
        target: "spec",
        apply: (run) => withState(run, "Stop"),
      },
    ],
    views: [runProgressView(scope)],
    setsInMotion: runMotion(scope),
  });
}

const COLUMNS: readonly Column[] = [
  pathColumn("Placement", ["spec", "placementName"]),
  column(
    "Resource-Snapshot-Index",
    (run) =>
      stringAt(run, "status", "resourceSnapshotIndexUsed") ??
      stringAt(run, "spec", "resourceSnapshotIndex"),
    { jsonPath: ".status.resourceSnapshotIndexUsed" },
  ),
  pathColumn("Policy-Snapshot-Index", ["status", "policySnapshotIndexUsed"]),
  conditionColumn("Initialized", "Initialized"),
  conditionColumn("Progressing", "Progressing"),
  conditionColumn("Succeeded", "Succeeded"),
  ageColumn("date"),
  pathColumn("Strategy", ["spec", "stagedRolloutStrategyName"], { priority: 1 }),
];

function withState(run: KubeObject, state: UpdateRunState): KubeObject {
  return { ...run, spec: { ...fieldsOf(run.spec), state } };
}

/** A write to `/status` is answered with the status that there is: only the rollout itself knows it. */
function keepStatus(run: KubeObject, before: KubeObject): KubeObject {
  const { status: _written, ...rest } = run;
  return before.status === undefined ? rest : { ...rest, status: before.status };
}

/** A run that stopped over its failures reads Run all the time: only its annotation can say "go on". */
function resumed(run: KubeObject): KubeObject {
  const { conditions } = UpdateRun.parse(run).status ?? {};
  const rests = conditionOf(conditions, "Progressing")?.reason === RunReason.Stopped;
  if (!rests || stringAt(run, "spec", "state") !== "Run") return run;
  const { annotations } = run.metadata;
  const resume = { [ANNOTATION_RESUME]: nextResume(annotations?.[ANNOTATION_RESUME]) };
  return { ...run, metadata: { ...run.metadata, annotations: { ...annotations, ...resume } } };
}

const MAX_NAME_LENGTH = 63;
const INDEX = /^(0|[1-9][0-9]*)$/;

/** Source of the rules: KubeFleet `StagedUpdateRun` and `UpdateRunSpec`; the form of the index is checked early here. */
function validateUpdateRun(run: KubeObject, before?: KubeObject): readonly StatusCause[] {
  if (before) return [...immutableFields(run, before), ...stateTransition(run, before)];
  const causes: StatusCause[] = [];
  if (run.metadata.name.length > MAX_NAME_LENGTH) {
    causes.push(ruleCause("metadata.name", `metadata.name max length is ${MAX_NAME_LENGTH}`));
  }
  for (const field of ["placementName", "stagedRolloutStrategyName"]) {
    if (!stringAt(run, "spec", field)) causes.push(fieldCause.required(`spec.${field}`));
  }
  const index = stringAt(run, "spec", "resourceSnapshotIndex");
  if (index && !INDEX.test(index)) {
    causes.push(
      fieldCause.invalid(
        "spec.resourceSnapshotIndex",
        index,
        "must be the index of a resource snapshot: a whole number from 0 on, without leading zeros",
      ),
    );
  }
  return causes;
}

function immutableFields(run: KubeObject, before: KubeObject): readonly StatusCause[] {
  return ["placementName", "resourceSnapshotIndex", "stagedRolloutStrategyName"]
    .filter(
      (field) => (stringAt(run, "spec", field) ?? "") !== (stringAt(before, "spec", field) ?? ""),
    )
    .map((field) => ruleCause(`spec.${field}`, `${field} is immutable`));
}

/** A run can be stopped and resumed, but what was started cannot be unprepared, nor stopped before it started. */
function stateTransition(run: KubeObject, before: KubeObject): readonly StatusCause[] {
  const from = stringAt(before, "spec", "state") || "Initialize";
  const to = stringAt(run, "spec", "state") || "Initialize";
  const allowed = from === to || to === "Run" || (from === "Run" && to === "Stop");
  if (allowed) return [];
  return [ruleCause("spec", `invalid state transition: cannot transition from ${from} to ${to}`)];
}
