import { type KubeObject, parseApiVersion } from "../api/meta.js";
import { CLUSTER_GROUP, PLACEMENT_GROUP } from "../api/names.js";

/**
 * What no placement takes to a member, however it is selected.
 * Source: KubeFleet `pkg/utils/apiresources.go` and `pkg/utils/common.go`.
 */

const EXCLUDED_GROUPS: readonly string[] = [
  CLUSTER_GROUP,
  "events.k8s.io",
  "coordination.k8s.io",
  "metrics.k8s.io",
];

/** Event is excluded like its twin in `events.k8s.io`: it tells what happened here, not what should be there. */
const EXCLUDED_CORE_KINDS: readonly string[] = ["Pod", "Node", "Event"];

const NETWORKING_GROUP = "networking.fleet.azure.com";
const EXCLUDED_NETWORKING_KINDS: readonly string[] = [
  "ServiceImport",
  "TrafficManagerProfile",
  "TrafficManagerBackend",
];

/** Envelopes carry manifests to members; the other kinds of the placement API live on the hub. */
const ENVELOPE_KINDS: readonly string[] = ["ClusterResourceEnvelope", "ResourceEnvelope"];

export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

export function isPropagatedKind({ group, kind }: GroupKind): boolean {
  if (EXCLUDED_GROUPS.includes(group)) return false;
  if (group === "") return !EXCLUDED_CORE_KINDS.includes(kind);
  if (group === NETWORKING_GROUP) return !EXCLUDED_NETWORKING_KINDS.includes(kind);
  if (group === PLACEMENT_GROUP) return ENVELOPE_KINDS.includes(kind);
  return true;
}

export function isEnvelope({ group, kind }: GroupKind): boolean {
  return group === PLACEMENT_GROUP && ENVELOPE_KINDS.includes(kind);
}

/**
 * Whether an object is somebody's own work rather than made by a controller, which would make it again on the member.
 * `hasService` tells whether the Service of that namespace and name exists.
 */
export function isPropagatedObject(
  object: KubeObject,
  hasService: (namespace: string, name: string) => boolean,
): boolean {
  const { group } = parseApiVersion(object.apiVersion);
  const { name, namespace = "", labels = {}, ownerReferences = [] } = object.metadata;
  switch (`${group}/${object.kind}`) {
    case "apps/ReplicaSet":
    case "apps/ControllerRevision":
      return ownerReferences.length === 0;
    case "/ConfigMap":
      return name !== "kube-root-ca.crt";
    case "/ServiceAccount":
      return name !== "default";
    case "/Secret":
      return object.type !== "kubernetes.io/service-account-token";
    case "/Endpoints":
      return !hasService(namespace, name);
    case "discovery.k8s.io/EndpointSlice":
      return !Object.hasOwn(labels, "endpointslice.kubernetes.io/managed-by");
    default:
      return true;
  }
}

/** Namespaces that belong to the cluster or the fleet itself; they are never placed. */
export function isReservedNamespace(name: string): boolean {
  return name === "default" || name.startsWith("kube-") || name.startsWith("fleet-");
}
