import { apiVersionOf } from "./identifier.js";
import type { ResourceIdentifier } from "./outcome.js";

/** How a kind is addressed: its plural and whether its objects live in namespaces. */
export interface RestMapping {
  readonly plural: string;
  readonly namespaced: boolean;
}

const namespaced = (plural: string): RestMapping => ({ plural, namespaced: true });
const clusterScoped = (plural: string): RestMapping => ({ plural, namespaced: false });

/** Built-in kinds by API group. Source: the discovery documents of Kubernetes 1.35. */
const BUILT_IN: Readonly<Record<string, Readonly<Record<string, RestMapping>>>> = {
  "": {
    ConfigMap: namespaced("configmaps"),
    Endpoints: namespaced("endpoints"),
    LimitRange: namespaced("limitranges"),
    Namespace: clusterScoped("namespaces"),
    PersistentVolume: clusterScoped("persistentvolumes"),
    PersistentVolumeClaim: namespaced("persistentvolumeclaims"),
    Pod: namespaced("pods"),
    PodTemplate: namespaced("podtemplates"),
    ReplicationController: namespaced("replicationcontrollers"),
    ResourceQuota: namespaced("resourcequotas"),
    Secret: namespaced("secrets"),
    Service: namespaced("services"),
    ServiceAccount: namespaced("serviceaccounts"),
  },
  "admissionregistration.k8s.io": {
    MutatingWebhookConfiguration: clusterScoped("mutatingwebhookconfigurations"),
    ValidatingAdmissionPolicy: clusterScoped("validatingadmissionpolicies"),
    ValidatingAdmissionPolicyBinding: clusterScoped("validatingadmissionpolicybindings"),
    ValidatingWebhookConfiguration: clusterScoped("validatingwebhookconfigurations"),
  },
  "apiextensions.k8s.io": {
    CustomResourceDefinition: clusterScoped("customresourcedefinitions"),
  },
  "apiregistration.k8s.io": { APIService: clusterScoped("apiservices") },
  apps: {
    ControllerRevision: namespaced("controllerrevisions"),
    DaemonSet: namespaced("daemonsets"),
    Deployment: namespaced("deployments"),
    ReplicaSet: namespaced("replicasets"),
    StatefulSet: namespaced("statefulsets"),
  },
  autoscaling: { HorizontalPodAutoscaler: namespaced("horizontalpodautoscalers") },
  batch: { CronJob: namespaced("cronjobs"), Job: namespaced("jobs") },
  "coordination.k8s.io": { Lease: namespaced("leases") },
  "discovery.k8s.io": { EndpointSlice: namespaced("endpointslices") },
  "networking.k8s.io": {
    Ingress: namespaced("ingresses"),
    IngressClass: clusterScoped("ingressclasses"),
    NetworkPolicy: namespaced("networkpolicies"),
  },
  "node.k8s.io": { RuntimeClass: clusterScoped("runtimeclasses") },
  policy: { PodDisruptionBudget: namespaced("poddisruptionbudgets") },
  "rbac.authorization.k8s.io": {
    ClusterRole: clusterScoped("clusterroles"),
    ClusterRoleBinding: clusterScoped("clusterrolebindings"),
    Role: namespaced("roles"),
    RoleBinding: namespaced("rolebindings"),
  },
  "scheduling.k8s.io": { PriorityClass: clusterScoped("priorityclasses") },
  "storage.k8s.io": {
    CSIDriver: clusterScoped("csidrivers"),
    CSINode: clusterScoped("csinodes"),
    CSIStorageCapacity: namespaced("csistoragecapacities"),
    StorageClass: clusterScoped("storageclasses"),
    VolumeAttachment: clusterScoped("volumeattachments"),
  },
};

/** The mapping of a built-in kind; undefined for any other, which only the member itself can tell. */
export function builtInMapping(
  identifier: Pick<ResourceIdentifier, "group" | "kind">,
): RestMapping | undefined {
  return BUILT_IN[identifier.group ?? ""]?.[identifier.kind];
}

/** `/api/v1`, or `/apis/apps/v1`. */
export function groupVersionPath(
  identifier: Pick<ResourceIdentifier, "group" | "version">,
): string {
  return `${identifier.group ? "/apis" : "/api"}/${apiVersionOf(identifier)}`;
}

/**
 * Path of one object. A namespaced object without a namespace belongs to `default`, as with kubectl; the namespace of a
 * cluster-scoped one is ignored.
 */
export function restPath(mapping: RestMapping, identifier: ResourceIdentifier): string {
  return `${collectionPath(mapping, identifier)}/${encodeURIComponent(identifier.name)}`;
}

/** Path of the objects of a kind, in the namespace of one of them. */
export function collectionPath(mapping: RestMapping, identifier: ResourceIdentifier): string {
  const namespace = encodeURIComponent(identifier.namespace || "default");
  return [
    groupVersionPath(identifier),
    ...(mapping.namespaced ? ["namespaces", namespace] : []),
    mapping.plural,
  ].join("/");
}
