import type { MemberCluster } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import type { OverrideSnapshotNames } from "../api/override.js";
import { ResourceBinding } from "../api/resource-binding.js";
import {
  concerning,
  isWithoutOverrides,
  NO_OVERRIDES,
  overridesOfCluster,
} from "../placement/matching-overrides.js";
import { withWantedOverrides } from "../placement/wanted-overrides.js";
import { mapInParallel } from "../storage/map-in-parallel.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { latestOverrides } from "./override-snapshots.js";
import type { PlacementState } from "./read-placement.js";
import { readSnapshot } from "./read-snapshot.js";
import { placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";
import { withAnnotations } from "./with-annotations.js";

const MAX_PARALLEL = 16;

/** The override snapshots that one cluster gets. */
export type OverrideChoice = (cluster: string) => OverrideSnapshotNames;

/** What a run chooses once, for the resource snapshot it rolls out. */
export async function chooseForRun(
  deps: Dependencies,
  run: TargetRef,
  content: { readonly placementName: string; readonly snapshotIndex: string },
  members: readonly MemberCluster[],
): Promise<OverrideChoice> {
  const { placementName, snapshotIndex } = content;
  const latest = await latestOverrides(deps, run);
  if (isWithoutOverrides(latest)) return () => ({});
  // What is missing of the snapshot fails the clusters, with a message of its own.
  const resources = (await readSnapshot(deps, run, placementName, snapshotIndex)) ?? [];
  const placement = { name: placementName, namespace: run.namespace };
  return choice(concerning(latest, placement, resources), members);
}

/**
 * Writes on the bindings of a placement that is rolled out without runs which overrides their clusters are to get: those
 * that are the latest now. The state as it is then.
 */
export async function chooseForBindings(
  deps: Dependencies,
  target: TargetRef,
  state: PlacementState,
  resources: readonly KubeObject[],
): Promise<PlacementState> {
  const latest = await latestOverrides(deps, target);
  const concerned = isWithoutOverrides(latest)
    ? NO_OVERRIDES
    : concerning(latest, target, resources);
  const choose = choice(concerned, state.members);
  const bindings = await mapInParallel(state.bindings, MAX_PARALLEL, (binding) =>
    recordWanted(deps, target, binding, choose(binding.spec.targetCluster)),
  );
  return { ...state, bindings };
}

function choice(
  concerned: Parameters<typeof overridesOfCluster>[0],
  members: readonly MemberCluster[],
): OverrideChoice {
  const labels = new Map(members.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  return (cluster) => overridesOfCluster(concerned, { labels: labels.get(cluster) ?? {} });
}

async function recordWanted(
  deps: Dependencies,
  target: TargetRef,
  binding: ResourceBinding,
  wanted: OverrideSnapshotNames,
): Promise<ResourceBinding> {
  if (!withWantedOverrides(binding, wanted)) return binding;
  const ref = placementRef(target, scopeOf(target).bindings, binding.metadata.name);
  const object = await changeObject(deps.store, ref, (current) => {
    const annotations = withWantedOverrides(ResourceBinding.parse(current), wanted);
    return annotations && { ...current, metadata: withAnnotations(current.metadata, annotations) };
  });
  return object ? ResourceBinding.parse(object) : binding;
}
