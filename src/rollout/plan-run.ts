import { formatGoDuration, parseGoDuration } from "../api/go-duration.js";
import type { MemberCluster } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import {
  ANNOTATION_NUMBER_OF_CLUSTERS,
  ANNOTATION_RESOURCE_HASH,
  approvalRequestName,
  DELETE_STAGE_NAME,
  LABEL_POLICY_INDEX,
  LABEL_RESOURCE_INDEX,
} from "../api/names.js";
import type { ApplyStrategy, Placement } from "../api/placement.js";
import type { PolicySnapshot } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import type { StageUpdatingStatus, UpdateRunSpec, UpdateRunStatus } from "../api/update-run.js";
import type { StageConfig, UpdateStrategy } from "../api/update-strategy.js";
import { conditionOf } from "../placement/conditions.js";
import { UNEXPECTED, USER_ERROR, VALIDATION } from "./reasons.js";
import { computeStages, type StageCandidate } from "./stages.js";

/** Everything a run is computed from, read once. */
export interface PlanInput {
  readonly run: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly spec: UpdateRunSpec;
  };
  readonly placement: Placement | undefined;
  /** Those labelled as latest. */
  readonly policySnapshots: readonly PolicySnapshot[];
  /** All bindings of the placement that are not being deleted. */
  readonly bindings: readonly ResourceBinding[];
  readonly strategy: UpdateStrategy | undefined;
  readonly members: readonly MemberCluster[];
  /** Resource snapshots of the placement; their contents do not matter here. */
  readonly snapshots: readonly KubeObject[];
  /** Index of the newest snapshot, which a run without an index takes. */
  readonly latestIndex: string | undefined;
  /** Why nothing could be selected, when that is so. */
  readonly selectionProblem?: string | undefined;
}

export type RunPlan =
  | {
      readonly ok: true;
      readonly status: UpdateRunStatus;
      /** Cluster names per stage, the delete stage last. */
      readonly clusters: readonly (readonly string[])[];
    }
  | {
      readonly ok: false;
      /** What the checks before the failing one recorded. */
      readonly status: UpdateRunStatus;
      readonly message: string;
    }
  /** The scheduler has not settled: look again shortly. */
  | { readonly ok: "later"; readonly message: string };

/**
 * Computes a run once: the checks in KubeFleet's order, the first failure wins and is final.
 * Source: KubeFleet `updaterun/initialization.go`; texts are its own.
 */
export function planRun(input: PlanInput): RunPlan {
  const plan = new Planning(input);
  return plan.result();
}

class Planning {
  private status: UpdateRunStatus = {};
  private readonly input: PlanInput;

  constructor(input: PlanInput) {
    this.input = input;
  }

  result(): RunPlan {
    const { placement, policySnapshots } = this.input;
    if (!placement || placement.metadata.deletionTimestamp) {
      return this.refuse(`${USER_ERROR}parent placement not found`);
    }
    const type = placement.spec.strategy?.type ?? "RollingUpdate";
    if (type !== "External") {
      return this.refuse(
        `${USER_ERROR}parent placement does not have an external rollout strategy, current strategy: ${type}`,
      );
    }
    this.status = { ...this.status, appliedStrategy: appliedStrategy(placement) };
    const policy = policySnapshots[0];
    if (!policy) {
      return this.refuse(
        `no latest policy snapshot found for placement ${this.key(this.placementName)}`,
      );
    }
    if (policySnapshots.length > 1) {
      return this.refuse(
        `${UNEXPECTED}multiple active policy snapshots found for placement ${this.key(this.placementName)}: got ${policySnapshots.length}, want 1`,
      );
    }
    return this.withPolicy(placement, policy);
  }

  private withPolicy(placement: Placement, policy: PolicySnapshot): RunPlan {
    const policyIndex = policy.metadata.labels?.[LABEL_POLICY_INDEX];
    if (policyIndex === undefined) {
      return this.refuse(
        `${UNEXPECTED}policy snapshot \`${this.key(policy.metadata.name)}\` does not have a policy index label`,
      );
    }
    this.status = { ...this.status, policySnapshotIndexUsed: policyIndex };
    const wanted = wantedClusters(placement, policy);
    if (Number.isNaN(wanted)) {
      return this.refuse(
        `${UNEXPECTED}the policy snapshot \`${this.key(policy.metadata.name)}\` doesn't have valid cluster count annotation`,
      );
    }
    const scheduled = conditionOf(policy.status?.conditions, "Scheduled");
    if (scheduled?.status !== "True") {
      const why = scheduled ? `: ${scheduled.message}` : "";
      return this.refuse(
        `policy snapshot \`${policy.metadata.name}\` not fully scheduled yet${why}`,
      );
    }
    return this.withBindings(policy, wanted);
  }

  private withBindings(policy: PolicySnapshot, wanted: number | undefined): RunPlan {
    const { bindings } = this.input;
    const stale = bindings.find(
      (binding) =>
        binding.spec.state !== "Unscheduled" &&
        binding.spec.schedulingPolicySnapshotName !== policy.metadata.name,
    );
    if (stale) {
      return {
        ok: "later",
        message: `binding \`${this.key(stale.metadata.name)}\` with old policy snapshot \`${this.key(stale.spec.schedulingPolicySnapshotName ?? "")}\` has state ${stale.spec.state}, we might observe a transient state, need retry`,
      };
    }
    const selected = bindings.filter((binding) => binding.spec.state !== "Unscheduled");
    const removed = bindings.filter((binding) => binding.spec.state === "Unscheduled");
    if (selected.length + removed.length === 0) {
      return this.refuse(
        `no scheduled or to-be-deleted bindings found for the latest policy snapshot ${this.key(policy.metadata.name)}`,
      );
    }
    if (wanted !== undefined && wanted !== selected.length) {
      this.status = { ...this.status, policyObservedClusterCount: wanted };
      return this.refuse(
        `${UNEXPECTED}the number of selected bindings ${selected.length} is not equal to the observed cluster count ${wanted}`,
      );
    }
    this.status = { ...this.status, policyObservedClusterCount: selected.length };
    const names = (list: readonly ResourceBinding[]) =>
      list.map((binding) => binding.spec.targetCluster);
    return this.withStrategy(names(selected), names(removed));
  }

  private withStrategy(selected: readonly string[], removed: readonly string[]): RunPlan {
    const { strategy, members, run } = this.input;
    if (!strategy) {
      return this.refuse(
        `${USER_ERROR}referenced updateStrategy not found: \`${this.key(run.spec.stagedRolloutStrategyName)}\``,
      );
    }
    const snapshot = { stages: strategy.spec.stages.map(recordedStage) };
    this.status = { ...this.status, stagedUpdateStrategySnapshot: snapshot };
    const stages = computeStages(
      this.key(strategy.metadata.name),
      snapshot.stages,
      candidates(members, selected),
    );
    if (stages.stages) {
      const stagesStatus = snapshot.stages.map((stage) => this.stageStatus(stage));
      this.status = { ...this.status, stagesStatus };
    }
    if (!stages.ok) return this.refuse(stages.message);
    this.status = {
      ...this.status,
      deletionStageStatus: { stageName: DELETE_STAGE_NAME, clusters: [] },
    };
    return this.withSnapshot([...stages.stages, [...removed].sort()]);
  }

  private withSnapshot(clusters: readonly (readonly string[])[]): RunPlan {
    const wanted = this.input.run.spec.resourceSnapshotIndex;
    if (wanted) {
      if (!/^(0|[1-9][0-9]*)$/.test(wanted)) {
        return this.refuse(
          `${USER_ERROR}invalid resource snapshot index \`${wanted}\` provided, expected an integer >= 0`,
        );
      }
      if (this.snapshotsAt(wanted).length === 0) {
        return this.refuse(
          `${USER_ERROR}no resourceSnapshots with index \`${wanted}\` found for placement \`${this.key(this.placementName)}\``,
        );
      }
    } else if (this.input.selectionProblem) {
      return this.refuse(`${USER_ERROR}${this.input.selectionProblem}`);
    }
    const index = wanted || this.input.latestIndex;
    const master = this.snapshotsAt(index ?? "").find(
      (snapshot) => snapshot.metadata.annotations?.[ANNOTATION_RESOURCE_HASH],
    );
    if (index === undefined || !master) {
      return this.refuse(
        `${UNEXPECTED}no master resourceSnapshot found for placement ${this.key(this.placementName)}`,
      );
    }
    return { ok: true, status: { ...this.status, resourceSnapshotIndexUsed: index }, clusters };
  }

  private snapshotsAt(index: string): readonly KubeObject[] {
    return this.input.snapshots.filter(
      (snapshot) => snapshot.metadata.labels?.[LABEL_RESOURCE_INDEX] === index,
    );
  }

  private stageStatus(stage: StageConfig): StageUpdatingStatus {
    const run = this.input.run.name;
    const task =
      (position: "before" | "after") => (config: { type: "TimedWait" | "Approval" }) => ({
        type: config.type,
        ...(config.type === "Approval" && {
          approvalRequestName: approvalRequestName(run, position, stage.name),
        }),
      });
    const before = stage.beforeStageTasks ?? [];
    const after = stage.afterStageTasks ?? [];
    return {
      stageName: stage.name,
      clusters: [],
      ...(before.length > 0 && { beforeStageTaskStatus: before.map(task("before")) }),
      ...(after.length > 0 && { afterStageTaskStatus: after.map(task("after")) }),
    };
  }

  private refuse(detail: string): RunPlan {
    return { ok: false, status: this.status, message: `${VALIDATION}${detail}` };
  }

  private get placementName(): string {
    return this.input.run.spec.placementName;
  }

  /** `<namespace>/<name>`, which prints as `/<name>` for cluster scope. */
  private key(name: string): string {
    return `${this.input.run.namespace ?? ""}/${name}`;
  }
}

/** How many clusters the policy asks for; undefined for PickAll, NaN when the annotation is missing. */
function wantedClusters(placement: Placement, policy: PolicySnapshot): number | undefined {
  const spec = policy.spec.policy ?? placement.spec.policy;
  switch (spec?.placementType ?? "PickAll") {
    case "PickFixed":
      return spec?.clusterNames?.length ?? 0;
    case "PickN": {
      const text = policy.metadata.annotations?.[ANNOTATION_NUMBER_OF_CLUSTERS] ?? "";
      return /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    }
    default:
      return undefined;
  }
}

function appliedStrategy(placement: Placement): ApplyStrategy {
  return {
    comparisonOption: "PartialComparison",
    type: "ClientSideApply",
    whenToApply: "Always",
    whenToTakeOver: "Always",
    ...placement.spec.strategy?.applyStrategy,
  };
}

/** The stage as it is recorded: durations as Go prints them, no wait time on approvals. */
function recordedStage(stage: StageConfig): StageConfig {
  const tasks = (list: StageConfig["afterStageTasks"]) =>
    list?.map((task) =>
      task.type === "TimedWait" && task.waitTime !== undefined
        ? { type: task.type, waitTime: formatGoDuration(parseGoDuration(task.waitTime)) }
        : { type: task.type },
    );
  const before = tasks(stage.beforeStageTasks);
  const after = tasks(stage.afterStageTasks);
  return {
    ...stage,
    maxConcurrency: stage.maxConcurrency ?? 1,
    ...(before && { beforeStageTasks: before }),
    ...(after && { afterStageTasks: after }),
  };
}

function candidates(
  members: readonly MemberCluster[],
  selected: readonly string[],
): readonly StageCandidate[] {
  const labels = new Map(
    members.map((member) => [member.metadata.name, member.metadata.labels ?? {}] as const),
  );
  return selected.map((name) => ({ name, labels: labels.get(name) ?? {} }));
}
