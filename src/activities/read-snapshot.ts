import { KubeObject } from "../api/meta.js";
import {
  ANNOTATION_NUMBER_OF_RESOURCE_SNAPSHOTS,
  snapshotName,
  subSnapshotName,
} from "../api/names.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { placementRef, scopeOf } from "./scope.js";

/** The manifests of one snapshot, all its parts in order; undefined when a part is missing. */
export async function readSnapshot(
  deps: Dependencies,
  target: Pick<TargetRef, "namespace">,
  placementName: string,
  index: string,
): Promise<readonly KubeObject[] | undefined> {
  const { snapshots } = scopeOf(target);
  const read = (name: string) => deps.snapshots.get(placementRef(target, snapshots, name));
  const master = await read(snapshotName(placementName, index));
  if (!master) return undefined;
  const count = master.metadata.annotations?.[ANNOTATION_NUMBER_OF_RESOURCE_SNAPSHOTS];
  const parts = await Promise.all(
    Array.from({ length: Number(count ?? "1") - 1 }, (_, part) =>
      read(subSnapshotName(placementName, index, part)),
    ),
  );
  const manifests: KubeObject[] = [];
  for (const part of [master, ...parts]) {
    if (!part) return undefined;
    const { selectedResources } = part.spec as { readonly selectedResources?: unknown };
    manifests.push(...KubeObject.array().parse(selectedResources ?? []));
  }
  return manifests;
}
