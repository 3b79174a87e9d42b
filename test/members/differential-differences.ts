/** A command that does something else on the hub than on a real API server, line by line. */
export interface Difference {
  readonly command: string;
  /** What only the real server's side printed, normalized; `!` is standard error. */
  readonly real: readonly string[];
  /** What only the hub's side printed. */
  readonly hub: readonly string[];
  readonly because: string;
  /** Only some versions of kubectl show it. */
  readonly sometimes?: true;
}

const VERSION =
  "The hub says 1.32, so that kubectl's launchers and version skews fit; the real server is a 1.35.";
const CLUSTER_PARTS = "What only a cluster's own parts write, or ask about, has no place on a hub.";
const OLD_TWIN = "Events are served in the core group alone.";
const TYPE_INSTEAD =
  "The models that descriptions are collected from have none for a field of another type: the type is described.";
const FLAT = "Definitions describe their own parts in place, without a name for each.";
const INT_OR_STRING = "A real server hides in a definition's schema that a string is fine too.";
const FIELDS_V1 = "ObjectMeta is written in place here, without a name for each of its types.";
const NO_TOKENS = "Nobody logs in to the hub with the token of a service account.";
const OPAQUE = "A token to continue with is opaque here: nothing in it is to be read.";
const ADDRESSES = "Services are templates on the hub: an address would be wrong on every member.";
const JOB_SELECTOR = "Jobs are templates on the hub: a selector is made where the job runs.";
const ADDRESSES_AND_SELECTORS = `${ADDRESSES} ${JOB_SELECTOR}`;
const APPLY_TIME =
  "A real server leaves the time out when an apply changes owners and nothing else.";
const ADMISSION =
  "Priority, tolerations and finalizers come from parts of a cluster that runs pods.";
const PATCH_REFUSAL = "The refusal repeats the patch, not the whole object that it would make.";
const NO_500 =
  "What a real server calls an error of its own (500) is the sender's: 400, with the field.";
const NO_NODES = "Nothing runs on the hub, so pods have neither logs nor shells.";
const DECISION = "The hub records who has decided on an approval request.";
const USER = "Another user asks.";

/** Everything that is known to differ. What differs and is not here fails, and so does what is here in vain. */
export const DIFFERENCES: readonly Difference[] = [
  {
    command: "kubectl version",
    real: [
      "Server Version: v1.35.4",
      "! WARNING: version difference between client (1.32) and server (1.35) exceeds the supported minor version skew of +/-1",
    ],
    hub: ["Server Version: v1.32.0+stagecoach"],
    because: VERSION,
    sometimes: true,
  },
  {
    command: "kubectl api-versions",
    real: [
      "certificates.k8s.io/v1",
      "events.k8s.io/v1",
      "flowcontrol.apiserver.k8s.io/v1",
      "resource.k8s.io/v1",
    ],
    hub: [],
    because: CLUSTER_PARTS,
  },
  {
    command: "kubectl api-resources --api-group='' -o name",
    real: ["bindings", "componentstatuses"],
    hub: [],
    because: CLUSTER_PARTS,
  },
  {
    command:
      "kubectl api-resources --no-headers | grep -v placement.kubernetes-fleet.io | grep -v cluster.kubernetes-fleet.io",
    real: [
      "bindings  v1  true  Binding",
      "componentstatuses  cs  v1  false  ComponentStatus",
      "tokenreviews  authentication.k8s.io/v1  false  TokenReview",
      "localsubjectaccessreviews  authorization.k8s.io/v1  true  LocalSubjectAccessReview",
      "subjectaccessreviews  authorization.k8s.io/v1  false  SubjectAccessReview",
      "certificatesigningrequests  csr  certificates.k8s.io/v1  false  CertificateSigningRequest",
      "events  ev  events.k8s.io/v1  true  Event",
      "flowschemas  flowcontrol.apiserver.k8s.io/v1  false  FlowSchema",
      "prioritylevelconfigurations  flowcontrol.apiserver.k8s.io/v1  false  PriorityLevelConfiguration",
      "ipaddresses  ip  networking.k8s.io/v1  false  IPAddress",
      "servicecidrs  networking.k8s.io/v1  false  ServiceCIDR",
      "deviceclasses  resource.k8s.io/v1  false  DeviceClass",
      "resourceclaims  resource.k8s.io/v1  true  ResourceClaim",
      "resourceclaimtemplates  resource.k8s.io/v1  true  ResourceClaimTemplate",
      "resourceslices  resource.k8s.io/v1  false  ResourceSlice",
      "csinodes  storage.k8s.io/v1  false  CSINode",
      "csistoragecapacities  storage.k8s.io/v1  true  CSIStorageCapacity",
      "volumeattachments  storage.k8s.io/v1  false  VolumeAttachment",
    ],
    hub: [],
    because: CLUSTER_PARTS,
  },
  {
    command: "kubectl get pv disk -o yaml",
    real: [
      "  finalizers:",
      "  - kubernetes.io/pv-protection",
      '  lastPhaseTransitionTime: "<time>"',
    ],
    hub: [],
    because: ADMISSION,
  },
  {
    command: "kubectl describe limits,rc,lease,sc,pv,ingressclass -n shop",
    real: ["Finalizers:  [kubernetes.io/pv-protection]"],
    hub: ["Finalizers:  []"],
    because: ADMISSION,
  },
  {
    command: 'kubectl patch pv disk --type=merge -p \'{"metadata":{"finalizers":null}}\'',
    real: ["persistentvolume/disk patched"],
    hub: ["persistentvolume/disk patched (no change)"],
    because: ADMISSION,
  },
  {
    command: "kubectl explain cm",
    real: [
      "    Standard object's metadata. More info:",
      "    https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
    ],
    hub: [
      "    ObjectMeta is metadata that all persisted resources must have, which",
      "    includes all objects users must create.",
    ],
    because: TYPE_INSTEAD,
  },
  {
    command: "kubectl explain sts.spec.selector",
    real: [
      "    selector is a label query over pods that should match the replica count. It",
      "    must match the pod template's labels. More info:",
      "    https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
    ],
    hub: ["    A label selector is a label query over a set of resources."],
    because: TYPE_INSTEAD,
  },
  {
    command: "kubectl explain po.spec.containers.env.valueFrom",
    real: [
      "    Source for the environment variable's value. Cannot be used if value is not",
      "    empty.",
      "    Selects a key of a ConfigMap.",
      "    Selects a field of the pod: supports metadata.name, metadata.namespace,",
      "    `metadata.labels['<KEY>']`, `metadata.annotations['<KEY>']`, spec.nodeName,",
      "    spec.serviceAccountName, status.hostIP, status.podIP, status.podIPs.",
      "    FileKeyRef selects a key of the env file. Requires the EnvFiles feature gate",
      "    to be enabled.",
      "    Selects a resource of the container: only resources limits and requests",
      "    (limits.cpu, limits.memory, limits.ephemeral-storage, requests.cpu,",
      "    requests.memory and requests.ephemeral-storage) are currently supported.",
      "    Selects a key of a secret in the pod's namespace",
    ],
    hub: [
      "    EnvVarSource represents a source for the value of an EnvVar.",
      "    Selects a key from a ConfigMap.",
      "    ObjectFieldSelector selects an APIVersioned field of an object.",
      "    FileKeySelector selects a key of the env file.",
      "    ResourceFieldSelector represents container resources (cpu, memory) and their",
      "    output format",
      "    SecretKeySelector selects a key of a Secret.",
    ],
    because: TYPE_INSTEAD,
  },
  {
    command: "kubectl explain pv.spec.nfs",
    real: [
      "    nfs represents an NFS mount on the host. Provisioned by an admin. More info:",
      "    https://kubernetes.io/docs/concepts/storage/volumes#nfs",
    ],
    hub: ["    Represents an NFS mount that lasts the lifetime of a pod."],
    because: TYPE_INSTEAD,
  },
  {
    command: "kubectl explain hpa.spec --api-version=autoscaling/v1",
    real: [
      "    spec defines the behaviour of autoscaler. More info:",
      "    https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status.",
      "    reference to scaled resource; horizontal pod autoscaler will learn the",
      "    current resource consumption and will set the desired number of pods by",
      "    using its Scale subresource.",
    ],
    hub: [
      "    specification of a horizontal pod autoscaler.",
      "    CrossVersionObjectReference contains enough information to let you identify",
      "    the referred resource.",
    ],
    because: TYPE_INSTEAD,
  },
  {
    command: "kubectl explain crd.spec.names",
    real: [
      "FIELD: names <CustomResourceDefinitionNames>",
      "    names specify the resource and kind names for the custom resource.",
    ],
    hub: ["FIELD: names <Object>"],
    because: FLAT,
  },
  {
    command: "kubectl explain csus.spec.stages",
    real: ["  maxConcurrency\t<Object>"],
    hub: ["  maxConcurrency\t<IntOrString>"],
    because: INT_OR_STRING,
  },
  {
    command: "kubectl explain careq --recursive",
    real: ["      fieldsV1\t<FieldsV1>"],
    hub: ["      fieldsV1\t<Object>"],
    because: FIELDS_V1,
  },
  {
    command: "kubectl version",
    real: ["Server Version: v1.35.4"],
    hub: [
      "Server Version: v1.32.0+stagecoach",
      "! Warning: version difference between client (1.35) and server (1.32) exceeds the supported minor version skew of +/-1",
    ],
    because: VERSION,
    sometimes: true,
  },
  {
    command: "kubectl create token robot -n shop --duration=600s | wc -l",
    real: [],
    hub: [
      '! error: failed to create token: no tokens are issued here: nothing runs as service account "robot" but on the clusters it is placed on, and each of them issues its own',
    ],
    because: NO_TOKENS,
  },
  {
    command: "kubectl get all -n shop",
    real: [
      "service/svc1  ClusterIP  <ip>  <none>  80/TCP  <age>",
      "service/svc2  NodePort  <ip>  <none>  80:<port>/TCP  <age>",
      "service/svc4  LoadBalancer  <ip>  <pending>  80:<port>/TCP  <age>",
    ],
    hub: [
      "service/svc1  ClusterIP  <none>  <none>  80/TCP  <age>",
      "service/svc2  NodePort  <none>  <none>  80/TCP  <age>",
      "service/svc4  LoadBalancer  <none>  <pending>  80/TCP  <age>",
    ],
    because: ADDRESSES,
  },
  {
    command: "kubectl get cm,secret,sa,svc,quota,role,rolebinding,ingress,pdb,hpa,cj,job -n shop",
    real: [
      "service/svc1  ClusterIP  <ip>  <none>  80/TCP  <age>",
      "service/svc2  NodePort  <ip>  <none>  80:<port>/TCP  <age>",
      "service/svc4  LoadBalancer  <ip>  <pending>  80:<port>/TCP  <age>",
    ],
    hub: [
      "service/svc1  ClusterIP  <none>  <none>  80/TCP  <age>",
      "service/svc2  NodePort  <none>  <none>  80/TCP  <age>",
      "service/svc4  LoadBalancer  <none>  <pending>  80/TCP  <age>",
    ],
    because: ADDRESSES,
  },
  {
    command: "kubectl get deploy,svc,job,cj,po,rolebinding -n shop -o wide",
    real: [
      "service/svc1  ClusterIP  <ip>  <none>  80/TCP  <age>  app=svc1",
      "service/svc2  NodePort  <ip>  <none>  80:<port>/TCP  <age>  app=svc2",
      "service/svc4  LoadBalancer  <ip>  <pending>  80:<port>/TCP  <age>  app=svc4",
      "job.batch/j1  Running  0/1  <age>  j1  busybox  batch.kubernetes.io/controller-uid=<uid>",
      "job.batch/j2  Running  0/1  <age>  cj1  busybox  batch.kubernetes.io/controller-uid=<uid>",
    ],
    hub: [
      "service/svc1  ClusterIP  <none>  <none>  80/TCP  <age>  app=svc1",
      "service/svc2  NodePort  <none>  <none>  80/TCP  <age>  app=svc2",
      "service/svc4  LoadBalancer  <none>  <pending>  80/TCP  <age>  app=svc4",
      "job.batch/j1  Running  0/1  <age>  j1  busybox  <none>",
      "job.batch/j2  Running  0/1  <age>  cj1  busybox  <none>",
    ],
    because: ADDRESSES_AND_SELECTORS,
  },
  {
    command: "kubectl get svc svc1 -n shop -o yaml",
    real: ["  clusterIP: <ip>", "  clusterIPs:", "  - <ip>"],
    hub: [],
    because: ADDRESSES,
  },
  {
    command: "kubectl get job j1 -n shop -o yaml",
    real: [
      "  labels:",
      "    batch.kubernetes.io/controller-uid: <uid>",
      "    batch.kubernetes.io/job-name: j1",
      "    controller-uid: <uid>",
      "    job-name: j1",
      "  manualSelector: false",
      "  selector:",
      "    matchLabels:",
      "      batch.kubernetes.io/controller-uid: <uid>",
      "    metadata:",
      "      labels:",
      "        batch.kubernetes.io/controller-uid: <uid>",
      "        batch.kubernetes.io/job-name: j1",
      "        controller-uid: <uid>",
      "        job-name: j1",
    ],
    hub: [],
    because: JOB_SELECTOR,
  },
  {
    command: "kubectl get po p1 -n shop -o yaml",
    real: [
      "  generation: 1",
      "  preemptionPolicy: PreemptLowerPriority",
      "  priority: 0",
      "  tolerations:",
      "  - effect: NoExecute",
      "    key: node.kubernetes.io/not-ready",
      "    operator: Exists",
      "    tolerationSeconds: 300",
      "  - effect: NoExecute",
      "    key: node.kubernetes.io/unreachable",
      "    operator: Exists",
      "    tolerationSeconds: 300",
    ],
    hub: [],
    because: ADMISSION,
  },
  {
    command: "kubectl get --raw '/api/v1/namespaces/shop/configmaps?limit=1&continue=bad'",
    real: [
      "! Error from server (BadRequest): invalid continue token: continue key is not valid: invalid character 'm' looking for beginning of value",
    ],
    hub: [
      "! Error from server (BadRequest): continue key is not valid: it was not issued by this server",
    ],
    because: OPAQUE,
  },
  {
    command: "kubectl describe svc svc1 -n shop",
    real: ["IP:  <ip>", "IPs:  <ip>"],
    hub: ["IP:", "IPs:  <none>"],
    because: ADDRESSES,
  },
  {
    command: "kubectl describe job j1 -n shop",
    real: [
      "Selector:  batch.kubernetes.io/controller-uid=<uid>",
      "Labels:  batch.kubernetes.io/controller-uid=<uid>",
      "                  batch.kubernetes.io/job-name=j1",
      "                  controller-uid=<uid>",
      "                  job-name=j1",
      "  Labels:  batch.kubernetes.io/controller-uid=<uid>",
      "           batch.kubernetes.io/job-name=j1",
      "           controller-uid=<uid>",
      "           job-name=j1",
    ],
    hub: ["Selector:", "Labels:  <none>", "  Labels:  <none>"],
    because: JOB_SELECTOR,
  },
  {
    command: "kubectl apply --server-side -f cm-unknown.yaml",
    real: [
      "! Error from server: failed to create typed patch object (shop/unknown; /v1, Kind=ConfigMap): .bogus: field not declared in schema",
    ],
    hub: [
      '! Error from server (BadRequest): ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "bogus"',
    ],
    because: NO_500,
  },
  {
    command: "kubectl apply --server-side -f cm-wrong-type.yaml",
    real: [
      "! Error from server: failed to create typed patch object (shop/wrong; /v1, Kind=ConfigMap): .data: expected map, got &{[1]}",
    ],
    hub: [
      '! Error from server (BadRequest): ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
    ],
    because: NO_500,
  },
  {
    command: "kubectl get deploy d1 -n shop -o yaml --show-managed-fields",
    real: [],
    hub: ['    time: "<time>"'],
    because: APPLY_TIME,
  },
  {
    command: 'kubectl patch cm c1 -n shop --type=merge -p \'{"data":{"a":5}}\'',
    real: [
      '! The request is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"data\\":{\\"a\\":5},\\"kind\\":\\"ConfigMap\\",\\"metadata\\":{\\"name\\":\\"c1\\",\\"namespace\\":\\"shop\\",\\"uid\\":\\"<uid>\\",\\"resourceVersion\\":\\"<version>\\",\\"creationTimestamp\\":\\"<time>\\",\\"managedFields\\":[{\\"manager\\":\\"kubectl-create\\",\\"operation\\":\\"Update\\",\\"apiVersion\\":\\"v1\\",\\"time\\":\\"<time>\\",\\"fieldsType\\":\\"FieldsV1\\",\\"fieldsV1\\":{\\"f:data\\":{}}},{\\"manager\\":\\"kubectl-patch\\",\\"operation\\":\\"Update\\",\\"apiVersion\\":\\"v1\\",\\"time\\":\\"<time>\\",\\"fieldsType\\":\\"FieldsV1\\",\\"fieldsV1\\":{\\"f:data\\":{\\"f:a\\":{}}}}]}}": json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    hub: [
      '! The request is invalid: patch: Invalid value: "{\\"data\\":{\\"a\\":5}}": json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    because: PATCH_REFUSAL,
  },
  {
    command: "kubectl logs p1 -n shop",
    real: ["exit 0"],
    hub: [
      "exit 1",
      "! Error from server (NotFound): the server could not find the requested resource",
    ],
    because: NO_NODES,
  },
  {
    command: "kubectl exec p1 -n shop -- true",
    real: ["! Error from server (BadRequest): pod p1 does not have a host assigned"],
    hub: ["! Error from server (NotFound): the server could not find the requested resource"],
    because: NO_NODES,
  },
  {
    command: "kubectl get csus beta -o yaml --show-managed-fields",
    real: [],
    hub: ['    time: "<time>"', '    time: "<time>"'],
    because: APPLY_TIME,
  },
  {
    command: "kubectl get ev -n shop --field-selector reason=Started -o name",
    real: [
      '! Warning: short name "ev" could also match lower priority resource events.events.k8s.io',
    ],
    hub: [],
    because: OLD_TWIN,
  },
  {
    command: "kubectl get ev -n shop --field-selector involvedObject.name=f1,type=Normal -o wide",
    real: [
      '! Warning: short name "ev" could also match lower priority resource events.events.k8s.io',
    ],
    hub: [],
    because: OLD_TWIN,
  },
  {
    command: "kubectl get careq run-before-staging -o yaml",
    real: [],
    hub: [
      "  decision:",
      "    address: 127.0.0.1",
      "    groups:",
      "    - system:masters",
      "    - system:authenticated",
      '    time: "<time>"',
      "    user: developer",
      "    userAgent: <user agent>",
      "    verdict: Approved",
    ],
    because: DECISION,
  },
  {
    command: "kubectl describe careq run-before-staging",
    real: [],
    hub: [
      "  Decision:",
      "    Address:  127.0.0.1",
      "    Groups:",
      "      system:masters",
      "      system:authenticated",
      "    Time:  <time>",
      "    User:  developer",
      "    User Agent:  <user agent>",
      "    Verdict:  Approved",
    ],
    because: DECISION,
  },
  {
    command: "kubectl auth whoami",
    real: ["Username  admin", "UID  admin"],
    hub: ["Username  developer"],
    because: USER,
  },
  {
    command: "kubectl auth whoami -o yaml",
    real: ["    uid: admin", "    username: admin"],
    hub: ["    username: developer"],
    because: USER,
  },
];
