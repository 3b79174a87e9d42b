import { fourEyesOf } from "../api/four-eyes.js";
import { type Condition, type KubeObject, toTimestamp } from "../api/meta.js";
import { LABEL_RESOURCE_INDEX } from "../api/names.js";
import { validationOf } from "../api/run-validation.js";
import type { UpdateRunStatus } from "../api/update-run.js";
import { UpdateStrategy } from "../api/update-strategy.js";
import { type ConditionUpdate, setCondition } from "../placement/conditions.js";
import { hasOverrides } from "../placement/matching-overrides.js";
import { isLabelledLatest } from "../placement/snapshot-groups.js";
import { type ClusterProgress, clusterRow } from "../rollout/cluster-progress.js";
import type { PlanInput } from "../rollout/plan-run.js";
import { planWithRules } from "../rollout/plan-with-rules.js";
import { RunMessage, RunReason } from "../rollout/reasons.js";
import { type RunProgress, storedStatus } from "../rollout/run-status.js";
import { announceRunState } from "./announce-run-state.js";
import { chooseForRun, type OverrideChoice } from "./choose-overrides.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { NO_TARGETS, targetsIn } from "./read-targets.js";
import { recordEvent } from "./record-event.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";
import { runRef, type StoredRun } from "./stored-run.js";
import { flushPlacement } from "./sync-placement.js";

/** How long a run waits for a scheduler that has not settled. */
const SETTLE_MS = 1000;

/**
 * Computes a run and records the result once. Pending changes of the placement are flushed first, so that a run
 * without an index takes what is on the hub now.
 *
 * @returns when to look again if the placement has not settled; otherwise nothing, and the run is decided
 */
export async function initializeRun(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<string | undefined> {
  const input = await readPlanInput(deps, target, run);
  const plan = planWithRules(input);
  if (plan.ok === "later") {
    const changed = await tellWaiting(deps, target, plan.message);
    if (changed) announceRunState(deps, run.object, changed);
    return new Date(deps.now().getTime() + SETTLE_MS).toISOString();
  }
  if (plan.ok) {
    const snapshotIndex = plan.status.resourceSnapshotIndexUsed ?? "";
    const content = { placementName: run.spec.placementName, snapshotIndex };
    const overrides = await chooseForRun(deps, target, content, input.members);
    await writeClusters(deps, target, plan.clusters, overrides);
  }

  const condition: Omit<Condition, "lastTransitionTime"> = plan.ok
    ? {
        type: "Initialized",
        status: "True",
        reason: RunReason.InitializedSuccessfully,
        message: RunMessage.initialized,
        observedGeneration: run.object.metadata.generation ?? 1,
      }
    : {
        type: "Initialized",
        status: "False",
        reason: RunReason.InitializedFailed,
        message: plan.message,
        observedGeneration: run.object.metadata.generation ?? 1,
      };
  const conditions = setCondition(run.status.conditions ?? [], condition, toTimestamp(deps.now()));
  const fourEyes = askedFourEyes(run, input);
  const changed = await changeObject(deps.store, runRef(target), (object) =>
    object.metadata.uid !== target.uid || object.progress !== undefined
      ? undefined
      : {
          ...object,
          status: { ...plan.status, ...fourEyes, conditions },
          ...(plan.ok && { progress: { ...newProgress(run, input), rules: plan.rules } }),
        },
  );
  if (changed) announceRunState(deps, run.object, changed);
  await recordEvent(deps, run.object, {
    type: plan.ok ? "Normal" : "Warning",
    reason: condition.reason,
    message: condition.message,
  });
  return undefined;
}

/** KubeFleet says nothing while it waits; whoever looks at a run that does nothing wants to know why. */
function tellWaiting(
  deps: Dependencies,
  target: TargetRef,
  message: string,
): Promise<KubeObject | undefined> {
  return changeObject(deps.store, runRef(target), (object) => {
    if (object.metadata.uid !== target.uid || object.progress !== undefined) return undefined;
    const status = storedStatus(object);
    const condition: ConditionUpdate = {
      type: "Initialized",
      status: "Unknown",
      reason: RunReason.InitializationWaiting,
      message: RunMessage.initializationWaiting(message),
      observedGeneration: object.metadata.generation ?? 1,
    };
    const conditions = setCondition(status.conditions, condition, toTimestamp(deps.now()));
    return { ...object, status: { ...status, conditions } };
  });
}

/** What only initialization knows: the placement as it is now, and what was asked for by annotation. */
function newProgress({ object }: StoredRun, { placement, strategy }: PlanInput): RunProgress {
  const validation = validationOf(object.metadata) ?? (strategy && validationOf(strategy.metadata));
  return {
    round: 0,
    revision: 0,
    ...(placement?.metadata.uid !== undefined && { placementUid: placement.metadata.uid }),
    ...(validation && { validation }),
  };
}

/** Required when either asks: a run cannot do without what its strategy wants. */
function askedFourEyes(
  { object }: StoredRun,
  { strategy }: PlanInput,
): Pick<UpdateRunStatus, "fourEyes"> {
  const asked = fourEyesOf(object.metadata) ?? (strategy && fourEyesOf(strategy.metadata));
  return asked ? { fourEyes: asked } : {};
}

async function readPlanInput(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
): Promise<PlanInput> {
  const resources = scopeOf(target);
  const { placementName, stagedRolloutStrategyName } = run.spec;
  const { namespace } = target;
  const uid = await deps.store.livingUid(placementRef(target, resources.placements, placementName));
  const placement = { kind: resources.placementKind, namespace, name: placementName };
  const synced = uid === undefined ? undefined : await flushPlacement(deps, { ...placement, uid });
  const strategy = await deps.store.get(
    placementRef(target, resources.strategies, stagedRolloutStrategyName),
  );
  const snapshots = synced?.state.snapshots ?? [];
  const latest = snapshots.find(isLabelledLatest);
  return {
    ...(synced ? targetsIn(synced.state) : NO_TARGETS),
    run: { name: target.name, namespace: target.namespace, spec: run.spec },
    placement: synced?.state.placement,
    strategy: strategy && UpdateStrategy.parse(strategy),
    snapshots,
    latestIndex: latest?.metadata.labels?.[LABEL_RESOURCE_INDEX],
    selectionProblem: synced?.problem,
  };
}

/** The rows of an earlier try that did not get as far as the status are replaced. */
async function writeClusters(
  deps: Dependencies,
  target: TargetRef,
  clusters: readonly (readonly string[])[],
  overridesOf: OverrideChoice,
): Promise<void> {
  await deps.clusters.removePartition(target.uid);
  const rows = clusters.flatMap((names, stage) =>
    names.map((clusterName, index) => {
      // Source: KubeFleet, which computes no overrides for the last stage: it only removes.
      const overrides = stage < clusters.length - 1 ? overridesOf(clusterName) : {};
      const value: ClusterProgress = {
        clusterName,
        stage,
        index,
        phase: "Pending",
        ...(hasOverrides(overrides) && { overrides }),
      };
      return { row: clusterRow(stage, index), value };
    }),
  );
  await deps.clusters.upsertAll(target.uid, rows);
}
