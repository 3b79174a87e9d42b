import { type KubeObject, parseApiVersion } from "../api/meta.js";

/** Kinds in the order in which a snapshot lists them. Source: KubeFleet `controller/resource_selector_resolver.go`. */
const KINDS = [
  "PriorityClass",
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Secret",
  "ConfigMap",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "Service",
  "DaemonSet",
  "Pod",
  "ReplicationController",
  "ReplicaSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "StatefulSet",
  "Job",
  "CronJob",
  "IngressClass",
  "Ingress",
  "APIService",
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
] as const;

const POSITION: ReadonlyMap<string, number> = new Map(KINDS.map((kind, index) => [kind, index]));

/**
 * Orders the objects of a snapshot: kinds as listed, others last. The order decides about the snapshot's hash, not
 * about the order in which a member gets the objects.
 */
export function compareForSnapshot(a: KubeObject, b: KubeObject): number {
  return (
    position(a) - position(b) || compareText(family(a), family(b)) || compareText(path(a), path(b))
  );
}

function position(object: KubeObject): number {
  return POSITION.get(object.kind) ?? KINDS.length;
}

/** What tells objects of one position apart before their names do: for kinds that are not listed the kind as well. */
function family(object: KubeObject): string {
  if (POSITION.has(object.kind)) return object.apiVersion;
  const { group, version } = parseApiVersion(object.apiVersion);
  return `${group}/${version}, Kind=${object.kind}`;
}

function path({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** Unlike `localeCompare`, the same on every machine. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
