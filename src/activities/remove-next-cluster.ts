import { LABEL_PARENT_CRP } from "../api/names.js";
import { ResourceBinding } from "../api/resource-binding.js";
import { claimCluster, updateClaim } from "./claim-cluster.js";
import type { LaneInput, LaneResult, TargetRef } from "./contracts.js";
import { removeFromMember } from "./delete-placement.js";
import type { Dependencies, Waker } from "./dependencies.js";
import { placementOfRun } from "./placement-of-run.js";
import { recordWaiting, releaseCluster } from "./record-waiting.js";
import { placementCollection, placementRef, scopeOf } from "./scope.js";
import { removeObject } from "./server-objects.js";
import { type RunTouches, readRun } from "./stored-run.js";

const RETRY_SECONDS = 15;

/**
 * The delete stage's lane: takes the placement off the next cluster that is no longer selected, then removes its
 * binding. Source: KubeFleet, delete stage.
 */
export const makeRemoveNextCluster =
  (deps: Dependencies, touches: RunTouches) =>
  async (input: LaneInput, waker: Waker): Promise<LaneResult> => {
    const run = await readRun(deps.store, input.run);
    if (!run || run.object.metadata.deletionTimestamp) return { kind: "Drained" };
    const mayBegin = !input.inFlightOnly && run.spec.state === "Run";
    const claim = await claimCluster(deps, input, { mayBegin });
    if (!claim) return { kind: "Drained" };
    const placement = await placementOfRun(deps, input.run, run);
    const member = claim.value.clusterName;
    const problem =
      placement &&
      (await removeFromMember(deps, placement, member, `${input.run.uid}/${input.lane}`));
    if (problem && !claim.stageGoesOn) {
      await releaseCluster(deps, input, claim, problem);
      return { kind: "Finished" };
    }
    if (problem) {
      await recordWaiting(deps, input, claim, problem, RETRY_SECONDS);
      return { kind: "Pending", retryAfterSeconds: RETRY_SECONDS };
    }
    await removeBinding(deps, input.run, run.spec.placementName, member);
    const { waiting: _, ...done } = claim.value;
    await updateClaim(
      deps,
      input.run.uid,
      { ...claim, value: done },
      {
        phase: "Succeeded",
        finishedAt: deps.now().toISOString(),
      },
    );
    await touches.touch(input.run);
    if (placement) {
      await waker.wake([
        { orchestration: "syncPlacement", instanceId: placement.uid, input: placement },
      ]);
    }
    return { kind: "Finished" };
  };

async function removeBinding(
  deps: Dependencies,
  target: TargetRef,
  placementName: string,
  member: string,
): Promise<void> {
  const { bindings } = scopeOf(target);
  const { items } = await deps.store.list(placementCollection(target, bindings));
  for (const object of items) {
    const binding = ResourceBinding.parse(object);
    if (
      binding.metadata.labels?.[LABEL_PARENT_CRP] === placementName &&
      binding.spec.targetCluster === member &&
      binding.spec.state === "Unscheduled"
    ) {
      await removeObject(deps.store, placementRef(target, bindings, binding.metadata.name));
    }
  }
}
