import { expect } from "vitest";
import { conditionOf, type Hub, namespaceObject, type Served } from "./hub.js";

const PLACEMENT_VERSION = "placement.kubernetes-fleet.io/v1beta1";

/** Path of a namespaced object or collection of the placement group. */
export function namespacedPath(namespace: string, resource: string, name?: string): string {
  const collection = `/apis/${PLACEMENT_VERSION}/namespaces/${namespace}/${resource}`;
  return name === undefined ? collection : `${collection}/${name}`;
}

/** Source: the namespace-scoped tutorial, which makes them with `kubectl create deployment` and `kubectl expose`. */
function webApp(namespace: string) {
  const labels = { app: "web-app" };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web-app", namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: "nginx", image: "nginx:1.20", ports: [{ containerPort: 80 }] }],
        },
      },
    },
  };
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web-app", namespace, labels },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 80 }] },
  };
  return { deployment, service };
}

export const MISSING_NAMESPACE = "stagecoach.dev/missing-namespace";

/** A placement of the namespace's Deployment and Service on all members, rolled out by update runs. */
export function webAppPlacement(namespace: string, annotations: Record<string, string> = {}) {
  return {
    apiVersion: PLACEMENT_VERSION,
    kind: "ResourcePlacement",
    metadata: { name: "web-app-placement", namespace, annotations },
    spec: {
      resourceSelectors: [
        { group: "apps", version: "v1", kind: "Deployment", name: "web-app" },
        { group: "", version: "v1", kind: "Service", name: "web-app" },
      ],
      policy: { placementType: "PickAll" },
      strategy: { type: "External" },
    },
  };
}

/** Two stages with approvals around the second, the tutorial's wait shortened; `plain` has neither. */
function strategies(namespace: string) {
  const approval = [{ type: "Approval" }];
  const stages = (gated: boolean) => [
    {
      name: "dev-clusters",
      labelSelector: { matchLabels: { environment: "staging" } },
      maxConcurrency: 2,
      ...(gated && { afterStageTasks: [{ type: "TimedWait", waitTime: "1s" }] }),
    },
    {
      name: "prod-clusters",
      labelSelector: { matchLabels: { environment: "canary" } },
      sortingLabelKey: "order",
      ...(gated && { beforeStageTasks: approval, afterStageTasks: approval }),
    },
  ];
  return [true, false].map((gated) => ({
    apiVersion: PLACEMENT_VERSION,
    kind: "StagedUpdateStrategy",
    metadata: { name: gated ? "gated" : "plain", namespace },
    spec: { stages: stages(gated) },
  }));
}

/** The tutorial's namespace with its application, its placement and the strategies `gated` and `plain`. */
export async function placeWebApp(
  hub: Hub,
  namespace: string,
  options: { annotations?: Record<string, string>; labels?: Record<string, string> } = {},
): Promise<void> {
  const { labels = {}, annotations } = options;
  const object = namespaceObject(namespace);
  await hub.create("/api/v1/namespaces", { ...object, metadata: { ...object.metadata, labels } });
  const { deployment, service } = webApp(namespace);
  await hub.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, deployment);
  await hub.create(`/api/v1/namespaces/${namespace}/services`, service);
  for (const strategy of strategies(namespace)) {
    await hub.create(namespacedPath(namespace, "stagedupdatestrategies"), strategy);
  }
  const placement = webAppPlacement(namespace, annotations);
  await hub.create(namespacedPath(namespace, "resourceplacements"), placement);
}

export function setImage(hub: Hub, namespace: string, image: string): Promise<Served> {
  const containers = [{ name: "nginx", image }];
  return hub.patch(
    `/apis/apps/v1/namespaces/${namespace}/deployments/web-app`,
    { spec: { template: { spec: { containers } } } },
    "application/strategic-merge-patch+json",
  );
}

/** The image that a member runs; undefined when it has no such Deployment. */
export async function imageOn(member: Hub | undefined, namespace: string): Promise<unknown> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web-app`;
  const answer = await member?.request("GET", path);
  const spec = answer?.body.spec as
    | { template: { spec: { containers: { image: string }[] } } }
    | undefined;
  return spec?.template.spec.containers[0]?.image;
}

export function startRun(
  hub: Hub,
  namespace: string,
  name: string,
  spec: { strategy: string; index?: string; state?: string },
): Promise<Served> {
  return hub.create(namespacedPath(namespace, "stagedupdateruns"), {
    apiVersion: PLACEMENT_VERSION,
    kind: "StagedUpdateRun",
    metadata: { name, namespace },
    spec: {
      placementName: "web-app-placement",
      stagedRolloutStrategyName: spec.strategy,
      ...(spec.index !== undefined && { resourceSnapshotIndex: spec.index }),
      state: spec.state ?? "Run",
    },
  });
}

/** Waits until a condition of a namespaced object has that status. */
export async function awaitCondition(
  hub: Hub,
  path: string,
  type: string,
  status = "True",
): Promise<Served> {
  await expect
    .poll(async () => conditionOf(await hub.get(path), type)?.status, {
      timeout: 30_000,
      interval: 100,
    })
    .toBe(status);
  return hub.get(path);
}

/** Waits until nothing answers at the path any more. */
export async function awaitGone(hub: Hub, path: string): Promise<void> {
  await expect
    .poll(async () => (await hub.request("GET", path)).status, { timeout: 30_000, interval: 200 })
    .toBe(404);
}
