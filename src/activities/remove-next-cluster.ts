import type { KubeObject } from "../api/meta.js";
import { ResourceBinding } from "../api/resource-binding.js";
import type { ClusterProgress } from "../rollout/cluster-progress.js";
import { bindingRef } from "./bind-cluster.js";
import { type ClaimedCluster, updateClaim } from "./claim-cluster.js";
import type { LaneInput, LaneResult, TargetRef } from "./contracts.js";
import { removeFromMember } from "./delete-placement.js";
import type { Dependencies, Waker } from "./dependencies.js";
import { secondsBetween } from "./event-line.js";
import { type LaneSlot, workInLane } from "./lane-slots.js";
import type { LaneTools } from "./lane-tools.js";
import { recordWaiting, releaseCluster } from "./record-waiting.js";
import { removeObject } from "./server-objects.js";
import { takeCluster } from "./take-cluster.js";
import { announceDone } from "./tell-cluster.js";

const RETRY_SECONDS = 15;

/**
 * The delete stage's lane: takes the placement off the next cluster that is no longer selected, then removes its
 * binding. A cluster that was picked again meanwhile keeps what it has. Source: KubeFleet, delete stage.
 */
export const makeRemoveNextCluster =
  (tools: LaneTools) =>
  (input: LaneInput, waker: Waker): Promise<LaneResult> =>
    workInLane(tools, input, (slot) => removeOne(tools, slot, waker));

async function removeOne(tools: LaneTools, input: LaneSlot, waker: Waker): Promise<LaneResult> {
  const taken = await takeCluster(tools, input);
  if (taken.kind !== "Taken") return taken;
  const { deps, runs, news } = tools;
  const { run, placement, claim } = taken;
  const { clusterName: cluster, startedAt } = claim.value;
  const seconds = secondsBetween(startedAt, deps.now().toISOString());
  const told = { run, stage: input.stage, cluster, seconds };
  const removal = await removePlaced(deps, input, placement, cluster);
  switch (removal.kind) {
    case "Pending":
      return later(deps, input, claim, removal.problem);
    case "PickedAgain": {
      const message = `the placement ${placement.name} picks the cluster again: the next run updates it`;
      await finish(deps, input, claim, { phase: "Skipped", message });
      announceDone(deps, told, "ClusterSkipped", `was skipped: ${message}`);
      break;
    }
    case "Removed":
      await finish(deps, input, claim, { phase: "Succeeded" });
      announceDone(deps, told, "ClusterRemoved", "has lost what was placed on it");
  }
  news.call(input.run.uid, () => runs.touch(input.run));
  await waker.wake([
    { orchestration: "syncPlacement", instanceId: placement.uid, input: placement },
  ]);
  return { kind: "Finished" };
}

type Removal =
  | { readonly kind: "Removed" }
  | { readonly kind: "PickedAgain" }
  | { readonly kind: "Pending"; readonly problem: string };

async function removePlaced(
  deps: Dependencies,
  input: LaneInput,
  placement: TargetRef,
  cluster: string,
): Promise<Removal> {
  const ref = bindingRef({ placement, cluster });
  const binding = await deps.store.get(ref);
  const isWanted = binding && ResourceBinding.parse(binding).spec.state !== "Unscheduled";
  if (isWanted) return { kind: "PickedAgain" };
  const holder = `${input.run.uid}/${input.lane}`;
  const problem = await removeFromMember(deps, placement, cluster, holder);
  if (problem) return { kind: "Pending", problem };
  await removeObject(deps.store, ref, isUnscheduled);
  return { kind: "Removed" };
}

async function later(
  deps: Dependencies,
  input: LaneInput,
  claim: ClaimedCluster,
  problem: string,
): Promise<LaneResult> {
  if (!claim.stageGoesOn) {
    await releaseCluster(deps, input, claim, problem);
    return { kind: "Finished" };
  }
  await recordWaiting(deps, input, claim, {
    message: problem,
    releasable: true,
    retryAfterSeconds: RETRY_SECONDS,
  });
  return { kind: "Pending", retryAfterSeconds: RETRY_SECONDS };
}

async function finish(
  deps: Dependencies,
  input: LaneInput,
  claim: ClaimedCluster,
  outcome: Pick<ClusterProgress, "phase" | "message">,
): Promise<void> {
  const { waiting: _, ...value } = claim.value;
  const finishedAt = deps.now().toISOString();
  await updateClaim(deps, input.run.uid, { ...claim, value }, { ...outcome, finishedAt });
}

function isUnscheduled(object: KubeObject): boolean {
  return ResourceBinding.parse(object).spec.state === "Unscheduled";
}
