import { ResourceSnapshot } from "../api/resource-snapshot.js";
import { immutableSpec } from "./causes.js";
import { ageColumn, pathColumn } from "./columns.js";
import type { Kind } from "./kind.js";
import { placementGroupKind } from "./own-kind.js";
import type { ScopeOptions } from "./scope.js";
import { withoutSecretContents } from "./secret-contents.js";
import { RESOURCE_SNAPSHOT } from "./twins.js";

/** ClusterResourceSnapshot or ResourceSnapshot: what was selected at one moment, never changed afterwards. */
export function resourceSnapshotKind({ scope }: ScopeOptions): Kind {
  return placementGroupKind(scope, RESOURCE_SNAPSHOT, ResourceSnapshot, {
    subresources: { status: true, scale: false },
    columns: [pathColumn("Gen", ["metadata", "generation"]), ageColumn("date")],
    validate: immutableSpec,
    conceal: withoutSecretContents,
  });
}
