import { ResourceBinding } from "../api/resource-binding.js";
import { ageColumn, conditionColumn } from "./columns.js";
import type { Kind } from "./kind.js";
import { placementGroupKind } from "./own-kind.js";
import type { ScopeOptions, TwinNames } from "./scope.js";

export const RESOURCE_BINDING: TwinNames = {
  Cluster: {
    kind: "ClusterResourceBinding",
    plural: "clusterresourcebindings",
    singular: "clusterresourcebinding",
    shortNames: ["crb"],
  },
  Namespaced: {
    kind: "ResourceBinding",
    plural: "resourcebindings",
    singular: "resourcebinding",
    shortNames: ["rb"],
  },
};

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
