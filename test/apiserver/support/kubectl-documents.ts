/** The documents that the kubectl checklist applies. */

export function kubeconfig(server: string): string {
  return `apiVersion: v1
kind: Config
clusters: [{name: hub, cluster: {server: "${server}"}}]
contexts: [{name: hub, context: {cluster: hub, user: hub}}]
users: [{name: hub, user: {}}]
current-context: hub
`;
}

export function strategy(waitTime: string): string {
  return `apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateStrategy
metadata:
  name: example-strategy
spec:
  stages:
    - name: staging
      labelSelector: {matchLabels: {environment: staging}}
      afterStageTasks: [{type: TimedWait, waitTime: ${waitTime}}]
`;
}

export function run(name: string): string {
  return `apiVersion: placement.kubernetes-fleet.io/v1beta1
kind: ClusterStagedUpdateRun
metadata:
  name: ${name}
spec:
  placementName: example-placement
  stagedRolloutStrategyName: example-strategy
`;
}

export function approvalRequest(name: string): string {
  return `apiVersion: placement.kubernetes-fleet.io/v1
kind: ClusterApprovalRequest
metadata:
  name: ${name}
spec:
  parentStageRollout: r
  targetStage: s
`;
}

export function deployment(containers: readonly string[]): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: d
spec:
  selector: {matchLabels: {app: d}}
  template:
    metadata: {labels: {app: d}}
    spec:
      containers:
${containers.map((name) => `        - {name: ${name}, image: "nginx:1"}\n`).join("")}`;
}

export function configMap(data: Readonly<Record<string, string>>): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: f2
  namespace: demo
data: ${JSON.stringify(data)}
`;
}

export function event(uid: string): string {
  return `apiVersion: v1
kind: Event
metadata: {name: example-run.1, namespace: default}
involvedObject:
  apiVersion: placement.kubernetes-fleet.io/v1
  kind: ClusterStagedUpdateRun
  name: example-run
  uid: ${uid}
type: Normal
reason: StageStarted
message: Stage staging has started
count: 1
firstTimestamp: "2026-11-21T10:00:00Z"
lastTimestamp: "2026-11-21T10:00:00Z"
source: {component: stagecoach}
`;
}
