import { afterEach, describe, expect, it } from "vitest";
import { type ListedDifference, NOT_LIKE_KUBEFLEET } from "./observed-differences.js";
import {
  compareObjects,
  type FoundDifference,
  readObserved,
} from "./support/observed-comparison.js";
import { ObservedHub } from "./support/observed-hub.js";
import { openPlayedFleet, type PlayedFleet } from "./support/played-fleet.js";
import { env } from "./support/run-on-fleet.js";
import type { Scope } from "./support/scoped-kinds.js";

const WAIT = { type: "TimedWait", waitTime: "5s" };
const APPROVAL = { type: "Approval" };
const STAGING = { name: "staging", ...env("staging"), afterStageTasks: [WAIT] };
const CANARY = { name: "canary", ...env("canary"), sortingLabelKey: "order" };
const EXTERNAL = { type: "External" };

const NAMESPACE = { group: "", version: "v1", kind: "Namespace", name: "test-namespace" };
const CONFIG_MAP = { group: "", version: "v1", kind: "ConfigMap", name: "test-cm" };
const DEPLOYMENT = { group: "apps", version: "v1", kind: "Deployment", name: "web-app" };
const SERVICE = { group: "", version: "v1", kind: "Service", name: "web-app" };
const RUN = {
  placementName: "example-placement",
  stagedRolloutStrategyName: "example-strategy",
  resourceSnapshotIndex: "1",
};

const seen = new Set<ListedDifference>();

const isListed = (found: FoundDifference) => (listed: ListedDifference) =>
  listed.where.test(found.where) &&
  isAs(listed.kubefleet, found.kubefleet) &&
  isAs(listed.stagecoach, found.stagecoach);

function isAs(pattern: RegExp | undefined, value: string | undefined): boolean {
  return pattern === undefined || value === undefined ? pattern === value : pattern.test(value);
}

const TITLE =
  "the hub has the objects of a KubeFleet on which the same was done, except as listed:";

describe(TITLE, { timeout: 60_000 }, () => {
  let fleet: PlayedFleet;
  afterEach(() => fleet.close());

  async function open(scope: Scope, namespace: string): Promise<ObservedHub> {
    fleet = await openPlayedFleet(scope);
    await fleet.join("member1", { environment: "canary", order: "2" });
    await fleet.join("member2", { environment: "staging" });
    await fleet.join("member3", { environment: "canary", order: "1" });
    await post("/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    return new ObservedHub(fleet, scope, namespace);
  }
  const post = (path: string, body: object) => fleet.send("POST", path, body);

  async function configMap(): Promise<void> {
    const metadata = { name: "test-cm" };
    const data = { key: "value1" };
    await post(CONFIG_MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
  }
  const CONFIG_MAPS = "/api/v1/namespaces/test-namespace/configmaps";
  async function edit(): Promise<void> {
    fleet.setTime("2026-01-01T10:00:01Z");
    await fleet.send("PATCH", `${CONFIG_MAPS}/test-cm`, { data: { key: "value2" } });
    await fleet.play();
  }

  /** Compares with every object that was observed at that moment. */
  async function compare(hub: ObservedHub, moment: string): Promise<void> {
    const unlisted: FoundDifference[] = [];
    for (const observed of readObserved(moment)) {
      for (const found of compareObjects(observed, await hub.counterpart(observed))) {
        const listed = NOT_LIKE_KUBEFLEET.find(isListed(found));
        if (listed) seen.add(listed);
        else unlisted.push(found);
      }
    }
    expect(unlisted, moment).toEqual([]);
  }

  it("a run over a cluster-scoped placement, from nothing to its end", async () => {
    const hub = await open("Cluster", "test-namespace");
    await configMap();
    await hub.place("example-placement", [NAMESPACE], EXTERNAL);
    await compare(hub, "cluster-scheduled");
    await edit();
    await compare(hub, "cluster-two-snapshots");
    const stages = [STAGING, { ...CANARY, afterStageTasks: [APPROVAL] }];
    await hub.create("strategy", "example-strategy", { stages });
    await hub.startRun("example-run", { ...RUN, state: "Initialize" });
    await hub.setState("example-run", "Run");
    await fleet.play();
    await compare(hub, "cluster-first-updated");
    await hub.wait("example-run");
    await compare(hub, "cluster-waiting-for-approval");
    await hub.approve("example-run-after-canary");
    await fleet.play();
    await compare(hub, "cluster-succeeded");
  });

  it("a run that is stopped, first between stages and then in the midst of one", async () => {
    const hub = await open("Cluster", "test-namespace");
    await configMap();
    await hub.place("example-placement", [NAMESPACE], EXTERNAL);
    await edit();
    const canary = { ...CANARY, maxConcurrency: "50%", beforeStageTasks: [APPROVAL] };
    const stages = [{ ...STAGING, maxConcurrency: 1 }, canary];
    await hub.create("strategy", "example-strategy", { stages });
    await hub.startRun("example-run", { ...RUN, state: "Initialize" });
    await hub.setState("example-run", "Run");
    await fleet.play();
    await hub.setState("example-run", "Stop");
    await fleet.play();
    await compare(hub, "cluster-stopped");

    await hub.setState("example-run", "Run");
    await hub.wait("example-run");
    await hub.approve("example-run-before-canary");
    await fleet.play();
    await hub.setState("example-run", "Stop");
    await fleet.play();
    const back = { ...RUN, resourceSnapshotIndex: "0" };
    await hub.startRun("example-run-2", { ...back, state: "Run" });
    await hub.wait("example-run-2");
    await fleet.member("member3")?.setFaults({ slowMs: 200 });
    await hub.approve("example-run-2-before-canary");
    const going = fleet.play();
    await expect.poll(() => hub.hasBegun("example-run-2", "member3")).toBe(true);
    await hub.setState("example-run-2", "Stop");
    await going;
    await fleet.play();
    await compare(hub, "cluster-stopped-in-stage");
  });

  it("a namespaced run that waits before a stage", async () => {
    const hub = await open("Namespaced", "test-namespace");
    await hub.bringNamespace("test-namespace");
    await configMap();
    await hub.place("example-placement", [CONFIG_MAP], EXTERNAL);
    await edit();
    const canary = { ...CANARY, maxConcurrency: "50%", beforeStageTasks: [APPROVAL] };
    const stages = [{ ...STAGING, maxConcurrency: 1 }, canary];
    await hub.create("strategy", "example-strategy", { stages });
    await hub.startRun("example-run", { ...RUN, state: "Run" });
    await hub.wait("example-run");
    await compare(hub, "namespaced-waiting-before");
  });

  it("a Deployment and a Service", async () => {
    const hub = await open("Namespaced", "my-app-namespace");
    await hub.bringNamespace("my-app-namespace");
    const app = { app: "web-app" };
    const containers = [{ image: "nginx:1.20", name: "nginx", ports: [{ containerPort: 80 }] }];
    const deployments = "/apis/apps/v1/namespaces/my-app-namespace/deployments";
    const metadata = { name: "web-app", labels: app };
    await post(deployments, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: app },
        template: { metadata: { labels: app }, spec: { containers } },
      },
    });
    await post("/api/v1/namespaces/my-app-namespace/services", {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: app, ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
    });
    await hub.place("web-app-placement", [DEPLOYMENT, SERVICE], EXTERNAL);
    fleet.setTime("2026-01-01T10:00:01Z");
    const changed = containers.map((container) => ({ ...container, image: "nginx:1.21" }));
    await fleet.send("PATCH", `${deployments}/web-app`, {
      spec: { template: { spec: { containers: changed } } },
    });
    await fleet.play();
    await compare(hub, "web-app-two-snapshots");

    const prod = {
      ...CANARY,
      name: "prodclusters",
      maxConcurrency: 1,
      beforeStageTasks: [APPROVAL],
    };
    const dev = { ...STAGING, name: "devclusters", maxConcurrency: 2 };
    await hub.create("strategy", "app-rollout-strategy", {
      stages: [dev, { ...prod, afterStageTasks: [APPROVAL] }],
    });
    const run = "web-app-rollout-v1-21";
    await hub.startRun(run, {
      placementName: "web-app-placement",
      stagedRolloutStrategyName: "app-rollout-strategy",
      resourceSnapshotIndex: "1",
      state: "Run",
    });
    const before = `${run}-before-prodclusters`;
    const after = `${run}-after-prodclusters`;
    await hub.reaches(run, before);
    await compare(hub, "web-app-waiting-before");
    await hub.approve(before, "approved", "approved to start prod");
    await fleet.play();
    await hub.reaches(run, after);
    await hub.approve(after, "approved", "prod rollout successful");
    await fleet.play();
    await compare(hub, "web-app-succeeded");
  });
});

describe("the list of differences", () => {
  it("holds nothing that does not happen", () => {
    expect(NOT_LIKE_KUBEFLEET.filter((listed) => !seen.has(listed))).toEqual([]);
  });
});
