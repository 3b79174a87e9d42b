import type { KubeObject } from "../api/meta.js";
import { snapshotName } from "../api/names.js";
import type { OverrideSnapshotNames } from "../api/override.js";
import type { ApplyStrategy } from "../api/placement.js";
import { ResourceBinding } from "../api/resource-binding.js";
import { bindingName } from "../placement/binding-plan.js";
import { rolloutStarted } from "../placement/binding-status.js";
import { toldNamespace } from "../placement/created-namespace.js";
import { sameOverrides } from "../placement/matching-overrides.js";
import { USER_ERROR } from "../rollout/reasons.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";
import { sha256 } from "./sha256.js";

/** On a binding: uid of the run that rolled it out last, and when that run took it. */
export const ANNOTATION_UPDATE_RUN = "stagecoach.dev/update-run";
export const ANNOTATION_TAKEN_AT = "stagecoach.dev/taken-at";

/** What a run wants of the binding of one cluster. */
export interface WantedBinding {
  readonly run: TargetRef;
  readonly placement: TargetRef;
  readonly cluster: string;
  /** Name of the stage that the cluster is in. */
  readonly stage: string;
  readonly snapshotIndex: string;
  readonly applyStrategy: ApplyStrategy;
  readonly overrides: OverrideSnapshotNames;
  /** When the run began with this cluster, ISO 8601 with milliseconds. */
  readonly startedAt: string;
}

export type Bound =
  | { readonly kind: "Bound"; readonly object: KubeObject }
  /** The cluster is not picked any more. */
  | { readonly kind: "Unselected"; readonly message: string }
  /** Another run has taken the cluster since this one began with it. */
  | { readonly kind: "Preempted"; readonly message: string };

/** Points the binding of a cluster at the run's snapshot, unless another run did so after this one began. */
export async function bindCluster(deps: Dependencies, wanted: WantedBinding): Promise<Bound> {
  const ref = bindingRef(wanted);
  const ahead = await deps.store.ahead(ref, `${wanted.placement.name}-`);
  const isFine = ahead && objection(ResourceBinding.parse(ahead), wanted) === undefined;
  let verdict: Exclude<Bound, { readonly kind: "Bound" }> | undefined;
  const change = (current: KubeObject) => {
    verdict = objection(ResourceBinding.parse(current), wanted);
    return verdict ? undefined : bound(current, wanted, deps.now());
  };
  // Only a write shows that what was read ahead is still so: an objection is looked at again.
  const object = await changeObject(deps.store, ref, change, isFine ? ahead : undefined);
  if (verdict) return verdict;
  if (object) return { kind: "Bound", object };
  return {
    kind: "Unselected",
    message: `the cluster left the placement ${wanted.placement.name} before its update began`,
  };
}

/** Where the binding of a placement to a cluster lies. */
export function bindingRef(wanted: Pick<WantedBinding, "placement" | "cluster">) {
  const { placement, cluster } = wanted;
  const name = bindingName({ metadata: placement }, cluster, sha256);
  return placementRef(placement, scopeOf(placement).bindings, name);
}

/** Whether another run points the binding elsewhere, and did so after this run began with the cluster. */
export function isPreempted(binding: ResourceBinding, wanted: WantedBinding): boolean {
  const annotations = binding.metadata.annotations ?? {};
  const holder = annotations[ANNOTATION_UPDATE_RUN];
  return (
    holder !== undefined &&
    holder !== wanted.run.uid &&
    !isAtTarget(binding, wanted) &&
    (annotations[ANNOTATION_TAKEN_AT] ?? "") >= wanted.startedAt
  );
}

/** Whether the binding has what the run brings, whoever brought it. */
function isAtTarget({ spec }: ResourceBinding, wanted: WantedBinding): boolean {
  return (
    spec.resourceSnapshotName === wantedSnapshot(wanted) && sameOverrides(spec, wanted.overrides)
  );
}

function objection(
  binding: ResourceBinding,
  wanted: WantedBinding,
): Exclude<Bound, { readonly kind: "Bound" }> | undefined {
  if (isPreempted(binding, wanted)) {
    return { kind: "Preempted", message: preemption(binding, wanted) };
  }
  if (binding.spec.state !== "Unscheduled") return undefined;
  return {
    kind: "Unselected",
    message: `the placement ${wanted.placement.name} no longer picks the cluster`,
  };
}

/** Source: KubeFleet, the error of a run whose cluster a concurrent run updates. */
function preemption({ metadata }: ResourceBinding, { cluster, stage }: WantedBinding): string {
  const binding = [metadata.namespace, metadata.name].filter(Boolean).join("/");
  return `${USER_ERROR}the binding of the updating cluster \`${cluster}\` in the stage \`${stage}\` is not up-to-date with the desired status, please check the status of binding \`${binding}\` and see if there is a concurrent updateRun referencing the same placement and updating the same cluster`;
}

function wantedSnapshot(wanted: WantedBinding): string {
  return snapshotName(wanted.placement.name, wanted.snapshotIndex);
}

function bound(current: KubeObject, wanted: WantedBinding, now: Date): KubeObject {
  const binding = ResourceBinding.parse(current);
  const snapshotName = wantedSnapshot(wanted);
  const annotations = binding.metadata.annotations ?? {};
  const mine = annotations[ANNOTATION_UPDATE_RUN] === wanted.run.uid;
  if (mine && isAtTarget(binding, wanted)) return current;
  return pointedBinding(current, {
    snapshotName,
    applyStrategy: wanted.applyStrategy,
    overrides: wanted.overrides,
    annotations: {
      ...annotations,
      [ANNOTATION_UPDATE_RUN]: wanted.run.uid,
      [ANNOTATION_TAKEN_AT]: now.toISOString(),
    },
    run: { name: wanted.run.name, snapshotIndex: wanted.snapshotIndex },
    now,
  });
}

/** What a binding is pointed at, and by whom. */
export interface BindingTarget {
  readonly snapshotName: string;
  readonly applyStrategy: ApplyStrategy;
  readonly overrides: OverrideSnapshotNames;
  /** All that the binding is to have. */
  readonly annotations: Record<string, string>;
  /** Absent for a rolling update. */
  readonly run?: { readonly name: string; readonly snapshotIndex: string };
  readonly now: Date;
}

/** The binding bound to a snapshot; of its status only that the rollout has started is known. */
export function pointedBinding(current: KubeObject, target: BindingTarget): KubeObject {
  const binding = ResourceBinding.parse(current);
  const { snapshotName, applyStrategy, overrides, annotations, ...started } = target;
  const {
    clusterResourceOverrideSnapshots: _cluster,
    resourceOverrideSnapshots: _namespaced,
    ...spec
  } = binding.spec;
  const generation = (binding.metadata.generation ?? 1) + 1;
  return {
    ...current,
    metadata: { ...current.metadata, generation, annotations },
    spec: {
      ...spec,
      state: "Bound" as const,
      resourceSnapshotName: snapshotName,
      applyStrategy,
      ...overrides,
    },
    status: {
      conditions: [rolloutStarted({ ...started, generation }), ...toldNamespace(binding)],
    },
  };
}
