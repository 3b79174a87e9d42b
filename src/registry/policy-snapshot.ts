import { PolicySnapshot } from "../api/policy-snapshot.js";
import { immutableSpec } from "./causes.js";
import { ageColumn, pathColumn } from "./columns.js";
import type { Kind } from "./kind.js";
import { placementGroupKind } from "./own-kind.js";
import type { ScopeOptions } from "./scope.js";
import { POLICY_SNAPSHOT } from "./twins.js";

/** ClusterSchedulingPolicySnapshot or SchedulingPolicySnapshot: a policy at one moment and the clusters it picked. */
export function policySnapshotKind({ scope }: ScopeOptions): Kind {
  return placementGroupKind(scope, POLICY_SNAPSHOT, PolicySnapshot, {
    subresources: { status: true, scale: false },
    columns: [pathColumn("Gen", ["metadata", "generation"]), ageColumn("date")],
    validate: immutableSpec,
  });
}
