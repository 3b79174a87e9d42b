import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import { Placement } from "../api/placement.js";
import { ResourceBinding } from "../api/resource-binding.js";
import { rolloutStarted } from "../placement/binding-status.js";
import { setCondition } from "../placement/conditions.js";
import { wantedOverrides } from "../placement/wanted-overrides.js";
import { planRollingUpdate, type RolloutStep } from "../rollout/rolling-update.js";
import { inHand, isInHandOf, type RolloutLane, settled } from "../rollout/rollout-attempt.js";
import { pointedBinding } from "./bind-cluster.js";
import type { RolloutLaneInput, TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { listOwn } from "./read-placement.js";
import { applyStrategyOf, rollingUpdateView, rollsByItself } from "./read-rolling-update.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";

/** Plans made before a lane leaves the clusters to its siblings. */
const TRIES = 20;

/** A cluster that a lane has in hand, and what it is to do there. */
export interface ClaimedStep {
  readonly work: RolloutStep["work"];
  readonly placement: Placement;
  /** As it is after the claim. */
  readonly binding: ResourceBinding;
}

/**
 * Takes the next cluster that may be worked at, by writing so on its binding: when somebody else wrote there since the
 * plan was made, the plan is made anew. Undefined when nothing may be begun.
 */
export async function claimRolloutStep(
  deps: Dependencies,
  { placement: target, ...lane }: RolloutLaneInput,
): Promise<ClaimedStep | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const placement = await readRolling(deps, target);
    if (!placement) return undefined;
    const [bindings, snapshots] = await Promise.all([
      listOwn(deps, target, scopeOf(target).bindings),
      listOwn(deps, target, scopeOf(target).snapshots),
    ]);
    const view = rollingUpdateView({
      placement,
      bindings: bindings.map((binding) => ResourceBinding.parse(binding)),
      snapshots,
    });
    const { steps } = planRollingUpdate({ ...view, lane }, deps.now());
    // Each lane begins elsewhere in what may begin at once, so that they seldom want the same.
    const step = steps[lane.lane % steps.length];
    if (!step) return undefined;
    const claimed = await claim(deps, target, step, (current) =>
      taken(current, step, lane, {
        snapshotName: view.snapshotName ?? "",
        applyStrategy: applyStrategyOf(placement),
        now: deps.now(),
      }),
    );
    if (claimed) return { work: step.work, binding: claimed, placement };
  }
  return undefined;
}

/** The placement while it is to be rolled out without runs. */
async function readRolling(deps: Dependencies, target: TargetRef): Promise<Placement | undefined> {
  const ref = placementRef(target, scopeOf(target).placements, target.name);
  const object = await deps.store.get(ref);
  if (!object || object.metadata.uid !== target.uid) return undefined;
  const placement = Placement.parse(object);
  return placement.metadata.deletionTimestamp || !rollsByItself(placement) ? undefined : placement;
}

async function claim(
  deps: Dependencies,
  target: TargetRef,
  step: RolloutStep,
  change: (current: KubeObject) => KubeObject,
): Promise<ResourceBinding | undefined> {
  const { name, resourceVersion } = step.binding.metadata;
  let lost = false;
  const object = await changeObject(
    deps.store,
    placementRef(target, scopeOf(target).bindings, name),
    (current) => {
      lost = current.metadata.resourceVersion !== resourceVersion;
      return lost ? undefined : change(current);
    },
  );
  return object && !lost ? ResourceBinding.parse(object) : undefined;
}

/** A new snapshot starts from nothing; what is only looked at again keeps what was found out. */
function taken(
  current: KubeObject,
  { work }: RolloutStep,
  lane: RolloutLane,
  wanted: Pick<Parameters<typeof pointedBinding>[1], "snapshotName" | "applyStrategy" | "now">,
): KubeObject {
  const binding = ResourceBinding.parse(current);
  if (isInHandOf(binding, lane)) return current;
  if (work === "Update") {
    const fresh = { metadata: { ...binding.metadata, annotations: settled(binding) } };
    return pointedBinding(current, {
      ...wanted,
      overrides: wantedOverrides(binding),
      annotations: inHand(fresh, lane),
    });
  }
  const metadata = { ...current.metadata, annotations: inHand(binding, lane) };
  // From now on something may be missing there.
  if (work === "Remove") return { ...current, metadata, status: {} };
  const generation = binding.metadata.generation ?? 1;
  const started = rolloutStarted({ generation, now: wanted.now });
  const conditions = setCondition(binding.status?.conditions, started, toTimestamp(wanted.now));
  return { ...current, metadata, status: { ...binding.status, conditions } };
}
