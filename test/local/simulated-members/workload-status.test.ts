import { describe, expect, it } from "vitest";
import {
  nextPhaseAfterMs,
  type Phase,
  phaseAfter,
} from "../../../local/simulated-members/workload-phase.js";
import { statusFor } from "../../../local/simulated-members/workload-status.js";
import type { KubeObject } from "../../../src/api/meta.js";

const NOW = new Date("2026-11-21T10:00:00Z");
const LATER = new Date("2026-11-21T10:05:00Z");

function workload(kind: string, more: Record<string, unknown> = {}): KubeObject {
  return { apiVersion: "apps/v1", kind, metadata: { name: "web", generation: 2 }, ...more };
}

function running(image: string): Record<string, unknown> {
  return { template: { spec: { containers: [{ name: "web", image }] } } };
}

describe("statusFor", () => {
  it.each<{ behaviour: string; kind: string; spec: object; phase: Phase; has: object }>([
    {
      behaviour: "makes all replicas of a Deployment available",
      kind: "Deployment",
      spec: { replicas: 3 },
      phase: "Available",
      has: {
        observedGeneration: 2,
        replicas: 3,
        updatedReplicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        conditions: [
          { type: "Available", status: "True", reason: "MinimumReplicasAvailable" },
          { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
        ],
      },
    },
    {
      behaviour: "leaves a progressing Deployment unavailable",
      kind: "Deployment",
      spec: {},
      phase: "Progressing",
      has: {
        replicas: 1,
        unavailableReplicas: 1,
        conditions: [
          { type: "Available", status: "False" },
          { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" },
        ],
      },
    },
    {
      behaviour: "says that a Deployment passed its deadline",
      kind: "Deployment",
      spec: {},
      phase: "DeadlineExceeded",
      has: {
        conditions: [
          { type: "Available" },
          { status: "False", reason: "ProgressDeadlineExceeded" },
        ],
      },
    },
    {
      behaviour: "brings a StatefulSet to its update revision",
      kind: "StatefulSet",
      spec: { replicas: 2 },
      phase: "Available",
      has: { observedGeneration: 2, availableReplicas: 2, currentReplicas: 2, updatedReplicas: 2 },
    },
    {
      behaviour: "runs a DaemonSet on every node",
      kind: "DaemonSet",
      spec: {},
      phase: "Available",
      has: { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 },
    },
    {
      behaviour: "gives a load balancer an address",
      kind: "Service",
      spec: { type: "LoadBalancer" },
      phase: "Available",
      has: { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } },
    },
  ])("$behaviour", ({ kind, spec, phase, has }) => {
    expect(statusFor(workload(kind, { spec }), phase, NOW)).toMatchObject(has);
  });

  it("writes nothing when the status says so already", () => {
    const status = statusFor(workload("Deployment"), "Available", NOW);
    expect(statusFor(workload("Deployment", { status }), "Available", LATER)).toBeUndefined();
  });

  it("keeps the transition time of a condition whose status stays", () => {
    const status = statusFor(workload("Deployment"), "Progressing", NOW);
    const next = statusFor(workload("Deployment", { status }), "Available", LATER);
    expect(next?.conditions).toMatchObject([
      { type: "Available", lastTransitionTime: "2026-11-21T10:05:00Z" },
      { type: "Progressing", lastTransitionTime: "2026-11-21T10:00:00Z" },
    ]);
  });

  it("leaves kinds alone that no controller writes", () => {
    expect(statusFor(workload("ConfigMap"), "Available", NOW)).toBeUndefined();
  });
});

describe("phaseAfter", () => {
  const deployment = (image: string, more = {}) =>
    workload("Deployment", { spec: { ...running(image), ...more } });

  it.each([
    {
      behaviour: "makes pods ready after the delay",
      image: "nginx",
      elapsedMs: 500,
      phase: "Available",
    },
    {
      behaviour: "keeps them progressing before it",
      image: "nginx",
      elapsedMs: 499,
      phase: "Progressing",
    },
    {
      behaviour: "never gets a broken image ready",
      image: "nginx:broken",
      elapsedMs: 59_999,
      phase: "Progressing",
    },
    {
      behaviour: "gives a broken image up at its deadline",
      image: "nginx:broken",
      elapsedMs: 60_000,
      phase: "DeadlineExceeded",
    },
  ])("$behaviour", ({ image, elapsedMs, phase }) => {
    const object = deployment(image, { progressDeadlineSeconds: 60 });
    expect(phaseAfter(object, elapsedMs, 500)).toBe(phase);
  });

  it("looks again at a broken image when its deadline has passed", () => {
    expect(nextPhaseAfterMs(deployment("x-broken"), 500)).toBe(600_000);
    expect(nextPhaseAfterMs(deployment("x"), 500)).toBe(500);
  });
});
