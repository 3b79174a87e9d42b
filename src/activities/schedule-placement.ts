import type { KubeObject } from "../api/meta.js";
import { toTimestamp } from "../api/meta.js";
import { PolicySnapshot } from "../api/policy-snapshot.js";
import { ResourceBinding } from "../api/resource-binding.js";
import { applyBindingChange, planBindings } from "../placement/binding-plan.js";
import type { Schedule } from "../placement/cluster-decisions.js";
import { planPolicySnapshot, policySnapshotStatus } from "../placement/policy-snapshot-plan.js";
import { schedule } from "../placement/scheduling.js";
import { mapInParallel } from "../storage/map-in-parallel.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { labelLatest } from "./label-latest.js";
import type { PlacementState } from "./read-placement.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject, createIfAbsent, removeObject } from "./server-objects.js";
import { sha256 } from "./sha256.js";

/** Storage takes as many rows in one transaction. */
const BINDINGS_AT_A_TIME = 100;

/**
 * Decides which clusters get a placement, and records it: policy snapshot, its status, and the bindings.
 *
 * @returns whether something had to be written: then `state` is out of date
 */
export async function schedulePlacement(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
): Promise<boolean> {
  const policy = await recordPolicy(deps, target, state);
  const { latest } = policy;
  const decided = schedule({
    policy: state.placement.spec.policy,
    policySnapshotName: latest.metadata.name,
    members: state.members,
    bindings: state.bindings,
    now: deps.now(),
  });
  const bindingsChanged = await recordBindings(deps, target, state, latest, decided);
  const recorded = await recordDecisions(deps, target, state, policy, decided);
  return policy.changed || bindingsChanged || !isSameVersion(recorded, policy.object);
}

function isSameVersion(one: KubeObject | undefined, other: KubeObject | undefined): boolean {
  return one?.metadata.resourceVersion === other?.metadata.resourceVersion;
}

/** The latest policy snapshot of a placement. */
interface RecordedPolicy {
  readonly latest: PolicySnapshot;
  /** As it is stored; undefined when it is gone again. */
  readonly object: KubeObject | undefined;
  readonly changed: boolean;
}

async function recordPolicy(
  deps: Dependencies,
  target: TargetRef,
  { placement, policySnapshots, policyObjects }: PlacementState,
): Promise<RecordedPolicy> {
  const plan = planPolicySnapshot({ placement, existing: policySnapshots, sha256 });
  for (const name of plan.demote) {
    await changeObject(deps.store, policyRef(target, name), (current) =>
      labelLatest(current, false),
    );
  }
  const ref = policyRef(target, plan.latest.metadata.name);
  const { name: latest, labels, annotations } = plan.latest.metadata;
  const known = policyObjects.find(({ metadata }) => metadata.name === latest);
  const object = plan.create
    ? (await createIfAbsent(deps, ref, plan.latest)).object
    : await changeObject(
        deps.store,
        ref,
        (current) => ({ ...current, metadata: { ...current.metadata, labels, annotations } }),
        known,
      );
  for (const name of plan.remove) await removeObject(deps.store, policyRef(target, name));
  const others = [...plan.demote, ...plan.remove];
  return {
    latest: object ? PolicySnapshot.parse(object) : plan.latest,
    object,
    changed: others.length > 0 || !isSameVersion(object, known),
  };
}

function policyRef(target: TargetRef, name: string) {
  return placementRef(target, scopeOf(target).policySnapshots, name);
}

async function recordBindings(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  latest: PolicySnapshot,
  decided: Schedule,
): Promise<boolean> {
  const { bindings: resource } = scopeOf(target);
  const plan = planBindings({
    placement: state.placement,
    policySnapshotName: latest.metadata.name,
    decisions: decided.decisions,
    bindings: state.bindings,
    sha256,
  });
  await mapInParallel(plan.create, BINDINGS_AT_A_TIME, (binding) =>
    createIfAbsent(deps, placementRef(target, resource, binding.metadata.name), binding),
  );
  await mapInParallel(plan.change, BINDINGS_AT_A_TIME, ({ name, change }) =>
    changeObject(deps.store, placementRef(target, resource, name), (current) => {
      const binding = ResourceBinding.parse(current);
      const changed = applyBindingChange(binding, change);
      if (changed === binding) return undefined;
      return { ...current, metadata: changed.metadata, spec: changed.spec };
    }),
  );
  return plan.create.length > 0 || plan.change.length > 0;
}

/** Last, so that a reader of the decisions finds the bindings that go with them. */
function recordDecisions(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  { latest, object }: RecordedPolicy,
  decided: Schedule,
): Promise<KubeObject | undefined> {
  const change = (current: KubeObject) => ({
    ...current,
    status: policySnapshotStatus({
      snapshot: PolicySnapshot.parse(current),
      schedule: decided,
      placementGeneration: state.placement.metadata.generation ?? 1,
      now: toTimestamp(deps.now()),
    }),
  });
  return changeObject(deps.store, policyRef(target, latest.metadata.name), change, object);
}
