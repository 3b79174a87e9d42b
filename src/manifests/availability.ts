import type { KubeObject } from "../api/meta.js";
import { parseApiVersion } from "../api/meta.js";
import { LiveStatus } from "./live-status.js";
import type { Availability } from "./outcome.js";

const AVAILABLE: Availability = { state: "Available" };
const NOT_TRACKABLE: Availability = { state: "NotTrackable" };

type Track = (live: LiveStatus) => Availability;

/**
 * Whether a live object does what it is for, with a sentence that says what is missing. What the table does not know
 * cannot be tracked.
 *
 * Source: KubeFleet work applier, availability tracker.
 */
export function availabilityOf(live: KubeObject): Availability {
  const { group } = parseApiVersion(live.apiVersion);
  const track = TRACKERS[`${group}/${live.kind}`];
  return track ? track(LiveStatus.parse(live)) : NOT_TRACKABLE;
}

const immediately: Track = () => AVAILABLE;

const TRACKERS: Readonly<Record<string, Track>> = {
  "apps/Deployment": deployment,
  "apps/StatefulSet": statefulSet,
  "apps/DaemonSet": daemonSet,
  "/Service": service,
  "apiextensions.k8s.io/CustomResourceDefinition": customResourceDefinition,
  "policy/PodDisruptionBudget": podDisruptionBudget,
  "/ConfigMap": immediately,
  "/LimitRange": immediately,
  "/Namespace": immediately,
  "/ResourceQuota": immediately,
  "/Secret": immediately,
  "/ServiceAccount": immediately,
  "apps/ControllerRevision": immediately,
  "networking.k8s.io/IngressClass": immediately,
  "networking.k8s.io/NetworkPolicy": immediately,
  "rbac.authorization.k8s.io/ClusterRole": immediately,
  "rbac.authorization.k8s.io/ClusterRoleBinding": immediately,
  "rbac.authorization.k8s.io/Role": immediately,
  "rbac.authorization.k8s.io/RoleBinding": immediately,
  "scheduling.k8s.io/PriorityClass": immediately,
  "storage.k8s.io/CSIDriver": immediately,
  "storage.k8s.io/CSINode": immediately,
  "storage.k8s.io/CSIStorageCapacity": immediately,
  "storage.k8s.io/StorageClass": immediately,
};

/** Available when nothing is missing; otherwise the first sentence that is. */
function missing(...sentences: readonly (string | false)[]): Availability {
  const message = sentences.find((sentence) => sentence !== false);
  return message ? { state: "NotAvailableYet", message } : AVAILABLE;
}

function unobserved({ metadata, status }: LiveStatus): string | false {
  return (
    status.observedGeneration !== metadata.generation &&
    `generation ${metadata.generation} has not been observed by its controller yet`
  );
}

/** `1 of 3 replicas are available` */
function tooFew(actual: number, wanted: number, what: string): string | false {
  return actual !== wanted && `${actual} of ${wanted} ${what}`;
}

function deployment(live: LiveStatus): Availability {
  const { status } = live;
  const wanted = live.spec.replicas;
  const stalled = status.conditions.find(
    (condition) => condition.type === "Progressing" && condition.status === "False",
  );
  const because = stalled?.message ? ` (${stalled.message})` : "";
  const sentence =
    unobserved(live) ||
    tooFew(status.updatedReplicas, wanted, "replicas are updated") ||
    tooFew(status.availableReplicas, wanted, "replicas are available") ||
    (status.unavailableReplicas > 0 && `${status.unavailableReplicas} replicas are unavailable`);
  return missing(sentence && `${sentence}${because}`);
}

function statefulSet(live: LiveStatus): Availability {
  const { status } = live;
  return missing(
    unobserved(live),
    tooFew(status.availableReplicas, live.spec.replicas, "replicas are available"),
    status.currentReplicas !== status.updatedReplicas &&
      `${status.updatedReplicas} replicas have the new revision, ${status.currentReplicas} the current one`,
    status.currentRevision !== status.updateRevision &&
      `revision ${status.updateRevision} has not replaced ${status.currentRevision} yet`,
  );
}

function daemonSet(live: LiveStatus): Availability {
  const { status } = live;
  const wanted = status.desiredNumberScheduled;
  return missing(
    unobserved(live),
    tooFew(status.numberAvailable, wanted, "pods are available"),
    tooFew(status.updatedNumberScheduled, status.currentNumberScheduled, "pods are updated"),
  );
}

function service({ spec, status }: LiveStatus): Availability {
  if (spec.type === "ExternalName") return NOT_TRACKABLE;
  if (spec.type === "LoadBalancer") {
    const [ingress] = status.loadBalancer.ingress;
    return missing(!ingress?.ip && !ingress?.hostname && "the load balancer has no address yet");
  }
  return missing(!spec.clusterIPs[0] && "no cluster IP has been assigned yet");
}

function customResourceDefinition({ status }: LiveStatus): Availability {
  const lacks = (type: string) =>
    !status.conditions.some((condition) => condition.type === type && condition.status === "True");
  return missing(
    lacks("NamesAccepted") && "condition NamesAccepted is not True yet",
    lacks("Established") && "condition Established is not True yet",
  );
}

function podDisruptionBudget(live: LiveStatus): Availability {
  const { metadata, status } = live;
  const current = status.conditions.some(
    (condition) => condition.observedGeneration === metadata.generation,
  );
  return missing(!current && `conditions do not tell about generation ${metadata.generation} yet`);
}
