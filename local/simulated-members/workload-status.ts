import type { Condition, KubeObject } from "../../src/api/meta.js";
import { toTimestamp } from "../../src/api/meta.js";
import { isRecord, numberOf, recordOf, specOf } from "./unstructured.js";
import type { Phase } from "./workload-phase.js";

/** Nodes a simulated member pretends to have: a DaemonSet runs one pod on each. */
const NODES = 3;

type Status = Record<string, unknown>;

/**
 * The status the real controllers write for an object in this phase, or undefined when it says so already.
 * Source: Kubernetes deployment, statefulset, daemonset and disruption controllers, 1.35.
 */
export function statusFor(object: KubeObject, phase: Phase, now: Date): Status | undefined {
  const statusOf = STATUS_OF[object.kind];
  if (!statusOf) return undefined;
  const before = recordOf(object.status);
  const status = statusOf(object, phase, now);
  return sameStatus(before, status) ? undefined : status;
}

const STATUS_OF: Readonly<Record<string, (object: KubeObject, phase: Phase, now: Date) => Status>> =
  {
    Deployment: deploymentStatus,
    StatefulSet: statefulSetStatus,
    DaemonSet: daemonSetStatus,
    PodDisruptionBudget: disruptionBudgetStatus,
    Service: serviceStatus,
  };

function deploymentStatus(object: KubeObject, phase: Phase, now: Date): Status {
  const replicas = numberOf(specOf(object).replicas, 1);
  const available = phase === "Available";
  return {
    observedGeneration: object.metadata.generation,
    ...(replicas > 0 && { replicas, updatedReplicas: replicas }),
    ...(replicas > 0 && available && { readyReplicas: replicas, availableReplicas: replicas }),
    ...(replicas > 0 && !available && { unavailableReplicas: replicas }),
    conditions: deploymentConditions(object, phase, now),
  };
}

function deploymentConditions(object: KubeObject, phase: Phase, now: Date): DeploymentCondition[] {
  const replicaSet = `ReplicaSet "${object.metadata.name}-${revisionOf(object)}"`;
  const progressing = {
    Available: ["True", "NewReplicaSetAvailable", `${replicaSet} has successfully progressed.`],
    Progressing: ["True", "ReplicaSetUpdated", `${replicaSet} is progressing.`],
    DeadlineExceeded: [
      "False",
      "ProgressDeadlineExceeded",
      `${replicaSet} has timed out progressing.`,
    ],
  } as const;
  const available =
    phase === "Available"
      ? (["True", "MinimumReplicasAvailable", "Deployment has minimum availability."] as const)
      : ([
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.",
        ] as const);
  return [
    deploymentCondition(object, "Available", available, now),
    deploymentCondition(object, "Progressing", progressing[phase], now),
  ];
}

type DeploymentCondition = Omit<Condition, "observedGeneration"> & { lastUpdateTime: string };

function deploymentCondition(
  object: KubeObject,
  type: string,
  [status, reason, message]: readonly ["True" | "False", string, string],
  now: Date,
): DeploymentCondition {
  const earlier = conditionOf(object, type);
  const time = toTimestamp(now);
  const unchanged = earlier?.reason === reason && earlier.message === message;
  return {
    type,
    status,
    lastUpdateTime: unchanged ? String(earlier.lastUpdateTime ?? time) : time,
    lastTransitionTime: earlier?.status === status ? String(earlier.lastTransitionTime) : time,
    reason,
    message,
  };
}

function statefulSetStatus(object: KubeObject, phase: Phase): Status {
  const replicas = numberOf(specOf(object).replicas, 1);
  const ready = phase === "Available" ? replicas : 0;
  const revision = `${object.metadata.name}-${revisionOf(object)}`;
  const earlier = recordOf(object.status).currentRevision;
  return {
    observedGeneration: object.metadata.generation,
    replicas,
    ...(ready > 0 && { readyReplicas: ready, currentReplicas: ready }),
    ...(replicas > 0 && { updatedReplicas: replicas }),
    availableReplicas: ready,
    currentRevision: phase === "Available" ? revision : (earlier ?? revision),
    updateRevision: revision,
    collisionCount: 0,
  };
}

function daemonSetStatus(object: KubeObject, phase: Phase): Status {
  const ready = phase === "Available" ? NODES : 0;
  return {
    currentNumberScheduled: NODES,
    numberMisscheduled: 0,
    desiredNumberScheduled: NODES,
    numberReady: ready,
    observedGeneration: object.metadata.generation,
    updatedNumberScheduled: NODES,
    ...(ready > 0 ? { numberAvailable: ready } : { numberUnavailable: NODES }),
  };
}

function disruptionBudgetStatus(object: KubeObject, _phase: Phase, now: Date): Status {
  const earlier = conditionOf(object, "DisruptionAllowed");
  const time = toTimestamp(now);
  return {
    observedGeneration: object.metadata.generation,
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    conditions: [
      {
        type: "DisruptionAllowed",
        status: "False",
        observedGeneration: object.metadata.generation,
        lastTransitionTime: earlier ? String(earlier.lastTransitionTime) : time,
        reason: "InsufficientPods",
        message: "",
      },
    ],
  };
}

/** Only a load balancer has something to wait for; its address is one of the documentation range. */
function serviceStatus(object: KubeObject, phase: Phase): Status {
  const balanced = specOf(object).type === "LoadBalancer" && phase === "Available";
  return {
    loadBalancer: balanced ? { ingress: [{ ip: "192.0.2.10", ipMode: "VIP" }] } : {},
  };
}

/** Stands for the hash of a pod template: it changes with the generation, as far as anybody can see. */
function revisionOf(object: KubeObject): string {
  const seed = (object.metadata.generation ?? 1) * 2_654_435_761;
  return (seed % 0xffffffff).toString(36).padStart(7, "0");
}

function conditionOf(object: KubeObject, type: string): Record<string, unknown> | undefined {
  const conditions = recordOf(object.status).conditions;
  if (!Array.isArray(conditions)) return undefined;
  return conditions.map(recordOf).find((condition) => condition.type === type);
}

function sameStatus(before: Status, after: Status): boolean {
  return canonical(before) === canonical(after);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(byKey)) : part,
  );
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
