import type { ResourceIdentifier } from "./outcome.js";

/** Kinds whose objects run something, which can break long after they were applied. */
const WORKLOADS: ReadonlySet<string> = new Set([
  "apps/Deployment",
  "apps/StatefulSet",
  "apps/DaemonSet",
]);

/** Those of the objects whose availability is worth watching. */
export function workloadsOf<T extends ResourceIdentifier>(objects: readonly T[]): readonly T[] {
  return objects.filter(({ group, kind }) => WORKLOADS.has(`${group ?? ""}/${kind}`));
}
