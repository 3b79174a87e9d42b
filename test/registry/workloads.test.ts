import { describe, expect, it } from "vitest";
import { fieldAt } from "../../src/registry/fields.js";
import { cells, created, kindOf, manifest, refusals, updateRefusals } from "./support/written.js";

const deployment = kindOf("Deployment");

const TEMPLATE = {
  metadata: { labels: { app: "web-app" } },
  spec: { containers: [{ name: "nginx", image: "nginx:1.20", ports: [{ containerPort: 80 }] }] },
};
const SELECTOR = { matchLabels: { app: "web-app" } };
const workload = (parts: Record<string, unknown> = {}) => ({
  spec: { selector: SELECTOR, template: TEMPLATE, ...parts },
});
const withContainers = (containers: unknown) =>
  workload({ template: { ...TEMPLATE, spec: { containers } } });

/** The template as a real API server 1.35 stores it. */
const STORED_TEMPLATE = {
  metadata: { labels: { app: "web-app" } },
  spec: {
    containers: [
      {
        image: "nginx:1.20",
        imagePullPolicy: "IfNotPresent",
        name: "nginx",
        ports: [{ containerPort: 80, protocol: "TCP" }],
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
      },
    ],
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  },
};

describe("defaults of workloads", () => {
  it("a Deployment is stored as a real API server stores it", () => {
    expect(created(deployment, workload()).spec).toEqual({
      progressDeadlineSeconds: 600,
      replicas: 1,
      revisionHistoryLimit: 10,
      selector: SELECTOR,
      strategy: {
        rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
        type: "RollingUpdate",
      },
      template: STORED_TEMPLATE,
    });
  });

  it("a Deployment that is scaled to zero stays there", () => {
    expect(created(deployment, workload({ replicas: 0 })).spec).toMatchObject({ replicas: 0 });
  });

  it("a Deployment that recreates has no rolling update", () => {
    const { spec } = created(deployment, workload({ strategy: { type: "Recreate" } }));
    expect(spec).toMatchObject({ strategy: { type: "Recreate" } });
    expect(spec).not.toHaveProperty("strategy.rollingUpdate");
  });

  it("a StatefulSet keeps its claims and rolls from the last pod on", () => {
    expect(created(kindOf("StatefulSet"), workload({ serviceName: "web" })).spec).toMatchObject({
      podManagementPolicy: "OrderedReady",
      replicas: 1,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      template: STORED_TEMPLATE,
    });
  });

  it("a DaemonSet replaces one pod at a time", () => {
    expect(created(kindOf("DaemonSet"), workload()).spec).toMatchObject({
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      template: STORED_TEMPLATE,
    });
  });

  it("a Job runs once", () => {
    const template = { spec: { ...TEMPLATE.spec, restartPolicy: "Never" } };
    expect(created(kindOf("Job"), { spec: { template } }).spec).toMatchObject({
      backoffLimit: 6,
      completionMode: "NonIndexed",
      completions: 1,
      parallelism: 1,
      suspend: false,
    });
  });

  it("a CronJob lets its jobs overlap, and leaves their own defaults to them", () => {
    const jobTemplate = {
      spec: { template: { spec: { ...TEMPLATE.spec, restartPolicy: "Never" } } },
    };
    const spec = { schedule: "*/1 * * * *", jobTemplate };
    const { spec: stored } = created(kindOf("CronJob"), { spec });
    expect(fieldAt(stored, "jobTemplate", "spec", "backoffLimit")).toBeUndefined();
    expect(stored).toMatchObject({
      concurrencyPolicy: "Allow",
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      suspend: false,
      jobTemplate: { spec: { template: { spec: { dnsPolicy: "ClusterFirst" } } } },
    });
  });

  it.each([
    { image: "nginx", policy: "Always" },
    { image: "nginx:latest", policy: "Always" },
    { image: "nginx:1.20", policy: "IfNotPresent" },
    { image: "example.test:5000/nginx", policy: "Always" },
    { image: "example.test:5000/nginx:1", policy: "IfNotPresent" },
    { image: "nginx@sha256:0123", policy: "IfNotPresent" },
  ])("$image is pulled $policy", ({ image, policy }) => {
    const { spec } = created(deployment, withContainers([{ name: "a", image }]));
    expect(spec).toMatchObject({
      template: { spec: { containers: [{ imagePullPolicy: policy }] } },
    });
  });

  it("probes, volumes and references get the defaults of a real API server", () => {
    const container = {
      name: "a",
      image: "a:1",
      readinessProbe: { httpGet: { port: 80 } },
      env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    };
    const volumes = [{ name: "empty" }, { name: "cm", configMap: { name: "cm" } }];
    const template = { ...TEMPLATE, spec: { containers: [container], volumes } };
    expect(created(deployment, workload({ template })).spec).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              readinessProbe: {
                httpGet: { path: "/", port: 80, scheme: "HTTP" },
                failureThreshold: 3,
                periodSeconds: 10,
                successThreshold: 1,
                timeoutSeconds: 1,
              },
              env: [{ valueFrom: { fieldRef: { apiVersion: "v1" } } }],
            },
          ],
          volumes: [
            { name: "empty", emptyDir: {} },
            { name: "cm", configMap: { name: "cm", defaultMode: 420 } },
          ],
        },
      },
    });
  });

  it("filling in defaults twice changes nothing", () => {
    for (const name of ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"]) {
      const kind = kindOf(name);
      const once = created(kind, workload());
      expect(kind.applyDefaults?.(once), name).toEqual(once);
    }
  });
});

describe("validation of workloads", () => {
  it.each([
    {
      behaviour: "a selector is needed",
      parts: { spec: { template: TEMPLATE } },
      refused: "spec.selector: Required value",
    },
    {
      behaviour: "the selector has to find the template's pods",
      parts: workload({ selector: { matchLabels: { app: "other" } } }),
      refused:
        'spec.template.metadata.labels: Invalid value: {"app":"web-app"}: `selector` does not match template `labels`',
    },
    {
      behaviour: "a container is needed",
      parts: withContainers([]),
      refused: "spec.template.spec.containers: Required value",
    },
    {
      behaviour: "a container needs an image",
      parts: withContainers([{ name: "a" }]),
      refused: "spec.template.spec.containers[0].image: Required value",
    },
    {
      behaviour: "a container needs a name",
      parts: withContainers([{ image: "a" }]),
      refused: "spec.template.spec.containers[0].name: Required value",
    },
    {
      behaviour: "two containers cannot have one name",
      parts: withContainers([
        { name: "a", image: "a" },
        { name: "a", image: "b" },
      ]),
      refused: 'spec.template.spec.containers[1].name: Duplicate value: "a"',
    },
    {
      behaviour: "a selector has to select something",
      parts: workload({ selector: {} }),
      refused: "spec.selector: Invalid value: {}: empty selector is invalid for deployment",
    },
    {
      behaviour: "replicas are not negative",
      parts: workload({ replicas: -1 }),
      refused: "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
    },
    {
      behaviour: "recreating pods is no rolling update",
      parts: workload({ strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } }),
      refused:
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    },
    {
      behaviour: "a mounted volume has to exist",
      parts: withContainers([
        { name: "a", image: "a", volumeMounts: [{ name: "data", mountPath: "/data" }] },
      ]),
      refused: 'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
    },
  ])("$behaviour", ({ parts, refused }) => {
    expect(refusals(deployment, parts)).toEqual([refused]);
  });

  it("the selector of a Deployment stays as it is", () => {
    const labels = { app: "web-app", tier: "web" };
    const template = { ...TEMPLATE, metadata: { labels } };
    const after = workload({ selector: { matchLabels: labels }, template });
    expect(updateRefusals(deployment, workload(), after)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"web-app","tier":"web"}}: field is immutable',
    ]);
  });

  it("the image of a Deployment may change", () => {
    const after = withContainers([{ name: "nginx", image: "nginx:1.21" }]);
    expect(updateRefusals(deployment, workload(), after)).toEqual([]);
  });

  it("the name of a StatefulSet's service stays as it is", () => {
    const refused = updateRefusals(
      kindOf("StatefulSet"),
      workload({ serviceName: "a" }),
      workload({ serviceName: "b" }),
    );
    expect(refused).toEqual([
      expect.stringMatching(/^spec: Forbidden: updates to statefulset spec/),
    ]);
  });

  it("a Job cannot restart its pods for ever", () => {
    expect(refusals(kindOf("Job"), { spec: { template: TEMPLATE } })).toEqual([
      'spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"',
    ]);
  });
});

describe("rows of workloads", () => {
  const metadata = { name: "web-app", creationTimestamp: "2026-11-21T09:50:00Z" };

  it("a Deployment that nothing runs is not ready", () => {
    expect(cells(deployment, { ...created(deployment, workload()), metadata }, true)).toEqual([
      "0/1",
      0,
      0,
      "10m",
      "nginx",
      "nginx:1.20",
      "app=web-app",
    ]);
  });

  it("a DaemonSet prints its node selector", () => {
    const kind = kindOf("DaemonSet");
    expect(cells(kind, { ...created(kind, workload()), metadata })).toEqual([
      0,
      0,
      0,
      0,
      0,
      "<none>",
      "10m",
    ]);
  });

  it("a Job that is done says how long it took", () => {
    const kind = kindOf("Job");
    const job = {
      ...created(kind, { spec: { template: TEMPLATE } }),
      metadata,
      status: {
        succeeded: 1,
        startTime: "2026-11-21T09:50:00Z",
        completionTime: "2026-11-21T09:50:07Z",
        conditions: [{ type: "Complete", status: "True" }],
      },
    };
    expect(cells(kind, job)).toEqual(["Complete", "1/1", "7s", "10m"]);
  });

  it("a CronJob prints its schedule", () => {
    const kind = kindOf("CronJob");
    const spec = { schedule: "*/1 * * * *", suspend: false };
    expect(cells(kind, { apiVersion: "batch/v1", kind: "CronJob", metadata, spec })).toEqual([
      "*/1 * * * *",
      "<none>",
      "False",
      0,
      "<none>",
      "10m",
    ]);
  });

  it("a Pod prints why it does not run", () => {
    const kind = kindOf("Pod");
    const pod = {
      ...created(kind, { spec: TEMPLATE.spec }),
      metadata,
      status: {
        phase: "Pending",
        containerStatuses: [
          { ready: false, restartCount: 2, state: { waiting: { reason: "ImagePullBackOff" } } },
        ],
      },
    };
    expect(cells(kind, pod)).toEqual(["0/1", "ImagePullBackOff", "2", "10m"]);
  });
});

describe("what a Go server writes where nothing is", () => {
  it.each([
    ["Deployment", {}],
    [
      "DaemonSet",
      {
        currentNumberScheduled: 0,
        desiredNumberScheduled: 0,
        numberMisscheduled: 0,
        numberReady: 0,
      },
    ],
    ["StatefulSet", { availableReplicas: 0, replicas: 0 }],
    ["ReplicaSet", { replicas: 0 }],
    ["ResourceQuota", {}],
    ["Ingress", { loadBalancer: {} }],
    ["HorizontalPodAutoscaler", { currentMetrics: null, desiredReplicas: 0 }],
  ])("is in the status of a %s that has none", (name, status) => {
    const kind = kindOf(name);
    const stored = manifest(kind, { spec: {} });
    expect(kind.asWritten?.(stored).status).toEqual(status);
    const counted = { ...stored, status: { replicas: 3 } };
    expect(kind.asWritten?.(counted).status).toEqual({ replicas: 3 });
  });

  it("is not stored", () => {
    expect(created(deployment, workload()).status).toBeUndefined();
  });

  it("is in the templates of a CronJob and in the endpoints of a slice", () => {
    const cronJob = kindOf("CronJob");
    const spec = { jobTemplate: { spec: { template: { spec: {} } } } };
    expect(cronJob.asWritten?.(manifest(cronJob, { spec }))).toMatchObject({
      spec: { jobTemplate: { metadata: {}, spec: { template: { metadata: {} } } } },
      status: {},
    });
    const slice = kindOf("EndpointSlice");
    const endpoints = [{ addresses: ["10.0.0.1"] }];
    expect(slice.asWritten?.(manifest(slice, { endpoints }))).toMatchObject({
      endpoints: [{ addresses: ["10.0.0.1"], conditions: {} }],
      ports: null,
    });
  });
});
