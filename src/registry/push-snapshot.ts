import { z } from "zod";
import { KubeObject } from "../api/meta.js";
import { PLACEMENT_GROUP } from "../api/names.js";
import { badRequest, invalid, notFound } from "../api/status-error.js";
import { type PushableKind, pushedResources } from "../placement/pushed-resources.js";
import { markPushed } from "../placement/snapshot-source.js";
import type { Action, MadeObject } from "./kind.js";
import type { Scope } from "./scope.js";
import { PLACEMENT } from "./twins.js";
import { valueSchemaFromZod } from "./zod-schema.js";

/**
 * Makes the next resource snapshot of a placement from these resources, or finds that the latest holds them already.
 * Undefined when the placement is gone. The composition root brings it.
 */
export type PushSnapshot = (
  placement: KubeObject,
  resources: readonly KubeObject[],
  dryRun: boolean,
) => Promise<MadeObject | undefined>;

/**
 * `POST …/{name}/snapshots`: the next resource snapshot from the documents in the body instead of from objects of the
 * hub. From then on the placement keeps what was pushed; taking the annotation away gives it back to its selectors.
 */
export function pushSnapshotAction(
  scope: Scope,
  kinds: () => readonly PushableKind[],
  push: PushSnapshot,
): Action {
  const { kind, plural } = PLACEMENT[scope];
  const resourcesOf = (placement: KubeObject, body: unknown): readonly KubeObject[] => {
    const { name, namespace } = placement.metadata;
    const pushed = pushedResources(body, { namespace }, kinds());
    if (!pushed.ok) throw invalid({ group: PLACEMENT_GROUP, kind }, name, pushed.causes);
    if (pushed.resources.length > 0) return pushed.resources;
    throw badRequest("the body holds no object: send YAML documents, or a JSON list of objects");
  };
  return {
    name: "snapshots",
    description: "Makes the next resource snapshot from the objects in the body.",
    body: valueSchemaFromZod(z.array(KubeObject)),
    target: "spec",
    apply(placement, body) {
      resourcesOf(placement, body);
      return markPushed(placement);
    },
    async make(placement, body, dryRun) {
      const made = await push(placement, resourcesOf(placement, body), dryRun);
      if (made) return made;
      throw notFound({ group: PLACEMENT_GROUP, resource: plural }, placement.metadata.name);
    },
  };
}
