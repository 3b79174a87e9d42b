import type { KubeObject } from "../api/meta.js";
import { sameJson, stringAt } from "./fields.js";
import type { Change, Kind, Wake } from "./kind.js";
import { livePlacements, syncOf } from "./motion.js";
import type { Scope } from "./scope.js";
import { RESOURCE_OVERRIDE } from "./twins.js";
import { wake } from "./wake.js";

/**
 * An override that changes or goes gets its snapshots in order, and the placements that it may concern look again:
 * the one it names, else all. Those that are rolled out by runs only do nothing then.
 */
export function overrideMotion(scope: Scope): NonNullable<Kind["setsInMotion"]> {
  const { kind } = RESOURCE_OVERRIDE[scope];
  return async (change, store) => {
    const override = change.after ?? change.before;
    if (!override || !isMeaningful(change)) return [];
    const { namespace } = override.metadata;
    const lists = await Promise.all([
      livePlacements("Cluster", store),
      livePlacements("Namespaced", store, namespace),
    ]);
    const placements = lists
      .flat()
      .filter(({ scope: placementScope, object }) =>
        isMeant(override, placementScope, object.metadata.name),
      );
    const own: readonly Wake[] = change.after ? [wake("syncOverride", kind, override)] : [];
    return [...own, ...placements.map(syncOf)];
  };
}

function isMeaningful({ before, after }: Change): boolean {
  return (
    !sameJson(before?.spec, after?.spec) ||
    before?.metadata.deletionTimestamp !== after?.metadata.deletionTimestamp
  );
}

function isMeant(override: KubeObject, scope: Scope, name: string): boolean {
  const named = stringAt(override, "spec", "placement", "name");
  if (named === undefined) return true;
  return (
    named === name && scope === (stringAt(override, "spec", "placement", "scope") ?? "Cluster")
  );
}
