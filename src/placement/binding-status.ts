import { type Condition, toTimestamp } from "../api/meta.js";
import type { ResourceBinding, ResourceBindingStatus } from "../api/resource-binding.js";
import type { ApplyReport } from "../manifests/outcome.js";
import { bindingProblems, knownDifferences } from "./binding-problems.js";
import { type ConditionUpdate, conditionOf, transition } from "./conditions.js";
import { createdNamespace, toldNamespace } from "./created-namespace.js";
import { overridden } from "./overridden-condition.js";

/**
 * The condition that a run, or the placement's own rolling update, gives to a binding when it begins with the cluster;
 * the others start anew. Source: KubeFleet `updaterun/execution.go` and `rollout/controller.go`.
 */
export function rolloutStarted(input: {
  /** Absent for a rolling update. */
  readonly run?: { readonly name: string; readonly snapshotIndex: string };
  /** Of the binding, after it was pointed at the snapshot. */
  readonly generation: number;
  readonly now: Date;
}): Condition {
  const { run, generation, now } = input;
  const byRun = run ? `, resourceSnapshotIndex: ${run.snapshotIndex}, updateRun: ${run.name}` : "";
  return {
    type: "RolloutStarted",
    status: "True",
    observedGeneration: generation,
    lastTransitionTime: toTimestamp(now),
    reason: "RolloutStarted",
    message: `Detected the new changes on the resources and started the rollout process${byRun}`,
  };
}

/**
 * The binding of a cluster that a run has in hand, with its rollout confirmed for the spec it has now: a change of the
 * policy raises its generation, and what was said of an earlier one does not count.
 * Source: KubeFleet `updaterun/execution.go`, a stale RolloutStarted.
 */
export function confirmedRollout(binding: ResourceBinding): ResourceBinding {
  const conditions = (binding.status?.conditions ?? []).map((condition) =>
    condition.type === "RolloutStarted"
      ? { ...condition, observedGeneration: binding.metadata.generation ?? 1 }
      : condition,
  );
  return { ...binding, status: { ...binding.status, conditions } };
}

export interface BindingStatusInput {
  /** With the status it has had. */
  readonly binding: ResourceBinding;
  readonly placementName: string;
  readonly report: ApplyReport;
  readonly now: Date;
}

/**
 * The status of a binding after a pass over its member. Whether the rollout has started is not for the pass to say.
 * Source: KubeFleet `pkg/controllers/workgenerator`.
 */
export function bindingStatus(input: BindingStatusInput): ResourceBindingStatus {
  const { binding, report } = input;
  const before = binding.status?.conditions;
  const started = conditionOf(before, "RolloutStarted");
  const now = toTimestamp(input.now);
  const observedGeneration = binding.metadata.generation ?? 1;
  const work = workName(binding, input.placementName);
  const conditions = [
    overridden(binding),
    synchronized,
    ...(isDiffOnly(binding) ? [diffReported(report, work)] : applyConditions(report, work)),
  ].map((update) =>
    transition(conditionOf(before, update.type), { ...update, observedGeneration }, now),
  );
  const namespace = createdNamespace(binding, report, now);
  return {
    conditions: [...(started ? [started] : []), ...conditions, ...namespace],
    ...bindingProblems(binding, report, now),
  };
}

/**
 * The status of a binding whose member could not be reached: nothing is known of its objects.
 *
 * @param input.message the network's or the server's own words
 */
export function unreachableStatus(input: {
  readonly binding: ResourceBinding;
  readonly message: string;
  readonly now: Date;
}): ResourceBindingStatus {
  const { binding, message } = input;
  const before = binding.status?.conditions;
  const started = conditionOf(before, "RolloutStarted");
  const failed: Update = {
    type: "WorkSynchronized",
    status: "False",
    reason: "SyncWorkFailed",
    message: `Failed to synchronize the work to the latest: ${message}`,
  };
  const observedGeneration = binding.metadata.generation ?? 1;
  const conditions = [overridden(binding), failed].map((update) =>
    transition(
      conditionOf(before, update.type),
      { ...update, observedGeneration },
      toTimestamp(input.now),
    ),
  );
  return {
    conditions: [...(started ? [started] : []), ...conditions, ...toldNamespace(binding)],
    ...knownDifferences(binding),
  };
}

type Update = Omit<ConditionUpdate, "observedGeneration">;

const synchronized: Update = {
  type: "WorkSynchronized",
  status: "True",
  reason: "AllWorkSynced",
  message: "All of the works are synchronized to the latest",
};

/** There are no Work objects here; messages name the one that KubeFleet would have made. */
function workName({ metadata }: ResourceBinding, placementName: string): string {
  const prefix = metadata.namespace === undefined ? "" : `${metadata.namespace}.`;
  return `${prefix}${placementName}-work`;
}

function isDiffOnly({ spec }: ResourceBinding): boolean {
  return spec.applyStrategy?.type === "ReportDiff";
}

/** Availability is only told once everything is applied. */
function applyConditions(report: ApplyReport, work: string): readonly Update[] {
  const complete = report.outcomes.every(({ applied }) => applied);
  if (!complete || report.pruneFailures.length > 0) {
    return [
      {
        type: "Applied",
        status: "False",
        reason: "NotAllWorkHaveBeenApplied",
        message: `Work object ${work} has failed to apply`,
      },
    ];
  }
  const applied: Update = {
    type: "Applied",
    status: "True",
    reason: "AllWorkHaveBeenApplied",
    message: "All corresponding work objects are applied",
  };
  return [applied, available(report, work)];
}

function available({ outcomes }: ApplyReport, work: string): Update {
  const some = (state: string) =>
    outcomes.some((outcome) => outcome.applied && outcome.availability.state === state);
  if (some("NotAvailableYet")) {
    return {
      type: "Available",
      status: "False",
      reason: "NotAllWorkAreAvailable",
      message: `Work object ${work} is not yet available`,
    };
  }
  if (some("NotTrackable")) {
    return {
      type: "Available",
      status: "True",
      reason: "NotAllWorkAreAvailabilityTrackable",
      message: `The availability of work object ${work} is not trackable`,
    };
  }
  return {
    type: "Available",
    status: "True",
    reason: "AllWorkAreAvailable",
    message: "All corresponding work objects are available",
  };
}

/** A difference that was found is a result, in degraded mode as well; an object that could not be compared is not. */
function diffReported({ outcomes }: ApplyReport, work: string): Update {
  return outcomes.some(({ applied }) => !applied)
    ? {
        type: "DiffReported",
        status: "False",
        reason: "NotAllWorkHaveDiffReported",
        message: `Work object ${work} has failed to report diff`,
      }
    : {
        type: "DiffReported",
        status: "True",
        reason: "AllWorkHaveDiffReported",
        message: "All corresponding work objects have reported diff",
      };
}
