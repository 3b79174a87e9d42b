import type { OverrideSnapshotNames } from "../api/override.js";
import type { Dependencies } from "./dependencies.js";
import { placementCollection, scopeOf } from "./scope.js";

/**
 * The override snapshots that unfinished runs have recorded for their clusters, as `<namespace>/<name>`, each with the
 * name of such a run: those must not be removed. Reads the rows of all unfinished runs.
 */
export async function overrideSnapshotsInUse(
  deps: Dependencies,
): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(
    [scopeOf({}), scopeOf({ namespace: "" })].map(({ runs }) =>
      deps.store.list(placementCollection({}, runs)),
    ),
  );
  const unfinished = lists
    .flatMap(({ items }) => items)
    .filter((run) => run.progress !== undefined);
  const rows = await Promise.all(
    unfinished.map(({ metadata }) => deps.clusters.list(metadata.uid ?? "")),
  );
  return new Map(
    unfinished.flatMap(({ metadata: { namespace, name } }, index) => {
      const run = namespace === undefined ? name : `${namespace}/${name}`;
      const keys = (rows[index] ?? []).flatMap(({ value }) => keysOf(value.overrides ?? {}));
      return keys.map((key): [string, string] => [key, run]);
    }),
  );
}

/** Names an override snapshot among those of both scopes. */
export function overrideSnapshotKey(name: string, namespace?: string): string {
  return `${namespace ?? ""}/${name}`;
}

function keysOf({
  clusterResourceOverrideSnapshots = [],
  resourceOverrideSnapshots = [],
}: OverrideSnapshotNames): readonly string[] {
  return [
    ...clusterResourceOverrideSnapshots.map((name) => overrideSnapshotKey(name)),
    ...resourceOverrideSnapshots.map(({ name, namespace }) => overrideSnapshotKey(name, namespace)),
  ];
}
