import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { convertAutoscaler } from "../../src/registry/convert-autoscaler.js";

const TARGET = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const CPU = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
};
const QUEUE = {
  type: "External",
  external: {
    metric: { name: "queue", selector: { matchLabels: { q: "a" } } },
    target: { type: "AverageValue", averageValue: "30" },
  },
};

function autoscaler(version: "v1" | "v2", spec: object, rest: object = {}): KubeObject {
  return {
    apiVersion: `autoscaling/${version}`,
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", annotations: { team: "a" } },
    spec: { scaleTargetRef: TARGET, maxReplicas: 3, ...spec },
    ...rest,
  };
}

describe("convertAutoscaler", () => {
  it("makes a metric of the share of the processor", () => {
    const older = autoscaler("v1", { targetCPUUtilizationPercentage: 60 });
    expect(convertAutoscaler(older, "autoscaling/v2")).toEqual(
      autoscaler("v2", { metrics: [CPU] }),
    );
  });

  it("shows the older version the share alone, and the rest in annotations", () => {
    const behavior = { scaleUp: { stabilizationWindowSeconds: 5, policies: [{ type: "Pods" }] } };
    const older = convertAutoscaler(
      autoscaler("v2", { metrics: [CPU, QUEUE], behavior }),
      "autoscaling/v1",
    );
    expect(older.spec).toEqual({
      scaleTargetRef: TARGET,
      maxReplicas: 3,
      targetCPUUtilizationPercentage: 60,
    });
    expect(older.metadata.annotations).toEqual({
      team: "a",
      "autoscaling.alpha.kubernetes.io/metrics": JSON.stringify([
        {
          type: "External",
          external: {
            metricName: "queue",
            metricSelector: { matchLabels: { q: "a" } },
            targetAverageValue: "30",
          },
        },
      ]),
      "autoscaling.alpha.kubernetes.io/behavior":
        '{"ScaleUp":{"StabilizationWindowSeconds":5,"Policies":[{"Type":"Pods"}]}}',
    });
  });

  const ref = { kind: "Ingress", name: "main" };
  it.each([
    { what: "an external metric", metrics: [QUEUE, CPU] },
    {
      what: "memory and a container's processor",
      metrics: [
        {
          type: "Resource",
          resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } },
        },
        {
          type: "ContainerResource",
          containerResource: {
            name: "cpu",
            container: "app",
            target: { type: "Utilization", averageUtilization: 50 },
          },
        },
      ],
    },
    {
      what: "metrics of pods and of an object",
      metrics: [
        {
          type: "Pods",
          pods: { metric: { name: "p" }, target: { type: "AverageValue", averageValue: "1" } },
        },
        {
          type: "Object",
          object: {
            describedObject: ref,
            metric: { name: "rps" },
            target: { type: "Value", value: "10k" },
          },
        },
      ],
    },
  ])("keeps $what on the way there and back", ({ metrics }) => {
    const behavior = { scaleDown: { selectPolicy: "Max", policies: [{ periodSeconds: 15 }] } };
    const current = { name: "cpu", current: { averageUtilization: 7, averageValue: "5m" } };
    const newer = autoscaler(
      "v2",
      { metrics, behavior },
      {
        status: {
          desiredReplicas: 2,
          currentMetrics: [{ type: "Resource", resource: current }],
          conditions: [{ type: "AbleToScale", status: "True" }],
        },
      },
    );
    const older = convertAutoscaler(newer, "autoscaling/v1");
    expect(older.status).toEqual({ desiredReplicas: 2, currentCPUUtilizationPercentage: 7 });
    expect(convertAutoscaler(older, "autoscaling/v2")).toEqual(newer);
  });

  it("takes an annotation that is no JSON for none", () => {
    const older = autoscaler("v1", { targetCPUUtilizationPercentage: 60 });
    const annotations = { "autoscaling.alpha.kubernetes.io/metrics": "[" };
    const broken = { ...older, metadata: { name: "web", annotations } };
    expect(convertAutoscaler(broken, "autoscaling/v2").spec).toMatchObject({ metrics: [CPU] });
  });
});
