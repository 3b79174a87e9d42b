/** One object of each built-in kind that is about clusters and their settings rather than about workloads. */
export const SETTINGS: Readonly<Record<string, string>> = {
  "settings.yaml": `apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec:
  limits:
  - {type: Container, max: {cpu: "2"}, min: {memory: 8Mi}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: outside-1, namespace: shop}
addressType: IPv4
endpoints: [{addresses: [10.1.0.1]}]
ports: [{port: 5432}]
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old, namespace: shop}
spec:
  replicas: 0
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: a, image: "a:1"}]}
---
apiVersion: v1
kind: PodTemplate
metadata: {name: shape, namespace: shop}
template:
  metadata: {labels: {app: shape}}
  spec: {containers: [{name: a, image: "a:1"}]}
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: db-1, namespace: shop}
revision: 3
data: {a: 1}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: leader, namespace: shop}
spec: {holderIdentity: me, leaseDurationSeconds: 15}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  nfs: {server: a.example.com, path: /data}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: disk.csi.azure.com
parameters: {skuName: Premium_LRS}
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disk.csi.example.com}
spec: {attachRequired: false}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: web}
spec: {controller: example.com/ingress, parameters: {kind: Settings, apiGroup: example.com, name: main}}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: runsc
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: checks}
webhooks:
- name: checks.example.com
  clientConfig: {service: {namespace: shop, name: checks}}
  rules: [{operations: [CREATE], apiGroups: [checks.example.com], apiVersions: [v1], resources: [things]}]
  sideEffects: None
  admissionReviewVersions: [v1]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: fills}
webhooks:
- name: fills.example.com
  clientConfig: {url: "https://fills.example.com/"}
  rules: [{operations: [CREATE], apiGroups: [checks.example.com], apiVersions: [v1], resources: [things]}]
  sideEffects: None
  admissionReviewVersions: [v1]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: rules}
spec:
  matchConstraints:
    resourceRules: [{operations: [CREATE], apiGroups: [checks.example.com], apiVersions: [v1], resources: [things]}]
  validations: [{expression: "true"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: rules}
spec: {policyName: rules, validationActions: [Deny]}
`,
  "settings-bad.yaml": `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: bad}
provisioner: ""
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: bad}
spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: bad, namespace: shop}
addressType: IPv5
endpoints: []
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: bad}
spec: {controller: example.com/a, parameters: {kind: A, name: b, scope: Namespace}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: bad}
spec: {policyName: rules}
---
apiVersion: v1
kind: LimitRange
metadata: {name: bad, namespace: shop}
spec: {limits: [{type: Node}]}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: bad}
spec: {group: a.example.com, version: v1, groupPriorityMinimum: 100, versionPriority: 100}
`,
};
