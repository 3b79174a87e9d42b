import type { KubeObject } from "../api/meta.js";
import { PLACEMENT_GROUP } from "../api/names.js";
import type { ObjectStore } from "../storage/object-store.js";
import { listAt, stringAt } from "./fields.js";
import type { Wake } from "./kind.js";
import type { Scope } from "./scope.js";
import { UPDATE_RUN } from "./twins.js";
import { wake } from "./wake.js";

/** Makes the unfinished runs of a placement look again. */
export async function wakesOfRuns(
  scope: Scope,
  placement: KubeObject | undefined,
  store: ObjectStore,
): Promise<readonly Wake[]> {
  if (!placement) return [];
  const { name, namespace } = placement.metadata;
  const { kind, plural } = UPDATE_RUN[scope];
  const { items } = await store.list({
    group: PLACEMENT_GROUP,
    resource: plural,
    ...(scope === "Namespaced" && { namespace }),
  });
  return items
    .filter((run) => stringAt(run, "spec", "placementName") === name && isUnfinished(run))
    .map((run) => wake("updateRun", kind, run));
}

function isUnfinished(run: KubeObject): boolean {
  return !listAt(run, "status", "conditions").some(
    (condition) =>
      stringAt(condition, "type") === "Succeeded" ||
      (stringAt(condition, "type") === "Initialized" && stringAt(condition, "status") === "False"),
  );
}
