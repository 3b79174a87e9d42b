import { describe, expect, it } from "vitest";
import { cells, created, kindOf, manifest, refusals, updateRefusals } from "./support/written.js";

const WEBHOOK = {
  name: "check.example.com",
  clientConfig: { service: { namespace: "shop", name: "check" } },
  rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
};
const VOLUME = {
  spec: {
    capacity: { storage: "1Gi" },
    accessModes: ["ReadWriteOnce"],
    hostPath: { path: "/data" },
  },
};
const POLICY = {
  spec: {
    matchConstraints: {
      resourceRules: [
        { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] },
      ],
    },
    validations: [{ expression: "true" }],
  },
};

describe("defaults", () => {
  it.each([
    {
      behaviour: "a LimitRange gives containers the maximum and lets them ask for the minimum",
      kind: "LimitRange",
      parts: {
        spec: { limits: [{ type: "Container", max: { cpu: "2" }, min: { memory: "8Mi" } }] },
      },
      stored: {
        spec: {
          limits: [{ default: { cpu: "2" }, defaultRequest: { cpu: "2", memory: "8Mi" } }],
        },
      },
    },
    {
      behaviour: "ports of Endpoints are TCP",
      kind: "Endpoints",
      parts: { subsets: [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 80 }] }] },
      stored: { subsets: [{ ports: [{ port: 80, protocol: "TCP" }] }] },
    },
    {
      behaviour: "ports of an EndpointSlice have a name, though an empty one",
      kind: "EndpointSlice",
      parts: { addressType: "IPv4", endpoints: [], ports: [{ port: 80 }] },
      stored: { ports: [{ name: "", port: 80, protocol: "TCP" }] },
    },
    {
      behaviour: "a ReplicationController selects the pods of its template",
      kind: "ReplicationController",
      parts: {
        spec: {
          template: {
            metadata: { labels: { app: "a" } },
            spec: { containers: [{ name: "a", image: "a:1" }] },
          },
        },
      },
      stored: {
        metadata: { labels: { app: "a" } },
        spec: {
          replicas: 1,
          selector: { app: "a" },
          template: { spec: { dnsPolicy: "ClusterFirst" } },
        },
      },
    },
    {
      behaviour: "a PersistentVolume is retained, holds files and waits",
      kind: "PersistentVolume",
      parts: VOLUME,
      stored: {
        spec: { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" },
        status: { phase: "Pending" },
      },
    },
    {
      behaviour: "a StorageClass deletes and binds at once",
      kind: "StorageClass",
      parts: { provisioner: "disk.csi.azure.com" },
      stored: { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" },
    },
    {
      behaviour: "a CSIDriver attaches persistent volumes",
      kind: "CSIDriver",
      parts: { spec: {} },
      stored: { spec: { attachRequired: true, volumeLifecycleModes: ["Persistent"] } },
    },
    {
      behaviour: "parameters of an IngressClass are cluster-wide",
      kind: "IngressClass",
      parts: { spec: { controller: "a.io/b", parameters: { kind: "K", name: "n" } } },
      stored: { spec: { parameters: { scope: "Cluster" } } },
    },
    {
      behaviour: "a webhook that fails refuses, and has ten seconds",
      kind: "ValidatingWebhookConfiguration",
      parts: { webhooks: [WEBHOOK] },
      stored: {
        webhooks: [
          {
            failurePolicy: "Fail",
            timeoutSeconds: 10,
            rules: [{ scope: "*" }],
            clientConfig: { service: { port: 443 } },
          },
        ],
      },
    },
    {
      behaviour: "a mutating webhook is not called twice",
      kind: "MutatingWebhookConfiguration",
      parts: { webhooks: [WEBHOOK] },
      stored: { webhooks: [{ reinvocationPolicy: "Never" }] },
    },
    {
      behaviour: "an admission policy that fails refuses, wherever objects are alike",
      kind: "ValidatingAdmissionPolicy",
      parts: POLICY,
      stored: {
        spec: {
          failurePolicy: "Fail",
          matchConstraints: { matchPolicy: "Equivalent", resourceRules: [{ scope: "*" }] },
        },
      },
    },
  ])("$behaviour", ({ kind, parts, stored }) => {
    expect(created(kindOf(kind), parts)).toMatchObject(stored);
    expect(refusals(kindOf(kind), parts)).toEqual([]);
  });
});

describe("validation", () => {
  it.each([
    {
      kind: "LimitRange",
      parts: {
        spec: {
          limits: [{ type: "Node" }, { type: "Pod", default: { cpu: "1" } }, { type: "Pod" }],
        },
      },
      refused: [
        'spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified',
        "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
        'spec.limits[2].type: Duplicate value: "Pod"',
      ],
    },
    {
      kind: "Endpoints",
      parts: { subsets: [{ ports: [{ port: 1 }] }] },
      refused: ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"],
    },
    {
      kind: "EndpointSlice",
      parts: { addressType: "IPv5", endpoints: [{ addresses: [] }] },
      refused: [
        'addressType: Unsupported value: "IPv5": supported values: "FQDN", "IPv4", "IPv6"',
        "endpoints[0].addresses: Required value: must contain at least 1 address",
      ],
    },
    {
      kind: "ReplicationController",
      parts: { spec: {} },
      refused: ["spec.selector: Required value", "spec.template: Required value"],
    },
    {
      kind: "PersistentVolume",
      parts: { spec: {} },
      refused: [
        "spec.accessModes: Required value",
        "spec.capacity: Required value",
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        "spec: Required value: must specify a volume type",
      ],
    },
    {
      kind: "StorageClass",
      parts: { provisioner: "", volumeBindingMode: "Later" },
      refused: [
        "provisioner: Required value",
        'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
      ],
    },
    {
      kind: "VolumeAttributesClass",
      parts: { driverName: "d" },
      refused: ["parameters: Required value: must contain at least one key/value pair"],
    },
    {
      kind: "CSIDriver",
      parts: { spec: { volumeLifecycleModes: ["Brief"] } },
      refused: [
        'spec.volumeLifecycleModes: Unsupported value: "Brief": supported values: "Persistent", "Ephemeral"',
      ],
    },
    {
      kind: "IngressClass",
      parts: { spec: { parameters: { kind: "K", name: "n", namespace: "a" } } },
      refused: [
        "spec.controller: Required value",
        "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
      ],
    },
    {
      kind: "RuntimeClass",
      parts: { handler: "Run C" },
      refused: [
        expect.stringMatching(/^handler: Invalid value: "Run C": a lowercase RFC 1123 label/),
      ],
    },
    {
      kind: "Lease",
      parts: { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } },
      refused: [
        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
      ],
    },
    {
      kind: "ControllerRevision",
      parts: { revision: -1 },
      refused: [
        "revision: Invalid value: -1: must be greater than or equal to 0",
        "data: Required value: data is mandatory",
      ],
    },
    {
      kind: "ValidatingWebhookConfiguration",
      parts: {
        webhooks: [
          { ...WEBHOOK, name: "short", clientConfig: {}, sideEffects: "Some" },
          WEBHOOK,
          WEBHOOK,
        ],
      },
      refused: [
        'webhooks[2].name: Duplicate value: "check.example.com"',
        'webhooks[0].name: Invalid value: "short": should be a domain with at least three segments separated by dots',
        'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
        "webhooks[0].clientConfig: Required value: exactly one of url or service is required",
      ],
    },
    {
      kind: "MutatingWebhookConfiguration",
      parts: {
        webhooks: [
          { ...WEBHOOK, admissionReviewVersions: ["v2"], rules: [{ operations: ["LOOK"] }] },
        ],
      },
      refused: [
        "webhooks[0].rules[0].apiGroups: Required value",
        "webhooks[0].rules[0].apiVersions: Required value",
        "webhooks[0].rules[0].resources: Required value",
        'webhooks[0].rules[0].operations[0]: Unsupported value: "LOOK": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
        'webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
      ],
    },
    {
      kind: "ValidatingAdmissionPolicy",
      parts: { spec: { matchConstraints: {} } },
      refused: [
        "spec.matchConstraints.resourceRules: Required value",
        "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
        "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
      ],
    },
    {
      kind: "ValidatingAdmissionPolicyBinding",
      parts: { spec: { policyName: "p" } },
      refused: [
        "spec.validationActions: Required value: at least one validation action is required",
      ],
    },
    {
      kind: "APIService",
      parts: {
        spec: { group: "a.io", version: "v1", groupPriorityMinimum: 1, versionPriority: 0 },
      },
      refused: [
        'metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.a.io"',
        "spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
      ],
    },
    {
      kind: "PodTemplate",
      parts: { template: { spec: { containers: [] } } },
      refused: ["template.spec.containers: Required value"],
    },
  ])("says what is missing or wrong in a $kind", ({ kind, parts, refused }) => {
    expect(refusals(kindOf(kind), parts)).toEqual(refused);
  });

  it.each([
    {
      kind: "StorageClass",
      before: { provisioner: "a" },
      after: { provisioner: "b", volumeBindingMode: "WaitForFirstConsumer" },
      refused: [
        "provisioner: Forbidden: updates to provisioner are forbidden.",
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
      ],
    },
    {
      kind: "PersistentVolume",
      before: VOLUME,
      after: { spec: { ...VOLUME.spec, hostPath: { path: "/other" } } },
      refused: [
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation",
      ],
    },
    {
      kind: "EndpointSlice",
      before: { addressType: "IPv4", endpoints: [] },
      after: { addressType: "IPv6", endpoints: [] },
      refused: ['addressType: Invalid value: "IPv6": field is immutable'],
    },
    {
      kind: "CSIDriver",
      before: { spec: {} },
      after: { spec: { attachRequired: false } },
      refused: ["spec.attachedRequired: Invalid value: false: field is immutable"],
    },
  ])("keeps what a $kind was created with", ({ kind, before, after, refused }) => {
    expect(updateRefusals(kindOf(kind), before, after)).toEqual(refused);
  });
});

describe("columns", () => {
  const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"];

  it.each([
    {
      kind: "Endpoints",
      parts: {
        subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ port: 80 }] }],
      },
      row: ["10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 1 more...", "<unknown>"],
    },
    {
      kind: "EndpointSlice",
      parts: { addressType: "IPv4", endpoints: [{ addresses }], ports: [] },
      row: ["IPv4", "<unset>", "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...", "<unknown>"],
    },
    {
      kind: "PersistentVolume",
      parts: { spec: { ...VOLUME.spec, claimRef: { namespace: "a", name: "b" } } },
      row: ["1Gi", "RWO", "Retain", "Pending", "a/b", "", "<unset>", "", "<unknown>"],
    },
    {
      kind: "ControllerRevision",
      parts: {
        metadata: {
          name: "x",
          ownerReferences: [
            { apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "1", controller: true },
          ],
        },
        data: {},
        revision: 3,
      },
      row: ["statefulset.apps/db", 3, "<unknown>"],
    },
    {
      kind: "IngressClass",
      parts: {
        spec: { controller: "a.io/b", parameters: { apiGroup: "k.io", kind: "K", name: "n" } },
      },
      row: ["a.io/b", "K.k.io/n", "<unknown>"],
    },
    {
      kind: "APIService",
      parts: { spec: { service: { namespace: "a", name: "b" } } },
      row: ["a/b", "Unknown", "<unknown>"],
    },
    {
      kind: "ValidatingAdmissionPolicyBinding",
      parts: { spec: { policyName: "p", paramRef: { name: "n" } } },
      row: ["p", "*/n", "<unknown>"],
    },
    {
      kind: "ReplicationController",
      parts: { spec: { selector: { app: "a" } } },
      row: [1, 0, 0, "<unknown>"],
    },
  ])("shows a $kind as kubectl prints it", ({ kind, parts, row }) => {
    expect(cells(kindOf(kind), created(kindOf(kind), parts))).toEqual(row);
  });

  it("marks the default StorageClass beside its name", () => {
    const kind = kindOf("StorageClass");
    const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
    const object = manifest(kind, { metadata: { name: "fast", annotations }, provisioner: "a" });
    expect(kind.nameText?.(object)).toBe("fast (default)");
  });
});
