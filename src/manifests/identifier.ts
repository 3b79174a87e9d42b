import { type KubeObject, parseApiVersion } from "../api/meta.js";
import type { ResourceIdentifier } from "./outcome.js";

/** Names a manifest as outcomes and inventories do: without `group` for core, without `namespace` for cluster scope. */
export function identifierOf(object: KubeObject): ResourceIdentifier {
  const { group, version } = parseApiVersion(object.apiVersion);
  const { name, namespace } = object.metadata;
  return {
    ...(group && { group }),
    version,
    kind: object.kind,
    name,
    ...(namespace && { namespace }),
  };
}

/**
 * Equal for two identifiers of one object. The version does not count: `autoscaling/v1` and `autoscaling/v2` show the
 * same object.
 */
export function identityKey(identifier: ResourceIdentifier): string {
  const { group = "", kind, namespace = "", name } = identifier;
  return [group, kind, namespace, name].join("/");
}

/** `Deployment/web/api`, or `ClusterRole/reader` for an object without a namespace. For messages. */
export function describeIdentifier(identifier: ResourceIdentifier): string {
  return [identifier.kind, identifier.namespace, identifier.name].filter(Boolean).join("/");
}

/** `apps/v1`, or `v1` for core. */
export function apiVersionOf(identifier: Pick<ResourceIdentifier, "group" | "version">): string {
  return identifier.group ? `${identifier.group}/${identifier.version}` : identifier.version;
}
