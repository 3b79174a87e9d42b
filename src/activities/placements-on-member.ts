import type { KubeObject } from "../api/meta.js";
import { LABEL_PARENT_CRP, PLACEMENT_GROUP } from "../api/names.js";
import { ResourceBinding } from "../api/resource-binding.js";
import type { Wake } from "../registry/kind.js";
import type { Dependencies } from "./dependencies.js";
import { scopeOf } from "./scope.js";

/** Both scopes; no namespace stands for all of them. */
const SCOPES = [scopeOf({}), scopeOf({ namespace: "" })];

/** The placements that still pick a member, each as what would make it look. */
export async function placementsOn(deps: Dependencies, member: string): Promise<readonly Wake[]> {
  const placements = await livePlacements(deps);
  const picking = new Set<string>();
  for (const { bindings } of SCOPES) {
    const { items } = await deps.store.list({ group: PLACEMENT_GROUP, resource: bindings });
    for (const object of items) {
      const { spec, metadata } = ResourceBinding.parse(object);
      const isPicked = spec.state !== "Unscheduled" && !metadata.deletionTimestamp;
      if (spec.targetCluster === member && isPicked) {
        picking.add(key(metadata.namespace, metadata.labels?.[LABEL_PARENT_CRP]));
      }
    }
  }
  return placements.filter(({ input }) => picking.has(key(input.namespace, input.name)));
}

/** Every placement that is not being deleted, as what would make it look. */
export async function livePlacements(deps: Dependencies): Promise<readonly Wake[]> {
  const lists = await Promise.all(
    SCOPES.map(({ placements }) =>
      deps.store.list({ group: PLACEMENT_GROUP, resource: placements }),
    ),
  );
  return lists
    .flatMap(({ items }) => items)
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map(syncOf);
}

function syncOf({ kind, metadata }: KubeObject): Wake {
  const { name, namespace, uid = "" } = metadata;
  return {
    orchestration: "syncPlacement",
    instanceId: uid,
    input: { kind, ...(namespace !== undefined && { namespace }), name, uid },
  };
}

function key(namespace: string | undefined, name: string | undefined): string {
  return `${namespace ?? ""}/${name ?? ""}`;
}
