import { LABEL_PARENT_CRP } from "../api/names.js";
import type { ConditionUpdate } from "./conditions.js";
import type { PlacementIdentity } from "./placement-owner.js";

/**
 * Characters of JSON that the clusters in one object's status may take. With the rest of the object it stays under the
 * 1.5 MB that etcd, and so every tool that is made for Kubernetes, takes for one object.
 */
const MAX_CHARACTERS = 1_000_000;
/** So few are never too large together: their messages are bounded. */
const ALWAYS_LISTED = 500;

/** Type of the condition that tells of clusters that are not listed; absent while all are. */
export const CLUSTERS_LISTED = "ClustersListed";

/**
 * Those of the entries that fit into an object, in their order. The ones that need attention are chosen first, then
 * from the beginning.
 */
export function listedEntries<T>(
  entries: readonly T[],
  needsAttention: (entry: T) => boolean,
): ReadonlySet<T> {
  if (entries.length <= ALWAYS_LISTED) return new Set(entries);
  const urgent = entries.filter(needsAttention);
  const others = entries.filter((entry) => !needsAttention(entry));
  const chosen = new Set<T>();
  let characters = 0;
  for (const entry of [...urgent, ...others]) {
    characters += JSON.stringify(entry).length;
    if (characters > MAX_CHARACTERS) break;
    chosen.add(entry);
  }
  return chosen;
}

/** Says that clusters are missing from a status, and where to find them all. */
export function notListed(
  counts: { readonly listed: number; readonly total: number },
  about: { readonly placement: PlacementIdentity; readonly generation: number },
): ConditionUpdate {
  const { name, namespace } = about.placement.metadata;
  const bindings =
    namespace === undefined ? "clusterresourcebindings" : `resourcebindings -n ${namespace}`;
  return {
    type: CLUSTERS_LISTED,
    status: "False",
    observedGeneration: about.generation,
    reason: "TooManyClusters",
    message: `${counts.listed} of ${counts.total} clusters are listed, those that need attention first: more would make the object too large. All of them: kubectl get ${bindings} -l ${LABEL_PARENT_CRP}=${name}`,
  };
}
