import type { Placement } from "../api/placement.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { canonicalJson } from "../manifests/canonical-json.js";
import { sameOverrides } from "../placement/matching-overrides.js";
import { wantedOverrides } from "../placement/wanted-overrides.js";
import { type BindingHealth, bindingHealth } from "./binding-health.js";
import { checksDrift } from "./drift-check.js";
import { type RollingLimits, rollingLimits } from "./rolling-limits.js";
import { isInHandOf, isInOtherHands, nextTry, type RolloutLane } from "./rollout-attempt.js";

export interface RollingUpdateView {
  readonly placement: Pick<Placement, "metadata" | "spec">;
  /** Every binding of the placement. */
  readonly bindings: readonly ResourceBinding[];
  /** Master of the latest resource snapshot; undefined before there is one. */
  readonly snapshotName: string | undefined;
  /** The lane that asks; absent when no lane is at work. */
  readonly lane?: RolloutLane | undefined;
}

/** What is to be done to one cluster. */
export interface RolloutStep {
  /** Bring it the latest snapshot, apply once more what it is bound to, or take everything off it. */
  readonly work: "Update" | "Confirm" | "Remove";
  readonly binding: ResourceBinding;
}

export interface RollingUpdatePlan {
  /**
   * What may begin now, all of it at once. Whoever begins with one has to plan again before the next. A lane that has
   * a cluster in hand gets only this one.
   */
  readonly steps: readonly RolloutStep[];
  /** Clusters that have to wait because of the limits, and why. */
  readonly blocked: ReadonlyMap<string, string>;
  /** When time alone makes another step possible, ISO 8601. */
  readonly nextLook: string | undefined;
}

/**
 * What a rolling update does next: brings the latest snapshot to clusters that do not have it, no more at once than
 * the limits allow, and takes the placement off those that are picked no more. A cluster on which nothing works has
 * nothing to lose: it is worked at whenever it is due. Source: KubeFleet `pkg/controllers/rollout`.
 */
export function planRollingUpdate(view: RollingUpdateView, now: Date): RollingUpdatePlan {
  const bindings = view.bindings.filter(({ metadata }) => !metadata.deletionTimestamp);
  const picked = bindings.filter(({ spec }) => spec.state !== "Unscheduled").length;
  const limits = rollingLimits(view.placement.spec.strategy, picked);
  const clusters = bindings
    .toSorted(compareCluster)
    .map((binding) => clusterOf(view, binding, limits.unavailablePeriodSeconds));
  const mine = clusters.find(({ binding }) => view.lane && isInHandOf(binding, view.lane));
  const free = clusters.filter(({ binding }) => !view.lane || !isInOtherHands(binding, view.lane));
  const of = (standing: Standing) => free.filter((cluster) => cluster.standing === standing);
  const lookedAt = [...of("Broken"), ...of("Watched")];
  const due = lookedAt.filter(({ dueAt }) => dueAt === undefined || dueAt <= now.toISOString());
  const additions = of("New");
  const disruptions = [...of("Surplus"), ...of("Outdated")];
  const mayAdd = Math.max(
    0,
    limits.target + limits.maxSurge - clusters.filter(({ holds }) => holds).length,
  );
  const ready = clusters.filter(({ health }) => isReady(health, now)).length;
  const mayDisrupt = Math.max(0, ready - (limits.target - limits.maxUnavailable));
  const begun = [...due, ...additions.slice(0, mayAdd), ...disruptions.slice(0, mayDisrupt)];
  return {
    steps: (mine ? [mine] : begun).map(({ binding }) => ({ binding, work: workOn(view, binding) })),
    blocked: new Map([
      ...reasons(additions.slice(mayAdd), additionBlocked(limits)),
      ...reasons(disruptions.slice(mayDisrupt), disruptionBlocked(limits, clusters, now)),
    ]),
    nextLook: nextLook(lookedAt, clusters, disruptions.length > mayDisrupt, now),
  };
}

/**
 * - Current: it has what it should have, and that works.
 * - Watched: the same, and it is looked at for drift from time to time.
 * - New: it never had anything.
 * - Outdated, Surplus: what it has works, and is to be replaced or removed.
 * - Broken: something is to be done, and nothing works there that could suffer from it.
 */
type Standing = "Current" | "Watched" | "New" | "Outdated" | "Surplus" | "Broken";

interface Cluster {
  readonly binding: ResourceBinding;
  readonly standing: Standing;
  readonly health: BindingHealth;
  /** It has the resources, or will have them as far as anybody knows. */
  readonly holds: boolean;
  /** Before that time another try of the same is of no use. */
  readonly dueAt: string | undefined;
}

function clusterOf(
  view: RollingUpdateView,
  binding: ResourceBinding,
  periodSeconds: number,
): Cluster {
  const health = bindingHealth(binding, periodSeconds);
  const { spec } = binding;
  const rolledOut = spec.resourceSnapshotName !== "";
  const outdated = isOutdated(view, binding);
  const standing = standingOf(view, binding, health, outdated);
  const sameAgain = spec.state === "Unscheduled" || !outdated;
  return {
    binding,
    standing:
      view.snapshotName === undefined && spec.state !== "Unscheduled" ? "Current" : standing,
    health,
    holds: rolledOut && !health.failed,
    dueAt: sameAgain ? nextTry(binding) : undefined,
  };
}

function standingOf(
  { placement }: RollingUpdateView,
  { spec }: ResourceBinding,
  health: BindingHealth,
  outdated: boolean,
): Standing {
  if (spec.state === "Unscheduled") return health.worksSince ? "Surplus" : "Broken";
  if (spec.resourceSnapshotName === "") return "New";
  if (outdated) return health.worksSince ? "Outdated" : "Broken";
  if (!health.confirmed) return "Broken";
  return checksDrift(placement) ? "Watched" : "Current";
}

function isOutdated({ placement, snapshotName }: RollingUpdateView, binding: ResourceBinding) {
  const { spec } = binding;
  const strategy = placement.spec.strategy?.applyStrategy ?? {};
  return (
    spec.resourceSnapshotName !== snapshotName ||
    !sameOverrides(spec, wantedOverrides(binding)) ||
    canonicalJson(spec.applyStrategy ?? {}) !== canonicalJson(strategy)
  );
}

function isReady({ worksSince }: BindingHealth, now: Date): boolean {
  return worksSince !== undefined && worksSince <= now.toISOString();
}

function workOn(view: RollingUpdateView, binding: ResourceBinding): RolloutStep["work"] {
  if (binding.spec.state === "Unscheduled") return "Remove";
  return isOutdated(view, binding) ? "Update" : "Confirm";
}

function compareCluster(a: ResourceBinding, b: ResourceBinding): number {
  return a.spec.targetCluster < b.spec.targetCluster ? -1 : 1;
}

function reasons(clusters: readonly Cluster[], message: string): [string, string][] {
  return clusters
    .filter(({ binding }) => binding.spec.state !== "Unscheduled")
    .map(({ binding }) => [binding.spec.targetCluster, message]);
}

/** The beginning is KubeFleet's. */
const BLOCKED = "The resources cannot be updated to the latest because of the rollout strategy";

/** How many clusters a sentence names before it only counts. */
const NAMED = 3;

function additionBlocked({ target, maxSurge }: RollingLimits): string {
  return `${BLOCKED}: at most ${target + maxSurge} cluster(s) may have the resources at a time (maxSurge), and as many have them`;
}

function disruptionBlocked(
  { target, maxUnavailable }: RollingLimits,
  clusters: readonly Cluster[],
  now: Date,
): string {
  const names = clusters
    .filter(({ health, binding }) => binding.spec.state !== "Unscheduled" && !isReady(health, now))
    .map(({ binding }) => binding.spec.targetCluster);
  const named = names.slice(0, NAMED).join(", ");
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  const unavailable = names.length === 0 ? "" : `; waiting for ${named}${more}`;
  return `${BLOCKED}: ${maxUnavailable} of ${target} cluster(s) may be unavailable at a time (maxUnavailable)${unavailable}`;
}

/** The next look at something broken or watched, or the moment from which something counts as working. */
function nextLook(
  lookedAt: readonly Cluster[],
  clusters: readonly Cluster[],
  limited: boolean,
  now: Date,
): string | undefined {
  const times = [
    ...lookedAt.map(({ dueAt }) => dueAt),
    ...(limited ? clusters.map(({ health }) => health.worksSince) : []),
  ];
  return times
    .filter((time) => time !== undefined)
    .filter((time) => time > now.toISOString())
    .sort()[0];
}
