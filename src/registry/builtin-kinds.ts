import { validatingAdmissionPolicy, validatingAdmissionPolicyBinding } from "./admission-policy.js";
import { apiService } from "./api-service.js";
import type { BuiltinKind } from "./builtin-kind.js";
import { configMap } from "./config-map.js";
import { controllerRevision } from "./controller-revision.js";
import { cronJob } from "./cron-job.js";
import { csiDriver } from "./csi-driver.js";
import { daemonSet } from "./daemon-set.js";
import { deployment } from "./deployment.js";
import { endpointSlice } from "./endpoint-slice.js";
import { endpoints } from "./endpoints.js";
import { event } from "./event.js";
import { horizontalPodAutoscaler } from "./horizontal-pod-autoscaler.js";
import { ingress } from "./ingress.js";
import { ingressClass } from "./ingress-class.js";
import { job } from "./job.js";
import { lease } from "./lease.js";
import { limitRange } from "./limit-range.js";
import { namespace } from "./namespace.js";
import { networkPolicy } from "./network-policy.js";
import { node } from "./node.js";
import { persistentVolume } from "./persistent-volume.js";
import { persistentVolumeClaim } from "./persistent-volume-claim.js";
import { pod } from "./pod.js";
import { podDisruptionBudget } from "./pod-disruption-budget.js";
import { podTemplate } from "./pod-template.js";
import { priorityClass } from "./priority-class.js";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./rbac.js";
import { replicaSet } from "./replica-set.js";
import { replicationController } from "./replication-controller.js";
import { resourceQuota } from "./resource-quota.js";
import { runtimeClass } from "./runtime-class.js";
import { secret } from "./secret.js";
import { type ServiceOptions, service } from "./service.js";
import { serviceAccount } from "./service-account.js";
import { statefulSet } from "./stateful-set.js";
import { storageClass } from "./storage-class.js";
import { volumeAttributesClass } from "./volume-attributes-class.js";
import {
  mutatingWebhookConfiguration,
  validatingWebhookConfiguration,
} from "./webhook-configuration.js";

/** The kinds of Kubernetes itself that people keep on the hub and place, in discovery order. */
export function builtinKinds(options: ServiceOptions): readonly BuiltinKind[] {
  return [
    namespace,
    configMap,
    secret,
    serviceAccount,
    service(options),
    endpoints,
    event,
    limitRange,
    node,
    pod,
    podTemplate,
    replicationController,
    resourceQuota,
    persistentVolumeClaim,
    persistentVolume,
    deployment,
    statefulSet,
    daemonSet,
    replicaSet,
    controllerRevision,
    job,
    cronJob,
    ingress,
    ingressClass,
    networkPolicy,
    role,
    roleBinding,
    clusterRole,
    clusterRoleBinding,
    horizontalPodAutoscaler,
    podDisruptionBudget,
    priorityClass,
    storageClass,
    csiDriver,
    volumeAttributesClass,
    validatingWebhookConfiguration,
    mutatingWebhookConfiguration,
    validatingAdmissionPolicy,
    validatingAdmissionPolicyBinding,
    apiService,
    runtimeClass,
    lease,
    endpointSlice,
  ];
}
