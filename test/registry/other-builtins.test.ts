import { describe, expect, it } from "vitest";
import { cells, created, kindOf, manifest, refusals, updateRefusals } from "./support/written.js";

const ROLE_REF = { kind: "Role", name: "r1" };

describe("defaults", () => {
  it.each([
    {
      behaviour: "a RoleBinding names the group of its role and users",
      kind: "RoleBinding",
      parts: { roleRef: ROLE_REF, subjects: [{ kind: "User", name: "ada" }] },
      stored: {
        roleRef: { ...ROLE_REF, apiGroup: "rbac.authorization.k8s.io" },
        subjects: [{ kind: "User", name: "ada", apiGroup: "rbac.authorization.k8s.io" }],
      },
    },
    {
      behaviour: "a NetworkPolicy with rules for leaving concerns both directions",
      kind: "NetworkPolicy",
      parts: { spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] } },
      stored: {
        spec: {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          egress: [{ ports: [{ port: 53, protocol: "TCP" }] }],
        },
      },
    },
    {
      behaviour: "a HorizontalPodAutoscaler aims at 80 % of the processor",
      kind: "HorizontalPodAutoscaler",
      parts: { spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 3 } },
      stored: {
        spec: {
          minReplicas: 1,
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
            },
          ],
        },
      },
    },
    {
      behaviour: "a PriorityClass preempts",
      kind: "PriorityClass",
      parts: { value: 1000 },
      stored: { value: 1000, preemptionPolicy: "PreemptLowerPriority" },
    },
    {
      behaviour: "a PersistentVolumeClaim asks for a file system and waits",
      kind: "PersistentVolumeClaim",
      parts: { spec: { accessModes: ["ReadWriteOnce"] } },
      stored: { spec: { volumeMode: "Filesystem" }, status: { phase: "Pending" } },
    },
  ])("$behaviour", ({ kind, parts, stored }) => {
    expect(created(kindOf(kind), parts)).toMatchObject(stored);
  });
});

describe("validation", () => {
  it.each([
    {
      behaviour: "a rule needs verbs",
      kind: "Role",
      parts: { rules: [{ apiGroups: [""], resources: ["pods"] }] },
      refused: ["rules[0].verbs: Required value: verbs must contain at least one value"],
    },
    {
      behaviour: "a rule for resources needs a group",
      kind: "ClusterRole",
      parts: { rules: [{ verbs: ["get"], resources: ["pods"] }] },
      refused: [
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
      ],
    },
    {
      behaviour: "a ClusterRole may be about paths",
      kind: "ClusterRole",
      parts: { rules: [{ verbs: ["get"], nonResourceURLs: ["/healthz"] }] },
      refused: [],
    },
    {
      behaviour: "a ClusterRoleBinding gives ClusterRoles only",
      kind: "ClusterRoleBinding",
      parts: { roleRef: ROLE_REF },
      refused: ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    },
    {
      behaviour: "a service account is one of a namespace",
      kind: "RoleBinding",
      parts: { roleRef: ROLE_REF, subjects: [{ kind: "ServiceAccount", name: "a" }] },
      refused: ["subjects[0].namespace: Required value"],
    },
    {
      behaviour: "an Ingress leads somewhere",
      kind: "Ingress",
      parts: { spec: {} },
      refused: ["spec: Invalid value: []: either `defaultBackend` or `rules` must be specified"],
    },
    {
      behaviour: "a path of an Ingress says how it matches",
      kind: "Ingress",
      parts: { spec: { rules: [{ http: { paths: [{ path: "/" }] } }] } },
      refused: ["spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"],
    },
    {
      behaviour: "a PodDisruptionBudget has one limit",
      kind: "PodDisruptionBudget",
      parts: { spec: { minAvailable: 1, maxUnavailable: "50%" } },
      refused: [expect.stringMatching(/minAvailable and maxUnavailable cannot be both set$/)],
    },
    {
      behaviour: "an autoscaler can go up",
      kind: "HorizontalPodAutoscaler",
      parts: {
        spec: { scaleTargetRef: { kind: "Deployment", name: "w" }, minReplicas: 3, maxReplicas: 2 },
      },
      refused: [
        "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`",
      ],
    },
    {
      behaviour: "system priorities are reserved",
      kind: "PriorityClass",
      parts: { value: 2_000_000_000 },
      refused: ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
    },
    {
      behaviour: "a claim needs an access mode and a size",
      kind: "PersistentVolumeClaim",
      parts: { spec: {} },
      refused: [
        "spec.accessModes: Required value: at least 1 access mode is required",
        "spec.resources[storage]: Required value",
      ],
    },
    {
      behaviour: "a CronJob needs a schedule of five fields",
      kind: "CronJob",
      parts: {
        spec: {
          schedule: "5 minutes",
          jobTemplate: {
            spec: {
              template: {
                spec: { containers: [{ name: "a", image: "a" }], restartPolicy: "Never" },
              },
            },
          },
        },
      },
      refused: [
        'spec.schedule: Invalid value: "5 minutes": expected exactly 5 fields, found 2: [5 minutes]',
      ],
    },
  ])("$behaviour", ({ kind, parts, refused }) => {
    expect(refusals(kindOf(kind), parts)).toEqual(refused);
  });

  it("the role of a binding stays as it is", () => {
    const other = { roleRef: { ...ROLE_REF, name: "r2" } };
    expect(updateRefusals(kindOf("RoleBinding"), { roleRef: ROLE_REF }, other)).toEqual([
      expect.stringMatching(/^roleRef: Invalid value: .*: cannot change roleRef$/),
    ]);
  });

  it("the value of a PriorityClass stays as it is", () => {
    expect(updateRefusals(kindOf("PriorityClass"), { value: 1 }, { value: 2 })).toEqual([
      "value: Forbidden: may not be changed in an update.",
    ]);
  });

  it("a claim may grow, and changes in no other way", () => {
    const claim = (storage: string, mode = "ReadWriteOnce") => ({
      spec: { accessModes: [mode], resources: { requests: { storage } } },
    });
    const kind = kindOf("PersistentVolumeClaim");
    expect(updateRefusals(kind, claim("1Gi"), claim("2Gi"))).toEqual([]);
    expect(updateRefusals(kind, claim("1Gi"), claim("1Gi", "ReadOnlyMany"))).toEqual([
      expect.stringMatching(/^spec: Forbidden: spec is immutable after creation/),
    ]);
  });
});

describe("rows", () => {
  const metadata = { name: "x", creationTimestamp: "2026-11-21T09:58:24Z" };

  it.each([
    {
      behaviour: "an Ingress prints its hosts",
      kind: "Ingress",
      parts: { spec: { rules: [{ host: "foo.com" }] } },
      row: ["<none>", "foo.com", "", "80", "96s"],
    },
    {
      behaviour: "a NetworkPolicy prints whom it is about",
      kind: "NetworkPolicy",
      parts: { spec: { podSelector: { matchLabels: { app: "a" } } } },
      row: ["app=a", "96s"],
    },
    {
      behaviour: "a PodDisruptionBudget prints its limits",
      kind: "PodDisruptionBudget",
      parts: { spec: { minAvailable: 1 } },
      row: ["1", "N/A", 0, "96s"],
    },
    {
      behaviour: "a HorizontalPodAutoscaler prints what it aims at",
      kind: "HorizontalPodAutoscaler",
      parts: {
        spec: {
          scaleTargetRef: { kind: "Deployment", name: "zz" },
          minReplicas: 1,
          maxReplicas: 3,
          metrics: [
            { type: "Resource", resource: { name: "cpu", target: { averageUtilization: 80 } } },
          ],
        },
      },
      row: ["Deployment/zz", "cpu: <unknown>/80%", "1", 3, 0, "96s"],
    },
    {
      behaviour: "a Role prints when it was created",
      kind: "Role",
      parts: {},
      row: ["2026-11-21T09:58:24Z"],
    },
    {
      behaviour: "a RoleBinding prints its role",
      kind: "RoleBinding",
      parts: { roleRef: ROLE_REF },
      row: ["Role/r1", "96s"],
    },
    {
      behaviour: "a PriorityClass prints its value",
      kind: "PriorityClass",
      parts: { value: 7, preemptionPolicy: "Never" },
      row: [7, false, "96s", "Never"],
    },
    {
      behaviour: "a ResourceQuota prints use against limits",
      kind: "ResourceQuota",
      parts: {
        status: { hard: { pods: "10", "limits.cpu": "4" }, used: { pods: "2" } },
      },
      row: ["pods: 2/10", "limits.cpu: 0/4", "96s"],
    },
    {
      behaviour: "a PersistentVolumeClaim prints its phase",
      kind: "PersistentVolumeClaim",
      parts: { spec: {}, status: { phase: "Pending" } },
      row: ["Pending", "", "", "", "", "<unset>", "96s"],
    },
    {
      behaviour: "an Event prints its object in lower case",
      kind: "Event",
      parts: {
        involvedObject: { kind: "ClusterResourcePlacement", name: "p" },
        type: "Normal",
        reason: "PlacementApplied",
        message: "Resources have been applied to the selected cluster(s)",
        lastTimestamp: "2026-11-21T09:58:24Z",
      },
      row: [
        "96s",
        "Normal",
        "PlacementApplied",
        "clusterresourceplacement/p",
        "Resources have been applied to the selected cluster(s)",
      ],
    },
    {
      behaviour: "a ServiceAccount prints its age",
      kind: "ServiceAccount",
      parts: {},
      row: ["96s"],
    },
  ])("$behaviour", ({ kind, parts, row }) => {
    const object = manifest(kindOf(kind), { ...parts, metadata });
    expect(cells(kindOf(kind), object)).toEqual(row);
  });
});
