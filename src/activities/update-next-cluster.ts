import type { KubeObject } from "../api/meta.js";
import { ResourceBinding } from "../api/resource-binding.js";
import { confirmedRollout } from "../placement/binding-status.js";
import { notOverriddenSentence } from "../placement/overridden-condition.js";
import { afterTry, type UnfinishedTry, unfinishedSentence } from "../rollout/cluster-outcome.js";
import type { ClusterProgress } from "../rollout/cluster-progress.js";
import { isOverdue, type StageRules } from "../rollout/stage-rules.js";
import { applyToMember, type MemberUpdateResult, statusAfter } from "./apply-to-member.js";
import { bindCluster, bindingRef, isPreempted, type WantedBinding } from "./bind-cluster.js";
import { type ClaimedCluster, updateClaim } from "./claim-cluster.js";
import { type ReadClusterManifests, readClusterManifests } from "./cluster-manifests.js";
import type { LaneInput, LaneResult, TargetRef } from "./contracts.js";
import type { Dependencies, Waker } from "./dependencies.js";
import { secondsBetween } from "./event-line.js";
import { type LaneSlot, workInLane } from "./lane-slots.js";
import type { LaneTools } from "./lane-tools.js";
import { recordWaiting, releaseCluster } from "./record-waiting.js";
import { changeObject } from "./server-objects.js";
import type { InStep } from "./slots-in-step.js";
import { isStillPlaced, isStillWanted } from "./still-wanted.js";
import type { StoredRun } from "./stored-run.js";
import { placementWake } from "./sync-placement.js";
import { type TakenCluster, takeCluster } from "./take-cluster.js";
import { type ToldCluster, tellFailing, tellFinished } from "./tell-cluster.js";

/**
 * One step of a lane: takes the next clusters of the stage, brings the run's snapshot to them, and records what became
 * of them. The normal cluster needs no call of its own; a slow one goes back to the lane and is looked at again later.
 */
export const makeUpdateNextCluster =
  (tools: LaneTools) =>
  (input: LaneInput, waker: Waker): Promise<LaneResult> =>
    workInLane(tools, input, (slot, inStep) => updateOne(tools, slot, waker, inStep));

async function updateOne(
  tools: LaneTools,
  input: LaneSlot,
  waker: Waker,
  inStep: InStep,
): Promise<LaneResult> {
  const taken = await takeCluster(tools, input);
  if (taken.kind !== "Taken") return taken;
  return new ClusterStep({ ...tools, waker, inStep }, input, taken).perform();
}

interface StepTools extends Pick<LaneTools, "deps" | "runs" | "news" | "wakes"> {
  readonly waker: Waker;
  readonly inStep: InStep;
}

/** The update of one claimed cluster. */
class ClusterStep {
  private readonly tools: StepTools;
  private readonly deps: Dependencies;
  private readonly input: LaneInput;
  private readonly run: StoredRun;
  private readonly placement: TargetRef;
  private readonly claim: ClaimedCluster;

  constructor(tools: StepTools, input: LaneInput, { run, placement, claim }: TakenCluster) {
    this.tools = tools;
    this.deps = tools.deps;
    this.input = input;
    this.run = run;
    this.placement = placement;
    this.claim = claim;
  }

  async perform(): Promise<LaneResult> {
    const wanted = this.wantedBinding();
    this.tellProgress();
    const [bound, manifests] = await Promise.all([
      bindCluster(this.deps, wanted),
      readClusterManifests(this.deps, {
        ...wanted,
        target: this.input.run,
        placementName: this.placement.name,
      }),
    ]);
    switch (bound.kind) {
      case "Preempted":
        return this.finish("Failed", bound.message);
      case "Unselected":
        return this.finish("Skipped", bound.message);
      case "Bound":
        return this.bring(wanted, manifests, bound.object);
    }
  }

  private async bring(
    wanted: WantedBinding,
    read: ReadClusterManifests,
    bound: KubeObject,
  ): Promise<LaneResult> {
    switch (read.kind) {
      case "Gone":
        return this.finish("Failed", read.message);
      case "NoMember":
        return this.later({ message: read.message, failing: true });
      case "NotOverridden":
        await this.recordBinding(wanted, read, bound);
        return this.finish("Failed", notOverriddenSentence(read.message));
      case "Ready":
        return this.apply(wanted, read, bound);
    }
  }

  private async apply(
    wanted: WantedBinding,
    { manifests, envelopes }: Extract<ReadClusterManifests, { readonly kind: "Ready" }>,
    bound: KubeObject,
  ): Promise<LaneResult> {
    const result = await applyToMember(
      this.deps,
      {
        placement: wanted.placement,
        cluster: wanted.cluster,
        holder: `${this.input.run.uid}/${this.input.stage}/${wanted.cluster}`,
        manifests,
        envelopes,
        applyStrategy: wanted.applyStrategy,
      },
      async (report) =>
        report
          ? !isOverdue(this.rules, wanted.startedAt, this.deps.now()) &&
            (await isStillWanted(this.deps.store, this.input.run, this.placement))
          : isStillPlaced(this.deps.store, this.placement),
      this.tools.inStep,
    );
    const binding = await this.recordBinding(wanted, result, bound);
    if (binding && isPreempted(binding, wanted)) {
      const again = await bindCluster(this.deps, wanted);
      return this.finish("Failed", again.kind === "Bound" ? undefined : again.message);
    }
    if (result.kind === "Later") return this.later({ ...result, failing: true });
    const { report } = result;
    const unfinished = unfinishedSentence(report);
    const failing = report.outcomes.some(({ applied }) => !applied);
    return unfinished ? this.later({ message: unfinished, failing }) : this.finish("Succeeded");
  }

  /** What the placement's status is made of; left alone when another run has taken the cluster. */
  private async recordBinding(
    wanted: WantedBinding,
    result: MemberUpdateResult,
    bound: KubeObject,
  ): Promise<ResourceBinding | undefined> {
    const placementName = wanted.placement.name;
    const now = this.deps.now();
    const change = (current: KubeObject) => {
      const stored = ResourceBinding.parse(current);
      if (isPreempted(stored, wanted)) return undefined;
      const binding = confirmedRollout(stored);
      return { ...current, status: statusAfter(result, { binding, placementName, now }) };
    };
    const object = await changeObject(this.deps.store, bindingRef(wanted), change, bound);
    return object && ResourceBinding.parse(object);
  }

  private async later(
    problem: Pick<UnfinishedTry, "message" | "failing" | "retryAfterSeconds">,
  ): Promise<LaneResult> {
    const { deps, input, claim } = this;
    const { startedAt = deps.now().toISOString(), waiting } = claim.value;
    const { stageGoesOn } = claim;
    const tried = { ...problem, startedAt, attempts: waiting?.attempts ?? 0, stageGoesOn };
    const next = afterTry(tried, this.rules, deps.now());
    switch (next.kind) {
      case "Failed":
        return this.finish("Failed", next.message);
      case "Released":
        await releaseCluster(deps, input, claim, problem.message);
        await this.wakePlacement();
        return { kind: "Finished" };
      case "Again":
        await recordWaiting(deps, input, claim, { ...problem, retryAfterSeconds: next.seconds });
        if (problem.failing && problem.message !== waiting?.message) {
          await tellFailing(deps, this.told, problem.message);
        }
        await this.wakePlacement();
        return { kind: "Pending", retryAfterSeconds: next.seconds };
    }
  }

  private async finish(
    phase: Extract<ClusterProgress["phase"], "Succeeded" | "Failed" | "Skipped">,
    message?: string,
  ): Promise<LaneResult> {
    const { waiting, ...value } = this.claim.value;
    const written = await updateClaim(
      this.deps,
      this.input.run.uid,
      { ...this.claim, value },
      { phase, finishedAt: this.deps.now().toISOString(), ...(message && { message }) },
    );
    this.tellProgress();
    const outcome = { phase, message, wasFailing: waiting?.failing === true };
    if (written) await tellFinished(this.deps, this.told, outcome);
    return { kind: "Finished" };
  }

  private get told(): ToldCluster {
    const { run, input, claim } = this;
    const { clusterName: cluster, startedAt } = claim.value;
    const seconds = secondsBetween(startedAt, this.deps.now().toISOString());
    return { run, stage: input.stage, cluster, seconds };
  }

  private get stageName(): string {
    return this.run.status.stagesStatus?.[this.input.stage]?.stageName ?? "";
  }

  private get rules(): StageRules {
    return this.run.progress?.rules?.[this.input.stage] ?? {};
  }

  /** To those who watch the run, and to its placement. */
  private tellProgress(): void {
    const { run } = this.input;
    const { runs, news, wakes } = this.tools;
    news.call(run.uid, () => runs.touch(run));
    wakes.call(run.uid, () => this.wakePlacement());
  }

  private wakePlacement(): Promise<void> {
    return this.tools.waker.wake([placementWake(this.placement, "progress")]);
  }

  private wantedBinding(): WantedBinding {
    return {
      run: this.input.run,
      placement: this.placement,
      cluster: this.claim.value.clusterName,
      stage: this.stageName,
      snapshotIndex: this.run.status.resourceSnapshotIndexUsed ?? "",
      applyStrategy: this.run.status.appliedStrategy ?? {},
      overrides: this.claim.value.overrides ?? {},
      startedAt: this.claim.value.startedAt ?? this.deps.now().toISOString(),
    };
  }
}
