import { MemberCluster } from "../api/member-cluster.js";
import { CLUSTER_GROUP } from "../api/names.js";
import { PolicySnapshot } from "../api/policy-snapshot.js";
import { ResourceBinding } from "../api/resource-binding.js";
import { isLabelledLatest } from "../placement/snapshot-groups.js";
import type { TargetsNow } from "../rollout/check-targets.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { listOwn } from "./read-placement.js";
import { scopeOf } from "./scope.js";
import type { StoredRun } from "./stored-run.js";

/** Whom the placement of a run picks at the moment. Reads every member: no run asks at every look unless told to. */
export async function readTargets(
  deps: Dependencies,
  target: TargetRef,
  { spec }: StoredRun,
): Promise<TargetsNow> {
  const resources = scopeOf(target);
  const placement = { ...target, name: spec.placementName };
  const [policies, bindings, members] = await Promise.all([
    listOwn(deps, placement, resources.policySnapshots),
    listOwn(deps, placement, resources.bindings),
    deps.store.list({ group: CLUSTER_GROUP, resource: "memberclusters" }),
  ]);
  return {
    policySnapshots: policies
      .filter(isLabelledLatest)
      .map((object) => PolicySnapshot.parse(object)),
    bindings: bindings
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map((object) => ResourceBinding.parse(object)),
    members: members.items.map((object) => MemberCluster.parse(object)),
  };
}
