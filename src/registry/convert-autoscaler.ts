import type { KubeObject } from "../api/meta.js";
import { newerMetric, olderMetric } from "./autoscaler-metrics.js";
import { type Fields, fieldsOf, isEmpty, listAt, numberAt, stringAt } from "./fields.js";

const V1 = "autoscaling/v1";

/** Where autoscaling/v1 keeps what it has no field for. Source: Kubernetes `pkg/apis/autoscaling/annotations.go`. */
const ANNOTATIONS = {
  metrics: "autoscaling.alpha.kubernetes.io/metrics",
  behavior: "autoscaling.alpha.kubernetes.io/behavior",
  currentMetrics: "autoscaling.alpha.kubernetes.io/current-metrics",
  conditions: "autoscaling.alpha.kubernetes.io/conditions",
} as const;
const KEPT: readonly string[] = Object.values(ANNOTATIONS);

/**
 * A HorizontalPodAutoscaler of autoscaling/v1 as autoscaling/v2 writes it, and the other way. The older version has one
 * number, for the processor; everything else travels in annotations that the newer one does not show.
 *
 * Source: Kubernetes `pkg/apis/autoscaling/v1/conversion.go`.
 */
export function convertAutoscaler(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  const converted = apiVersion === V1 ? toOlder(object) : toNewer(object);
  return { ...converted, apiVersion };
}

function toOlder(object: KubeObject): KubeObject {
  const { metrics: _metrics, behavior, ...spec } = fieldsOf(object.spec);
  const { currentMetrics: _current, conditions, ...status } = fieldsOf(object.status);
  const metrics = listAt(object, "spec", "metrics");
  const cpu = metrics.find(isProcessorShare);
  const others = metrics.filter((metric) => !isProcessorShare(metric));
  const current = listAt(object, "status", "currentMetrics");
  const currentCpu = numberAt(
    current.find((metric) => stringAt(metric, "resource", "name") === "cpu"),
    "resource",
    "current",
    "averageUtilization",
  );
  const kept = {
    [ANNOTATIONS.metrics]: others.map((metric) => olderMetric(metric, "target")),
    [ANNOTATIONS.behavior]: renamed(behavior, (name) => name.slice(0, 1).toUpperCase()),
    [ANNOTATIONS.currentMetrics]: current.map((metric) => olderMetric(metric, "current")),
    [ANNOTATIONS.conditions]: conditions,
  };
  return {
    ...withAnnotations(object, kept),
    spec: {
      ...spec,
      ...(cpu !== undefined && {
        targetCPUUtilizationPercentage: numberAt(cpu, "resource", "target", "averageUtilization"),
      }),
    },
    ...(object.status !== undefined && {
      status: {
        ...status,
        ...(currentCpu !== undefined && { currentCPUUtilizationPercentage: currentCpu }),
      },
    }),
  };
}

function toNewer(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: share, ...spec } = fieldsOf(object.spec);
  const { currentCPUUtilizationPercentage: current, ...status } = fieldsOf(object.status);
  const others = keptList(object, ANNOTATIONS.metrics).map((each) => newerMetric(each, "target"));
  const metrics = share === undefined ? others : [...others, processorShare("target", share)];
  const behavior = renamed(kept(object, ANNOTATIONS.behavior), (name) =>
    name.slice(0, 1).toLowerCase(),
  );
  const measured = keptList(object, ANNOTATIONS.currentMetrics).map((each) =>
    newerMetric(each, "current"),
  );
  const currentMetrics =
    measured.length === 0 && current !== undefined
      ? [processorShare("current", current)]
      : measured;
  const conditions = keptList(object, ANNOTATIONS.conditions);
  return {
    ...withAnnotations(object, {}),
    spec: {
      ...spec,
      ...(metrics.length > 0 && { metrics }),
      ...(!isEmpty(behavior) && { behavior }),
    },
    ...(object.status !== undefined && {
      status: {
        ...status,
        ...(currentMetrics.length > 0 && { currentMetrics }),
        ...(conditions.length > 0 && { conditions }),
      },
    }),
  };
}

/** The one metric that autoscaling/v1 has a field for. */
function isProcessorShare(metric: unknown): boolean {
  return (
    stringAt(metric, "type") === "Resource" &&
    stringAt(metric, "resource", "name") === "cpu" &&
    numberAt(metric, "resource", "target", "averageUtilization") !== undefined
  );
}

function processorShare(part: "target" | "current", averageUtilization: unknown): unknown {
  const value = { ...(part === "target" && { type: "Utilization" }), averageUtilization };
  return { type: "Resource", resource: { name: "cpu", [part]: value } };
}

/** The object with these values in its annotations, as JSON, and none of another conversion. */
function withAnnotations(object: KubeObject, values: Fields): KubeObject {
  const own = Object.entries(object.metadata.annotations ?? {}).filter(
    ([key]) => !KEPT.includes(key),
  );
  const added = Object.entries(values)
    .filter(([, value]) => !isEmpty(value))
    .map(([key, value]) => [key, JSON.stringify(value)] as const);
  const { annotations: _annotations, ...metadata } = object.metadata;
  const annotations = Object.fromEntries([...own, ...added]);
  return { ...object, metadata: { ...metadata, ...(!isEmpty(annotations) && { annotations }) } };
}

/** The value in an annotation; one that is no JSON says nothing, as on a real server. */
function kept(object: KubeObject, annotation: string): unknown {
  const text = object.metadata.annotations?.[annotation];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keptList(object: KubeObject, annotation: string): readonly unknown[] {
  return listAt({ list: kept(object, annotation) }, "list");
}

/** The behavior annotation has Go's names: `ScaleUp`, not `scaleUp`. */
function renamed(value: unknown, first: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, first));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      first(name) + name.slice(1),
      renamed(inner, first),
    ]),
  );
}
