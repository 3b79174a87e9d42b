import { ResourceBinding } from "../api/resource-binding.js";
import { ageColumn, conditionColumn } from "./columns.js";
import type { Kind } from "./kind.js";
import { placementGroupKind } from "./own-kind.js";
import type { ScopeOptions } from "./scope.js";
import { RESOURCE_BINDING } from "./twins.js";

/** ClusterResourceBinding or ResourceBinding: a placement on one cluster. */
export function resourceBindingKind({ scope }: ScopeOptions): Kind {
  return placementGroupKind(scope, RESOURCE_BINDING, ResourceBinding, {
    subresources: { status: true, scale: false },
    columns: [
      conditionColumn("WorkSynchronized", "WorkSynchronized"),
      conditionColumn("ResourcesApplied", "Applied"),
      conditionColumn("ResourceAvailable", "Available", { priority: 1 }),
      ageColumn("date"),
    ],
  });
}
