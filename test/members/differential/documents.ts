import { SETTINGS } from "./settings-documents.js";

const PLACEMENT_V1 = "placement.kubernetes-fleet.io/v1";

/** The files the script's commands name, as they lie in the shell's folder. */
export const DOCUMENTS: Readonly<Record<string, string>> = {
  "cm.yaml": configMap("f1", { k: "1" }),
  "cm-changed.yaml": configMap("f1", { k: "2", z: "3" }),
  "cm-other.yaml": configMap("f1", { k: "9" }),
  "cm-new.yaml": configMap("new", { k: "v" }),
  "cm-ssa.yaml": configMap("ssa", { k: "v", z: "1" }),
  "cm-ssa-less.yaml": configMap("ssa", { k: "v" }),
  "cm-ssa-uid.yaml": configMap("nosuch", {}).replace(
    "metadata:",
    "metadata:\n  uid: 5dc6a2cc-0f5f-4fb1-8a1e-7f0f9f3a0001",
  ),
  "cm-ssa-version.yaml": configMap("nosuch", {}).replace(
    "metadata:",
    'metadata:\n  resourceVersion: "1"',
  ),
  "cm-unknown.yaml": `${configMap("unknown", { k: "v" })}bogus: 1\n`,
  "cm-wrong-type.yaml": configMap("wrong", {}).replace("data: {}", "data: [1]"),
  "cm-no-name.yaml": configMap("x", {}).replace("  name: x\n", ""),
  "cm-generated.yaml": configMap("x", {}).replace("  name: x", "  generateName: gen-"),
  "cm-held.yaml": configMap("held", {}).replace("metadata:", "metadata:\n  finalizers: [a.io/x]"),
  "cm-stale.yaml": configMap("f1", {}).replace("metadata:", 'metadata:\n  resourceVersion: "1"'),
  "two.yaml": `${configMap("t1", { k: "1" })}---\n${configMap("t2", { k: "2" })}`,
  "list.yaml": `apiVersion: v1\nkind: List\nitems:\n${[configMap("l1", {}), configMap("l2", {})]
    .map((text) => `- ${text.trimEnd().replaceAll("\n", "\n  ")}\n`)
    .join("")}`,
  "missing-namespace.yaml": configMap("f1", {}).replace("namespace: shop", "namespace: nons"),
  "version.yaml": `apiVersion: placement.kubernetes-fleet.io/v9\nkind: ClusterStagedUpdateRun\nmetadata: {name: x}\n`,
  "not-yaml.yaml": "a: b: c\n",
  "dep.yaml": deployment(["a", "b"], ""),
  "dep-one.yaml": deployment(["a"], "      nodeSelector: {disk: ssd}\n"),
  "dep-unknown.yaml": deployment(["a"], "      bogus: 1\n").replace("name: d1", "name: d2"),
  "dep-wrong-type.yaml": deployment(["a"], "").replace("replicas: 0", "replicas: many"),
  "dep-selector.yaml": deployment(["a"], "").replace(
    "matchLabels: {app: d1}",
    "matchLabels: {app: x}",
  ),
  "dep-no-image.yaml": deployment(["a"], "")
    .replace("name: d1", "name: d3")
    .replace(", image: nginx:1", ""),
  "service.yaml": `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
`,
  "service-bad.yaml": `apiVersion: v1
kind: Service
metadata: {name: web-bad, namespace: shop}
spec: {ports: [{port: 0}]}
`,
  ...SETTINGS,
  "hpa-v1.yaml": autoscaler("one"),
  "hpa-v1-applied.yaml": autoscaler("two"),
  "hpa.yaml": `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web-app, namespace: shop}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web-app}
`,
  "event.yaml": event("one.1", "Started", "2026-11-21T09:00:00Z"),
  "event-two.yaml": event("one.2", "Finished", "2026-11-21T09:05:00Z"),
  "strategy.yaml": strategy("example", "10s"),
  "strategy-changed.yaml": strategy("example", "20s"),
  "strategy-beta.yaml": strategy("beta", "10s").replace("/v1", "/v1beta1"),
  "strategy-unknown.yaml": `${strategy("unknown", "10s")}  bogus: 1\n`,
  "strategy-wrong-type.yaml": strategy("wrong", "10s").replace("name: staging", "name: 5"),
  "strategy-no-stages.yaml": `apiVersion: ${PLACEMENT_V1}\nkind: ClusterStagedUpdateStrategy\nmetadata: {name: bad}\nspec: {}\n`,
  "strategy-no-spec.yaml": `apiVersion: ${PLACEMENT_V1}\nkind: ClusterStagedUpdateStrategy\nmetadata: {name: bad}\n`,
  "strategy-bad-name.yaml": strategy("Bad_Name", "10s"),
  "run-missing.yaml": `apiVersion: ${PLACEMENT_V1}\nkind: ClusterStagedUpdateRun\nmetadata: {name: bad}\nspec: {placementName: 5}\n`,
  "run-bad-state.yaml": `apiVersion: ${PLACEMENT_V1}
kind: ClusterStagedUpdateRun
metadata: {name: bad}
spec: {placementName: p, stagedRolloutStrategyName: s, state: Bad}
`,
  "approval.yaml": `apiVersion: ${PLACEMENT_V1}
kind: ClusterApprovalRequest
metadata: {name: run-before-staging}
spec: {parentStageRollout: run, targetStage: staging}
`,
  "approve.json": `{"status": {"conditions": [{"type": "Approved", "status": "True", "reason": "ok", "message": "yes", "observedGeneration": 1, "lastTransitionTime": "2026-11-21T09:00:00Z"}]}}`,
  "approve.yaml": `status:
  conditions:
  - {type: Approved, status: "False", reason: no, message: wait, observedGeneration: 1, lastTransitionTime: "2026-11-21T09:00:00Z"}
`,
};

function configMap(name: string, data: Readonly<Record<string, string>>): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: shop
data: ${JSON.stringify(data)}
`;
}

function deployment(containers: readonly string[], extra: string): string {
  const listed = containers.map(
    (name) => `      - {name: ${name}, image: nginx:1, env: [{name: X, value: "1"}]}\n`,
  );
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: d1, namespace: shop, labels: {app: d1}}
spec:
  replicas: 0
  selector: {matchLabels: {app: d1}}
  template:
    metadata: {labels: {app: d1}}
    spec:
${extra}      containers:
${listed.join("")}`;
}

function event(name: string, reason: string, time: string): string {
  return `apiVersion: v1
kind: Event
metadata: {name: ${name}, namespace: shop}
involvedObject: {apiVersion: v1, kind: ConfigMap, name: f1, namespace: shop}
type: Normal
reason: ${reason}
message: it ${reason.toLowerCase()}
source: {component: test}
firstTimestamp: "${time}"
lastTimestamp: "${time}"
count: 1
`;
}

function strategy(name: string, waitTime: string): string {
  return `apiVersion: ${PLACEMENT_V1}
kind: ClusterStagedUpdateStrategy
metadata:
  name: ${name}
spec:
  stages:
  - name: staging
    labelSelector: {matchLabels: {environment: staging}}
    maxConcurrency: 1
    afterStageTasks:
    - {type: TimedWait, waitTime: ${waitTime}}
`;
}

function autoscaler(name: string): string {
  return `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: ${name}, namespace: shop}
spec:
  maxReplicas: 3
  targetCPUUtilizationPercentage: 60
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web-app}
`;
}
