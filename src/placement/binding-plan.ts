import {
  ANNOTATION_PREVIOUS_BINDING_STATE,
  FINALIZER_SCHEDULER_BINDING_CLEANUP,
  LABEL_PARENT_CRP,
} from "../api/names.js";
import type { ClusterDecision } from "../api/policy-snapshot.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import { canonicalJson } from "../manifests/canonical-json.js";
import { kindsOf, PLACEMENT_API_VERSION, type PlacementIdentity } from "./placement-owner.js";
import type { Sha256 } from "./snapshot-content.js";

/** What scheduling does to a binding that is there. */
export type BindingChange =
  | {
      readonly kind: "Pick";
      readonly policySnapshotName: string;
      readonly decision: ClusterDecision;
    }
  | { readonly kind: "Unschedule" };

export interface BindingPlan {
  /** Complete but for what every new object gets: uid, times, generation. */
  readonly create: readonly ResourceBinding[];
  /** To be applied to the binding of that name as it is when it is written: a run may have changed it meanwhile. */
  readonly change: readonly { readonly name: string; readonly change: BindingChange }[];
}

/**
 * Brings the bindings in line with the decisions. With the External strategy nothing is removed here: an unscheduled
 * binding keeps its resources until a run's delete stage. Source: KubeFleet `pkg/scheduler/framework`.
 */
export function planBindings(input: {
  readonly placement: PlacementIdentity;
  readonly policySnapshotName: string;
  readonly decisions: readonly ClusterDecision[];
  /** Every binding of the placement. */
  readonly bindings: readonly ResourceBinding[];
  readonly sha256: Sha256;
}): BindingPlan {
  const { decisions, policySnapshotName } = input;
  const picked = decisions.filter(({ selected }) => selected);
  const bindings = input.bindings.filter(({ metadata }) => !metadata.deletionTimestamp);
  const chosen = bindingByCluster(bindings);
  const wanted = new Map(picked.map((decision) => [decision.clusterName, decision]));
  const change = bindings.flatMap((binding) => {
    const { targetCluster } = binding.spec;
    const decision = chosen.get(targetCluster) === binding ? wanted.get(targetCluster) : undefined;
    const change: BindingChange = decision
      ? { kind: "Pick", policySnapshotName, decision }
      : { kind: "Unschedule" };
    const same = applyBindingChange(binding, change) === binding;
    return same ? [] : [{ name: binding.metadata.name, change }];
  });
  // A binding that is being deleted still has the name that the next one for its cluster gets.
  const names = new Set(input.bindings.map(({ metadata }) => metadata.name));
  const create = picked
    .filter(({ clusterName }) => !chosen.has(clusterName))
    .map((decision) => newBinding(input, decision))
    .filter(({ metadata }) => !names.has(metadata.name));
  return { create, change };
}

/** One binding per cluster: the one in use before one that is unscheduled. */
function bindingByCluster(
  bindings: readonly ResourceBinding[],
): ReadonlyMap<string, ResourceBinding> {
  const chosen = new Map<string, ResourceBinding>();
  for (const binding of bindings) {
    const { targetCluster, state } = binding.spec;
    const other = chosen.get(targetCluster);
    if (!other || (other.spec.state === "Unscheduled" && state !== "Unscheduled")) {
      chosen.set(targetCluster, binding);
    }
  }
  return chosen;
}

/**
 * The binding after a change, with its generation raised when the spec differs; the same object when nothing does.
 * A cluster that is picked again goes back to the state it was in.
 */
export function applyBindingChange(
  binding: ResourceBinding,
  change: BindingChange,
): ResourceBinding {
  const { spec, metadata } = binding;
  if (change.kind === "Unschedule") {
    if (spec.state === "Unscheduled") return binding;
    const annotations = {
      ...metadata.annotations,
      [ANNOTATION_PREVIOUS_BINDING_STATE]: spec.state,
    };
    return raised({
      ...binding,
      metadata: { ...metadata, annotations },
      spec: { ...spec, state: "Unscheduled" },
    });
  }
  const picked = {
    ...spec,
    schedulingPolicySnapshotName: change.policySnapshotName,
    clusterDecision: change.decision,
  };
  if (spec.state !== "Unscheduled") {
    return canonicalJson(picked) === canonicalJson(spec)
      ? binding
      : raised({ ...binding, spec: picked });
  }
  const { [ANNOTATION_PREVIOUS_BINDING_STATE]: previous, ...annotations } =
    metadata.annotations ?? {};
  return raised({
    ...binding,
    metadata: { ...metadata, annotations },
    spec: { ...picked, state: previous === "Bound" ? "Bound" : "Scheduled" },
  });
}

function raised(binding: ResourceBinding): ResourceBinding {
  const { metadata } = binding;
  return { ...binding, metadata: { ...metadata, generation: (metadata.generation ?? 0) + 1 } };
}

const NAME_LIMIT = 63;
const SUFFIX_LENGTH = 8;

function newBinding(
  {
    placement,
    policySnapshotName,
    sha256,
  }: {
    readonly placement: PlacementIdentity;
    readonly policySnapshotName: string;
    readonly sha256: Sha256;
  },
  decision: ClusterDecision,
): ResourceBinding {
  const { name, namespace } = placement.metadata;
  return {
    apiVersion: PLACEMENT_API_VERSION,
    kind: kindsOf(placement).binding,
    metadata: {
      name: bindingName(placement, decision.clusterName, sha256),
      ...(namespace !== undefined && { namespace }),
      labels: { [LABEL_PARENT_CRP]: name },
      finalizers: [FINALIZER_SCHEDULER_BINDING_CLEANUP],
    },
    spec: {
      state: "Scheduled",
      resourceSnapshotName: "",
      schedulingPolicySnapshotName: policySnapshotName,
      targetCluster: decision.clusterName,
      clusterDecision: decision,
    },
  };
}

/**
 * `<placement>-<cluster>-<8 hex>`, both names cut so that it is a label value. The digits follow from the placement's
 * uid and the cluster: making the binding twice makes one, and a namesake of a deleted placement gets its own.
 */
export function bindingName(placement: PlacementIdentity, cluster: string, sha256: Sha256): string {
  const { name, uid = "" } = placement.metadata;
  const suffix = sha256(`${uid}/${cluster}`).slice(0, SUFFIX_LENGTH);
  const room = NAME_LIMIT - SUFFIX_LENGTH - 2;
  const half = Math.floor(room / 2);
  const clusterPart = cluster.slice(0, Math.max(half, room - name.length));
  const placementPart = name.slice(0, room - clusterPart.length);
  return `${placementPart}-${clusterPart}-${suffix}`;
}
