import { ClusterResourcePlacementStatus } from "../api/cluster-resource-placement-status.js";
import { ageColumn, pathColumn } from "./columns.js";
import type { Change, Kind, Wake } from "./kind.js";
import { placementGroupKind } from "./own-kind.js";
import type { KindNames } from "./scope.js";
import { PLACEMENT } from "./twins.js";

const NAMES: KindNames = {
  kind: "ClusterResourcePlacementStatus",
  plural: "clusterresourceplacementstatuses",
  singular: "clusterresourceplacementstatus",
  shortNames: ["crps"],
};

/** The copy of a cluster-scoped placement's status in the namespace it places. It has no twin and belongs to the server. */
export function clusterResourcePlacementStatusKind(): Kind {
  const twins = { Cluster: NAMES, Namespaced: NAMES };
  return placementGroupKind("Namespaced", twins, ClusterResourcePlacementStatus, {
    subresources: { status: false, scale: false },
    columns: [
      pathColumn("Resource-Index", ["sourceStatus", "observedResourceIndex"]),
      pathColumn("Last-Updated", ["lastUpdatedTime"]),
      ageColumn("date"),
    ],
    setsInMotion: copyMotion,
  });
}

/** What somebody else writes to a copy is put right by its placement. */
async function copyMotion({ before, after }: Change): Promise<readonly Wake[]> {
  const { kind } = PLACEMENT.Cluster;
  const owners = (before ?? after)?.metadata.ownerReferences ?? [];
  return owners
    .filter((owner) => owner.kind === kind)
    .map(({ name, uid }) => ({
      orchestration: "syncPlacement",
      instanceId: uid,
      input: { kind, name, uid },
    }));
}
