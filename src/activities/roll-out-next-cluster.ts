import { indexInSnapshotName } from "../api/names.js";
import { ResourceBinding, type ResourceBindingStatus } from "../api/resource-binding.js";
import { unfinishedSentence } from "../rollout/cluster-outcome.js";
import { driftCheckMs, nextDriftCheck } from "../rollout/drift-check.js";
import { isInHandOf, settled, settledUntil, triedAgainLater } from "../rollout/rollout-attempt.js";
import type { SharedCalls } from "../storage/shared-calls.js";
import { applyToMember, type MemberUpdateResult, statusAfter } from "./apply-to-member.js";
import { type ClaimedStep, claimRolloutStep } from "./claim-rollout-step.js";
import { type ReadClusterManifests, readClusterManifests } from "./cluster-manifests.js";
import type { RolloutLaneInput, RolloutLaneResult } from "./contracts.js";
import { removeFromMember, tellCleanupPending } from "./delete-placement.js";
import type { Dependencies } from "./dependencies.js";
import { refreshPlacementStatus } from "./refresh-placement-status.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject, removeObject } from "./server-objects.js";
import { isStillPlaced } from "./still-wanted.js";
import { withAnnotations } from "./with-annotations.js";

/**
 * One step of a rolling update's lane: takes the next cluster that may be worked at, brings it the latest snapshot or
 * clears it, and records on its binding what became of it. A cluster that is not ready is left with the time of its
 * next try, and holds up nobody.
 */
export const makeRollOutNextCluster =
  (deps: Dependencies, refreshes: SharedCalls) =>
  async (input: RolloutLaneInput): Promise<RolloutLaneResult> => {
    const claimed = await claimRolloutStep(deps, input);
    if (!claimed) return { kind: "Drained" };
    const step = new RollingStep(deps, refreshes, input, claimed);
    await step.perform();
    return { kind: "Finished" };
  };

/** The work at one claimed cluster. */
class RollingStep {
  private readonly deps: Dependencies;
  private readonly refreshes: SharedCalls;
  private readonly input: RolloutLaneInput;
  private readonly claimed: ClaimedStep;
  private readonly cluster: string;
  private toldEarly = false;

  constructor(
    deps: Dependencies,
    refreshes: SharedCalls,
    input: RolloutLaneInput,
    claimed: ClaimedStep,
  ) {
    this.deps = deps;
    this.refreshes = refreshes;
    this.input = input;
    this.claimed = claimed;
    this.cluster = claimed.binding.spec.targetCluster;
  }

  async perform(): Promise<void> {
    await (this.claimed.work === "Remove" ? this.remove() : this.apply());
    await this.refresh();
  }

  private async apply(): Promise<void> {
    const { placement } = this.input;
    const { spec } = this.claimed.binding;
    const read = await readClusterManifests(this.deps, {
      target: placement,
      placementName: placement.name,
      snapshotIndex: indexInSnapshotName(spec.resourceSnapshotName) ?? "",
      cluster: this.cluster,
      overrides: spec,
    });
    await this.settle(await this.bring(read));
  }

  private async bring(read: ReadClusterManifests): Promise<MemberUpdateResult> {
    switch (read.kind) {
      case "Gone":
      case "NoMember":
        return { kind: "Later", message: read.message };
      case "NotOverridden":
        return read;
      case "Ready": {
        const { manifests, envelopes } = read;
        const update = {
          placement: this.input.placement,
          cluster: this.cluster,
          holder: this.holder(),
          manifests,
          envelopes,
          applyStrategy: this.claimed.binding.spec.applyStrategy ?? {},
        };
        return applyToMember(this.deps, update, (report) =>
          this.goesOn(report && { kind: "Reported", report }),
        );
      }
    }
  }

  /** While it is watched, a slow cluster is told about once, and left as soon as something else is to be done. */
  private async goesOn(result: MemberUpdateResult | undefined): Promise<boolean> {
    if (result && !this.toldEarly) {
      this.toldEarly = true;
      await this.changeBinding((binding) => ({ status: this.statusOf(binding, result) }));
      await this.refresh();
    }
    const { placement } = this.input;
    if (!(await isStillPlaced(this.deps.store, placement))) return false;
    return result === undefined || !(await this.deps.wakeups.isPending(placement.uid));
  }

  /** Records the outcome, and lets the cluster go. */
  private async settle(result: MemberUpdateResult): Promise<void> {
    const finished = result.kind === "Reported" && unfinishedSentence(result.report) === undefined;
    const pause = result.kind === "Later" ? result.retryAfterSeconds : undefined;
    await this.changeBinding((binding) => ({
      status: this.statusOf(binding, result),
      annotations: finished
        ? this.settledAnnotations(binding)
        : triedAgainLater(binding, this.deps.now(), pause),
    }));
  }

  private settledAnnotations(binding: ResourceBinding): Record<string, string> {
    const { deps, claimed } = this;
    const intervalMs = driftCheckMs(claimed.placement, deps.driftCheckMs);
    if (intervalMs === undefined) return settled(binding);
    return settledUntil(binding, nextDriftCheck(deps.now(), intervalMs));
  }

  private async remove(): Promise<void> {
    const { deps, cluster } = this;
    const { placement } = this.input;
    // A cluster that was never begun with has nothing; it need not even be there.
    const problem =
      this.claimed.binding.spec.resourceSnapshotName !== "" &&
      (await removeFromMember(deps, placement, cluster, this.holder()));
    if (!problem) {
      await removeObject(deps.store, this.bindingRef());
      return;
    }
    await tellCleanupPending(deps, placement, cluster, problem);
    await this.changeBinding((binding) => ({
      annotations: triedAgainLater(binding, deps.now()),
    }));
  }

  private statusOf(binding: ResourceBinding, result: MemberUpdateResult): ResourceBindingStatus {
    const placementName = this.input.placement.name;
    return statusAfter(result, { binding, placementName, now: this.deps.now() });
  }

  /** Nothing when another lane has the cluster by now. */
  private async changeBinding(
    change: (binding: ResourceBinding) => {
      readonly status?: ResourceBindingStatus;
      readonly annotations?: Record<string, string>;
    },
  ): Promise<void> {
    await changeObject(this.deps.store, this.bindingRef(), (current) => {
      const binding = ResourceBinding.parse(current);
      if (!isInHandOf(binding, this.input)) return undefined;
      const { status, annotations } = change(binding);
      return {
        ...current,
        ...(status && { status }),
        ...(annotations && { metadata: withAnnotations(current.metadata, annotations) }),
      };
    });
  }

  private refresh(): Promise<void> {
    const { placement } = this.input;
    return this.refreshes.call(placement.uid, () => refreshPlacementStatus(this.deps, placement));
  }

  private bindingRef() {
    const { placement } = this.input;
    return placementRef(placement, scopeOf(placement).bindings, this.claimed.binding.metadata.name);
  }

  private holder(): string {
    return `rollout ${this.input.placement.uid}/${this.cluster}`;
  }
}
