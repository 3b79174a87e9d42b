import type { z } from "zod";
import { FINALIZER_OVERRIDE_CLEANUP, OVERRIDE_VERSIONS } from "../api/names.js";
import {
  ClusterResourceOverride,
  ClusterResourceOverrideSnapshot,
  ResourceOverride,
  ResourceOverrideSnapshot,
} from "../api/override.js";
import { immutableSpec } from "./causes.js";
import { ageColumn } from "./columns.js";
import { withFinalizers } from "./finalizers.js";
import type { Kind } from "./kind.js";
import { overrideMotion } from "./override-motion.js";
import { overrideCauses, selectedTwiceCauses } from "./override-rules.js";
import { placementGroupKind } from "./own-kind.js";
import type { Scope, ScopeOptions } from "./scope.js";
import { RESOURCE_OVERRIDE, RESOURCE_OVERRIDE_SNAPSHOT } from "./twins.js";

const OVERRIDES: Readonly<Record<Scope, z.ZodType>> = {
  Cluster: ClusterResourceOverride,
  Namespaced: ResourceOverride,
};

const SNAPSHOTS: Readonly<Record<Scope, z.ZodType>> = {
  Cluster: ClusterResourceOverrideSnapshot,
  Namespaced: ResourceOverrideSnapshot,
};

/** ClusterResourceOverride or ResourceOverride: how placed objects differ from cluster to cluster. */
export function overrideKind({ scope }: ScopeOptions): Kind {
  return placementGroupKind(scope, RESOURCE_OVERRIDE, OVERRIDES[scope], {
    versions: OVERRIDE_VERSIONS,
    subresources: { status: false, scale: false },
    columns: [ageColumn("date")],
    prepareForCreate: (override) => withFinalizers(override, [FINALIZER_OVERRIDE_CLEANUP]),
    validate: (override, before) => overrideCauses(scope, override, before),
    validateAmongOthers: (override, store) => selectedTwiceCauses(scope, override, store),
    setsInMotion: overrideMotion(scope),
  });
}

/** ClusterResourceOverrideSnapshot or ResourceOverrideSnapshot: one revision of an override. */
export function overrideSnapshotKind({ scope }: ScopeOptions): Kind {
  return placementGroupKind(scope, RESOURCE_OVERRIDE_SNAPSHOT, SNAPSHOTS[scope], {
    versions: OVERRIDE_VERSIONS,
    subresources: { status: false, scale: false },
    columns: [ageColumn("date")],
    validate: immutableSpec,
  });
}
