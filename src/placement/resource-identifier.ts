import { type KubeObject, parseApiVersion } from "../api/meta.js";
import type { ResourceIdentifier } from "../api/placement-status.js";

/** Names an object as placement status does: no group for core, no namespace for cluster-scoped objects. */
export function resourceIdentifier(object: KubeObject): ResourceIdentifier {
  const { group, version } = parseApiVersion(object.apiVersion);
  const { name, namespace } = object.metadata;
  return {
    ...(group !== "" && { group }),
    version,
    kind: object.kind,
    name,
    ...(namespace !== undefined && { namespace }),
  };
}
