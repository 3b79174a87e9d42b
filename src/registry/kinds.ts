import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../api/names.js";
import { isPropagatedKind } from "../placement/propagation.js";
import type { ObjectStore } from "../storage/object-store.js";
import { approvalRequestKind } from "./approval-request.js";
import { builtinKind } from "./builtin-kind.js";
import { builtinKinds } from "./builtin-kinds.js";
import { clusterResourcePlacementStatusKind } from "./cluster-resource-placement-status.js";
import { customResourceDefinitionKind } from "./custom-resource-definition.js";
import { envelopeKind } from "./envelope.js";
import type { Kind } from "./kind.js";
import { memberClusterKind } from "./member-cluster.js";
import { memberDiscoveryKind } from "./member-discovery.js";
import { objectMotion } from "./motion.js";
import { overrideKind, overrideSnapshotKind } from "./override.js";
import { placementKind } from "./placement.js";
import { policySnapshotKind } from "./policy-snapshot.js";
import type { PushSnapshot } from "./push-snapshot.js";
import { resourceBindingKind } from "./resource-binding.js";
import { resourceSnapshotKind } from "./resource-snapshot.js";
import type { Scope } from "./scope.js";
import { ServedKinds } from "./served-kinds.js";
import { updateRunKind } from "./update-run.js";
import { updateStrategyKind } from "./update-strategy.js";

export interface KindOptions {
  /** What a run without `spec.state` does. */
  readonly defaultRunState: "Run" | "Initialize";
  /** Whether every approval needs somebody else than who created or started the run. Default: where runs say so. */
  readonly fourEyes?: "Required" | "Off" | undefined;
  /** Absent: nothing can be pushed to placements. */
  readonly pushSnapshot?: PushSnapshot | undefined;
  /** Whether AKS clusters are looked for by tag. */
  readonly discovery?: boolean;
}

/** The scopes whose placement kinds the hub serves. */
const SCOPES: readonly Scope[] = ["Cluster", "Namespaced"];

/** The hub's own kinds, in discovery order; what definitions add to them is in `serveHubKinds`. */
export function hubKinds(
  options: KindOptions,
  selectable?: () => readonly Kind[],
): readonly Kind[] {
  const setsInMotion = objectMotion(SCOPES);
  const builtins = builtinKinds({ assignsClusterIPs: false }).map((kind) =>
    builtinKind(kind, isPropagatedKind(kind) ? { setsInMotion } : {}),
  );
  const kinds: readonly Kind[] = [
    ...builtins,
    customResourceDefinitionKind({ setsInMotion, ownGroups: [PLACEMENT_GROUP, CLUSTER_GROUP] }),
    memberClusterKind({ placements: SCOPES }),
    ...SCOPES.flatMap((scope) => placementKinds(scope, options, selectable ?? (() => kinds))),
    clusterResourcePlacementStatusKind(),
    ...(options.discovery ? [memberDiscoveryKind()] : []),
  ];
  return kinds;
}

/** Built-in kinds only: what a simulated member serves without definitions. */
export function memberKinds(): readonly Kind[] {
  return [
    ...builtinKinds({ assignsClusterIPs: true }).map((kind) => builtinKind(kind)),
    customResourceDefinitionKind(),
  ];
}

/** The hub's own kinds and those that its definitions define; placements may select either. */
export function serveHubKinds(options: KindOptions, store: ObjectStore): ServedKinds {
  const served: ServedKinds = new ServedKinds({
    builtins: hubKinds(options, () => served.latest()),
    store,
    setsInMotion: objectMotion(SCOPES),
  });
  return served;
}

/** The same for a simulated member. */
export function serveMemberKinds(store: ObjectStore): ServedKinds {
  return new ServedKinds({ builtins: memberKinds(), store });
}

/**
 * The kinds of `placement.kubernetes-fleet.io` in one scope.
 *
 * @param selectable kinds that a placement's selectors may name
 */
export function placementKinds(
  scope: Scope,
  { defaultRunState, fourEyes, pushSnapshot }: KindOptions,
  selectable: () => readonly Kind[],
): readonly Kind[] {
  return [
    placementKind({ scope, selectable, pushSnapshot }),
    resourceSnapshotKind({ scope }),
    policySnapshotKind({ scope }),
    resourceBindingKind({ scope }),
    updateStrategyKind({ scope }),
    updateRunKind({ scope, defaultRunState }),
    approvalRequestKind({ scope, fourEyes }),
    overrideKind({ scope }),
    overrideSnapshotKind({ scope }),
    envelopeKind({ scope, selectable, setsInMotion: objectMotion(SCOPES) }),
  ];
}
