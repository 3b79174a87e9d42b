import { MemberCluster } from "../api/member-cluster.js";
import { CLUSTER_GROUP } from "../api/names.js";
import { PolicySnapshot } from "../api/policy-snapshot.js";
import { ResourceBinding } from "../api/resource-binding.js";
import { isLabelledLatest } from "../placement/snapshot-groups.js";
import type { TargetsNow } from "../rollout/check-targets.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { listOwn, type PlacementState } from "./read-placement.js";
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
  return targetsIn({
    policySnapshots: policies.map((object) => PolicySnapshot.parse(object)),
    bindings: bindings.map((object) => ResourceBinding.parse(object)),
    members: members.items.map((object) => MemberCluster.parse(object)),
  });
}

/** Without a placement nobody is picked. */
export const NO_TARGETS: TargetsNow = { policySnapshots: [], bindings: [], members: [] };

/** The same for somebody who has read the placement a moment ago. */
export function targetsIn({
  policySnapshots,
  bindings,
  members,
}: Pick<PlacementState, "policySnapshots" | "bindings" | "members">): TargetsNow {
  return {
    policySnapshots: policySnapshots.filter(isLabelledLatest),
    bindings: bindings.filter(({ metadata }) => !metadata.deletionTimestamp),
    members,
  };
}
