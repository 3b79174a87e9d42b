import { afterAll, beforeAll, expect, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { applySnapshot } from "../../src/clusters/apply-snapshot.js";
import type { ApplyStrategyOptions } from "../../src/manifests/apply-strategy.js";
import { findBuiltinSchema } from "../../src/registry/builtin-schema.js";
import { type Member, startMember } from "../envtest/member.js";
import { configMap, customObject, definition, deployment, namespace, owner } from "./objects.js";

let member: Member;

beforeAll(async () => {
  member = await startMember("member1");
});
afterAll(async () => {
  await member?.stop();
});

const labels = { app: "web" };
const template = {
  metadata: { labels },
  spec: {
    containers: [
      {
        name: "web",
        image: "web:1",
        // The server writes these amounts in another way.
        resources: { requests: { cpu: "0.5", memory: "1024Mi" } },
        ports: [
          { containerPort: 53, protocol: "UDP" },
          { containerPort: 53, protocol: "TCP" },
        ],
      },
    ],
    volumes: [{ name: "data", emptyDir: {} }],
  },
};
const workload = { selector: { matchLabels: labels }, template };
const once = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
const subject = { kind: "ServiceAccount", name: "robot", namespace: "all" };
const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];

/** One of each kind that a placement often brings, with what servers and controllers fill in left out. */
function oneOfEach(where: string): readonly KubeObject[] {
  const object = (apiVersion: string, kind: string, fields: object): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: "web", namespace: where },
    ...fields,
  });
  const rbac = "rbac.authorization.k8s.io/v1";
  return [
    namespace(where),
    configMap(where, "settings"),
    object("v1", "Secret", { stringData: { password: "secret" } }),
    object("v1", "ServiceAccount", { automountServiceAccountToken: false }),
    object("v1", "Service", { spec: { selector: labels, ports: [{ port: 80 }] } }),
    object("v1", "LimitRange", {
      spec: { limits: [{ type: "Container", default: { cpu: "1000m" } }] },
    }),
    object("v1", "ResourceQuota", { spec: { hard: { pods: "10", "requests.cpu": "10" } } }),
    object("v1", "PersistentVolumeClaim", {
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    }),
    deployment(where, "web"),
    object("apps/v1", "StatefulSet", { spec: { ...workload, serviceName: "web" } }),
    object("apps/v1", "DaemonSet", { spec: workload }),
    object("batch/v1", "Job", { spec: { template: once } }),
    object("batch/v1", "CronJob", {
      spec: { schedule: "0 0 * * *", jobTemplate: { spec: { template: once } } },
    }),
    object("autoscaling/v2", "HorizontalPodAutoscaler", {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
        maxReplicas: 3,
      },
    }),
    object("policy/v1", "PodDisruptionBudget", {
      spec: { minAvailable: "50%", selector: { matchLabels: labels } },
    }),
    object("networking.k8s.io/v1", "NetworkPolicy", {
      spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
    }),
    object("networking.k8s.io/v1", "Ingress", {
      spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
    }),
    object(rbac, "Role", { rules }),
    object(rbac, "RoleBinding", {
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "web" },
      subjects: [subject],
    }),
    definition("samples", "Sample", "Namespaced"),
    customObject("Sample", "s", where),
  ];
}

it.each<{ strategy: ApplyStrategyOptions; where: string }>([
  { strategy: { type: "ClientSideApply" }, where: "again-c" },
  { strategy: { type: "ClientSideApply", whenToApply: "IfNotDrifted" }, where: "again-d" },
  { strategy: { type: "ServerSideApply" }, where: "again-s" },
])(
  "changes nothing and finds no drift the second time with $strategy",
  async ({ strategy, where }) => {
    const { signal } = new AbortController();
    const manifests = oneOfEach(where);
    const request = { owner, manifests, applyStrategy: strategy, patchSchemas: findBuiltinSchema };
    const { connection } = member;
    const first = await applySnapshot(connection, { ...request, inventory: [] }, signal);
    const { inventory } = first;
    const second = await applySnapshot(connection, { ...request, inventory }, signal);

    expect(first.outcomes.filter(({ applied }) => !applied)).toEqual([]);
    const changed = second.outcomes.filter(
      (outcome) => !outcome.applied || outcome.change !== "unchanged",
    );
    expect(changed).toEqual([]);
    expect(second.diffs).toEqual([]);
    expect(second.outcomes).toHaveLength(manifests.length);
  },
);
