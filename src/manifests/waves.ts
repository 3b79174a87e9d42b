import type { ResourceIdentifier } from "./outcome.js";

/** Wave of everything that the table does not know, custom resources among it. */
export const LAST_WAVE = 999;

/**
 * Kinds by wave and API group: what others refer to comes first.
 * Source: KubeFleet work applier, `pkg/controllers/workapplier` (semantics of the processing waves).
 */
const WAVES: readonly Readonly<Record<string, readonly string[]>>[] = [
  { "": ["Namespace"], "scheduling.k8s.io": ["PriorityClass"] },
  {
    "": [
      "ConfigMap",
      "LimitRange",
      "PersistentVolume",
      "PersistentVolumeClaim",
      "ResourceQuota",
      "Secret",
      "ServiceAccount",
    ],
    "networking.k8s.io": ["IngressClass", "NetworkPolicy"],
    policy: ["PodDisruptionBudget", "PodSecurityPolicy"],
    "storage.k8s.io": ["StorageClass"],
    "apiextensions.k8s.io": ["CustomResourceDefinition"],
  },
  { "rbac.authorization.k8s.io": ["ClusterRole", "Role"] },
  { "rbac.authorization.k8s.io": ["ClusterRoleBinding", "RoleBinding"] },
  {
    "": ["Pod", "ReplicationController", "Service"],
    apps: ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
    autoscaling: ["HorizontalPodAutoscaler"],
    batch: ["CronJob", "Job"],
    "networking.k8s.io": ["Ingress"],
  },
  {
    "apiregistration.k8s.io": ["APIService"],
    "admissionregistration.k8s.io": [
      "MutatingWebhookConfiguration",
      "ValidatingWebhookConfiguration",
    ],
  },
];

/** The wave an object is applied in, 0 first. */
export function waveOf({ group = "", kind }: Pick<ResourceIdentifier, "group" | "kind">): number {
  const wave = WAVES.findIndex((kinds) => kinds[group]?.includes(kind));
  return wave < 0 ? LAST_WAVE : wave;
}

/** Groups items into waves, first wave first, order inside a wave kept. */
export function inWaves<T>(
  items: readonly T[],
  identify: (item: T) => Pick<ResourceIdentifier, "group" | "kind">,
): readonly (readonly T[])[] {
  const waves = Map.groupBy(items, (item) => waveOf(identify(item)));
  return [...waves.entries()].sort(([a], [b]) => a - b).map(([, wave]) => wave);
}
