import { expect } from "vitest";
import type {
  PerClusterPlacementStatus,
  PlacementStatus,
} from "../../../src/api/placement-status.js";
import type { StageUpdatingStatus, UpdateRunStatus } from "../../../src/api/update-run.js";
import {
  conditionOf,
  configMap,
  type Hub,
  namespaceObject,
  type Served,
} from "../../support/hub.js";
import { type Role, type Scope, scopedKinds, selectorsOf } from "./scoped-kinds.js";

/** The tutorial's member2. */
export const CANARY = {
  name: "canary",
  labelSelector: { matchLabels: { environment: "staging" } },
};
/** The tutorial's member3 and member1, once somebody approves. */
export const PROD = {
  name: "prod",
  labelSelector: { matchLabels: { environment: "canary" } },
  sortingLabelKey: "order",
  beforeStageTasks: [{ type: "Approval" }],
};

/** How long a run of three simulated members may take on a busy machine. */
const RUN_MS = 60_000;

/**
 * A ConfigMap `cm` on the hub, its placement `p`, and a strategy `s`: first the stage canary with member2, then prod with
 * member3 and member1, which waits for an approval before it begins.
 */
export class Rollout {
  readonly namespace: string;
  private readonly hub: Hub;
  private readonly members: Readonly<Record<string, Hub>>;
  private readonly scope: Scope;
  private readonly names: ReturnType<typeof scopedKinds>;

  constructor(hub: Hub, members: Readonly<Record<string, Hub>>, scope: Scope, namespace: string) {
    this.hub = hub;
    this.members = members;
    this.scope = scope;
    this.namespace = namespace;
    this.names = scopedKinds(scope, namespace);
  }

  async place(
    policy: object,
    strategy: object = { type: "External" },
    annotations: Readonly<Record<string, string>> = {},
    stages: readonly object[] = [CANARY, PROD],
  ): Promise<void> {
    await this.hub.create("/api/v1/namespaces", namespaceObject(this.namespace));
    await this.hub.create(this.configMaps(), configMap(this.namespace, "one"));
    await this.create("strategy", this.qualified("s"), { stages });
    const resourceSelectors = selectorsOf(this.scope, this.namespace);
    const spec = { resourceSelectors, policy, strategy };
    await this.create("placement", this.qualified("p"), spec, { annotations });
    await this.scheduled();
  }

  async setPolicy(policy: object): Promise<void> {
    await this.hub.merge(this.path("placement", "p"), { spec: { policy } });
    await this.scheduled();
  }

  async setStrategy(strategy: object): Promise<void> {
    await this.hub.merge(this.path("placement", "p"), { spec: { strategy } });
    await this.scheduled();
  }

  async edit(value: string): Promise<void> {
    await this.hub.merge(`${this.configMaps()}/cm`, { data: { key: value } });
  }

  async createRun(name: string, spec: object = {}): Promise<void> {
    await this.create("run", this.qualified(name), {
      placementName: this.qualified("p"),
      stagedRolloutStrategyName: this.qualified("s"),
      ...spec,
    });
  }

  async setState(run: string, state: "Run" | "Stop"): Promise<void> {
    await this.hub.merge(this.path("run", run), { spec: { state } });
  }

  /** Waits until the run asks for an approval. */
  async asked(run: string, task = "before-prod"): Promise<void> {
    const request = this.path("request", `${run}-${task}`);
    await expect
      .poll(async () => (await this.hub.request("GET", request)).status, { timeout: RUN_MS })
      .toBe(200);
  }

  /** Starts a run and goes with it as far as the approval before prod. */
  async startRun(name: string, resourceSnapshotIndex?: string): Promise<void> {
    await this.createRun(
      name,
      resourceSnapshotIndex === undefined ? {} : { resourceSnapshotIndex },
    );
    await this.asked(name);
  }

  /** Approves as KubeFleet's plug-in for kubectl does: by the status of the request. */
  async approveByStatus(run: string, task: string): Promise<void> {
    const request = `${this.path("request", `${run}-${task}`)}/status`;
    const approved = { type: "Approved", status: "True", reason: "Approved", message: "by hand" };
    const lastTransitionTime = new Date().toISOString();
    const conditions = [{ ...approved, observedGeneration: 1, lastTransitionTime }];
    await this.hub.merge(request, { status: { conditions } });
  }

  async approve(run: string, task = "before-prod"): Promise<void> {
    const request = this.path("request", `${run}-${task}`);
    const answer = await this.hub.request("POST", `${request}/approve`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }

  /** Waits until the run is over, one way or the other; it has to have succeeded. */
  async succeeded(run: string): Promise<UpdateRunStatus> {
    const path = this.path("run", run);
    await expect
      .poll(async () => conditionOf(await this.hub.get(path), "Succeeded")?.status, {
        timeout: RUN_MS,
      })
      .toBeDefined();
    const object = await this.hub.get(path);
    expect(conditionOf(object, "Succeeded")).toMatchObject({ status: "True" });
    return object.status as UpdateRunStatus;
  }

  async runStatus(run: string): Promise<UpdateRunStatus> {
    return (await this.hub.get(this.path("run", run))).status as UpdateRunStatus;
  }

  /** A run that fails before its approval. */
  async failedRun(name: string, resourceSnapshotIndex: string): Promise<UpdateRunStatus> {
    await this.createRun(name, { resourceSnapshotIndex });
    await expect
      .poll(
        async () => conditionOf(await this.hub.get(this.path("run", name)), "Succeeded")?.status,
        { timeout: RUN_MS },
      )
      .toBe("False");
    return this.runStatus(name);
  }

  async run(name: string, resourceSnapshotIndex?: string): Promise<UpdateRunStatus> {
    await this.startRun(name, resourceSnapshotIndex);
    await this.approve(name);
    return this.succeeded(name);
  }

  /** What a member has of the placed ConfigMap; undefined when it is not there. */
  async valueOn(member: string): Promise<string | undefined> {
    const answer = await this.members[member]?.request("GET", `${this.configMaps()}/cm`);
    return answer?.body.data?.key;
  }

  /** The same for all three members, in order. */
  async values(): Promise<readonly (string | undefined)[]> {
    return Promise.all(["member1", "member2", "member3"].map((member) => this.valueOn(member)));
  }

  async removeOn(member: string): Promise<void> {
    const answer = await this.members[member]?.request("DELETE", `${this.configMaps()}/cm`);
    expect(answer?.status).toBe(200);
  }

  /** Changes the placed ConfigMap behind the placement's back. */
  async editOn(member: string, value: string): Promise<void> {
    await this.members[member]?.merge(`${this.configMaps()}/cm`, { data: { key: value } });
  }

  /** State of the placement's bindings by cluster. */
  async bindings(): Promise<Readonly<Record<string, unknown>>> {
    const { body } = await this.hub.request("GET", this.names.path("binding"));
    const own = (body.items ?? []).filter((binding) => this.isOwn(binding));
    return Object.fromEntries(own.map(({ spec }) => [spec?.targetCluster, spec?.state]));
  }

  async placedClusters(): Promise<readonly (string | undefined)[]> {
    const { placementStatuses = [] } = await this.placementStatus();
    return placementStatuses.map(({ clusterName }) => clusterName).sort();
  }

  async snapshotIndexes(): Promise<readonly (string | undefined)[]> {
    const { body } = await this.hub.request("GET", this.names.path("snapshot"));
    const own = (body.items ?? []).filter((snapshot) => this.isOwn(snapshot));
    return own
      .map(({ metadata }) => metadata.labels?.["kubernetes-fleet.io/resource-index"])
      .sort();
  }

  /** Status of one of the placement's own conditions; its type is given without the kind in front. */
  async condition(type: string): Promise<string | undefined> {
    const { conditions = [] } = await this.placementStatus();
    return conditions.find((each) => each.type === `${this.names.kind("placement")}${type}`)
      ?.status;
  }

  /** What the placement says of one cluster. */
  async clusterStatus(member: string): Promise<PerClusterPlacementStatus | undefined> {
    const { placementStatuses = [] } = await this.placementStatus();
    return placementStatuses.find(({ clusterName }) => clusterName === member);
  }

  /** Resource snapshot index of each cluster, by name, as the placement tells it. */
  async indexes(): Promise<Readonly<Record<string, string | undefined>>> {
    const { placementStatuses = [] } = await this.placementStatus();
    return Object.fromEntries(
      placementStatuses.map((each) => [each.clusterName, each.observedResourceIndex]),
    );
  }

  async placementStatus(): Promise<PlacementStatus> {
    return ((await this.hub.get(this.path("placement", "p"))).status ?? {}) as PlacementStatus;
  }

  private async scheduled(): Promise<void> {
    const type = `${this.names.kind("placement")}Scheduled`;
    await expect
      .poll(async () => {
        const placement = await this.hub.get(this.path("placement", "p"));
        const conditions = (placement.status as PlacementStatus | undefined)?.conditions ?? [];
        const scheduled = conditions.find((condition) => condition.type === type);
        return (
          scheduled?.status !== "Unknown" &&
          scheduled?.observedGeneration === placement.metadata.generation
        );
      })
      .toBe(true);
  }

  private isOwn({ metadata }: Served): boolean {
    return metadata.labels?.["kubernetes-fleet.io/parent-CRP"] === this.qualified("p");
  }

  private async create(role: Role, name: string, spec: object, metadata = {}): Promise<void> {
    await this.hub.create(this.names.path(role), this.names.manifest(role, name, spec, metadata));
  }

  private path(role: Role, name: string): string {
    return this.names.path(role, this.qualified(name));
  }

  /** Names of cluster-scoped objects are the whole fleet's. */
  private qualified(name: string): string {
    return this.scope === "Cluster" ? `${this.namespace}-${name}` : name;
  }

  private configMaps(): string {
    return `/api/v1/namespaces/${this.namespace}/configmaps`;
  }
}

/** Names of a stage's clusters, in order. */
export function clustersOf(stage: StageUpdatingStatus | undefined): readonly string[] {
  return (stage?.clusters ?? []).map(({ clusterName }) => clusterName);
}
