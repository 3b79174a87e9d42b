import type { KubeObject } from "../api/meta.js";
import { FINALIZER_PLACEMENT_CLEANUP, FINALIZER_SCHEDULER_CLEANUP } from "../api/names.js";
import { Placement } from "../api/placement.js";
import {
  ageColumn,
  column,
  conditionColumn,
  conditionPath,
  findCondition,
  pathColumn,
} from "./columns.js";
import { chain, fillIn, within, withSchemaDefaults } from "./defaults.js";
import { fieldAt, fieldsOf, numberAt } from "./fields.js";
import { withFinalizers } from "./finalizers.js";
import type { Column, Kind } from "./kind.js";
import { placementMotion } from "./motion.js";
import { placementGroupKind } from "./own-kind.js";
import { type SelectableKind, validatePlacement } from "./placement-rules.js";
import { type PushSnapshot, pushSnapshotAction } from "./push-snapshot.js";
import type { ScopeOptions } from "./scope.js";
import { PLACEMENT } from "./twins.js";

export interface PlacementOptions extends ScopeOptions {
  /** Absent: nothing can be pushed. */
  readonly pushSnapshot?: PushSnapshot | undefined;
  /** The kinds that selectors may name; asked when a placement is validated. */
  readonly selectable: () => readonly SelectableKind[];
}

/** ClusterResourcePlacement or ResourcePlacement. */
export function placementKind({ scope, selectable, pushSnapshot }: PlacementOptions): Kind {
  const kind: Kind = placementGroupKind(scope, PLACEMENT, Placement, {
    subresources: { status: true, scale: false },
    columns: placementColumns(PLACEMENT[scope].kind),
    applyDefaults: (placement) =>
      scope === "Cluster" ? withClusterDefaults(kind, placement) : placement,
    prepareForCreate: (placement) =>
      withFinalizers(placement, [FINALIZER_PLACEMENT_CLEANUP, FINALIZER_SCHEDULER_CLEANUP]),
    validate: (placement, before) =>
      validatePlacement({ scope, placement, before, selectable: selectable() }),
    actions: pushSnapshot ? [pushSnapshotAction(scope, selectable, pushSnapshot)] : [],
    setsInMotion: placementMotion(scope),
  });
  return kind;
}

/** Condition types carry the placement's kind in front of them. */
function placementColumns(prefix: string): readonly Column[] {
  const generation = (name: string, type: string, priority: 0 | 1 = 0) =>
    column(name, (object) => numberAt(findCondition(object, type), "observedGeneration"), {
      priority,
      jsonPath: conditionPath(type, "observedGeneration"),
    });
  return [
    pathColumn("Gen", ["metadata", "generation"]),
    pathColumn("Type", ["spec", "policy", "placementType"], { priority: 1 }),
    conditionColumn("Scheduled", `${prefix}Scheduled`),
    generation("Scheduled-Gen", `${prefix}Scheduled`),
    conditionColumn("Work-Synchronized", `${prefix}WorkSynchronized`, { priority: 1 }),
    generation("Work-Synchronized-Gen", `${prefix}WorkSynchronized`, 1),
    conditionColumn("Available", `${prefix}Available`),
    generation("Available-Gen", `${prefix}Available`),
    ageColumn("date"),
  ];
}

/**
 * Cluster-scoped placements also get a policy and a complete strategy; namespaced ones only what their schema says.
 * Source: KubeFleet's mutating webhook, which exists for ClusterResourcePlacement alone.
 */
function withClusterDefaults(kind: Kind, placement: KubeObject): KubeObject {
  const spec = chain(
    fieldsOf(placement.spec),
    (fields) => fillIn(fields, { policy: {}, strategy: {} }),
    (fields) => within(fields, "strategy", completeStrategy),
  );
  const schema = kind.schema.properties?.spec;
  return { ...placement, spec: schema ? withSchemaDefaults(schema, spec) : spec };
}

function completeStrategy(strategy: Readonly<Record<string, unknown>>) {
  const rolling = (fieldAt(strategy, "type") || "RollingUpdate") === "RollingUpdate";
  return fillIn(strategy, { applyStrategy: {}, ...(rolling && { rollingUpdate: {} }) });
}
