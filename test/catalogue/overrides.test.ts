import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PerClusterPlacementStatus } from "../../src/api/placement-status.js";
import type { ClusterUpdatingStatus, UpdateRunStatus } from "../../src/api/update-run.js";
import {
  configMap,
  type Hub,
  namespaceObject,
  placementObject,
  placementPath,
} from "../support/hub.js";
import { namespacedPath } from "../support/namespaced-rollout.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";
import { Rollout } from "./support/rollout.js";
import { SCOPES } from "./support/scoped-kinds.js";

const SOON = { timeout: 60_000, interval: 200 };
const STAGING = { environment: "staging" };
const CANARY = { environment: "canary" };

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("overrides");
  ({ hub, members } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

/** Rules for the member clusters with those labels. */
const policy = (matchLabels: Record<string, string>, path: string, value: unknown) => ({
  overrideRules: [
    {
      clusterSelector: { clusterSelectorTerms: [{ labelSelector: { matchLabels } }] },
      jsonPatchOverrides: [{ op: "add", path, value }],
    },
  ],
});

const CONFIG_MAP = { group: "", version: "v1", kind: "ConfigMap", name: "cm" };
const API_VERSION = "placement.kubernetes-fleet.io/v1beta1";

async function createOverride(namespace: string, name: string, spec: object): Promise<void> {
  await hub.create(namespacedPath(namespace, "resourceoverrides"), {
    apiVersion: API_VERSION,
    kind: "ResourceOverride",
    metadata: { name, namespace },
    spec: { resourceSelectors: [CONFIG_MAP], ...spec },
  });
}

const snapshotNames = async (path: string) =>
  (await hub.request("GET", path)).body.items?.map(({ metadata }) => metadata.name);

async function labelsOn(member: string, namespace: string) {
  const path = `/api/v1/namespaces/${namespace}/configmaps/cm`;
  return (await members[member]?.request("GET", path))?.body.metadata.labels;
}

const named = (statuses: readonly PerClusterPlacementStatus[] | undefined, cluster: string) =>
  statuses?.find(({ clusterName }) => clusterName === cluster);

const overridesIn = ({ stagesStatus = [] }: UpdateRunStatus) =>
  Object.fromEntries(
    stagesStatus
      .flatMap(({ clusters }) => clusters)
      .map(({ clusterName, conditions: _, ...overrides }: ClusterUpdatingStatus) => [
        clusterName,
        overrides,
      ]),
  );

describe.each(SCOPES)("%s", (scope) => {
  const namespace = `overrides-${scope.toLowerCase()}`;
  const placement = { name: scope === "Cluster" ? `${namespace}-p` : "p", scope };
  const clusterOverride = `${namespace}-order`;
  const clusterOverridePath = placementPath("clusterresourceoverrides", clusterOverride);
  const overridePath = namespacedPath(namespace, "resourceoverrides", "key");
  let rollout: Rollout;

  beforeAll(() => {
    rollout = new Rollout(hub, members, scope, namespace);
  });

  it("84 lists the snapshots of the overrides with exactly the clusters they are for", async () => {
    await rollout.place({ placementType: "PickAll" });
    await createOverride(namespace, "key", {
      placement,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of overrides
      policy: policy(STAGING, "/data/key", "${MEMBER-CLUSTER-NAME}"),
    });
    await hub.create(placementPath("clusterresourceoverrides"), {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind: "ClusterResourceOverride",
      metadata: { name: clusterOverride },
      spec: {
        clusterResourceSelectors: [
          { group: "", version: "v1", kind: "Namespace", name: namespace },
        ],
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of overrides
        policy: policy(CANARY, "/metadata/labels", { at: "${MEMBER-CLUSTER-LABEL-KEY-order}" }),
      },
    });
    await rollout.startRun("first");
    const forCanary = { clusterResourceOverrideSnapshots: [`${clusterOverride}-0`] };
    expect(overridesIn(await rollout.runStatus("first"))).toEqual({
      member1: forCanary,
      member2: { resourceOverrideSnapshots: [{ name: "key-0", namespace }] },
      member3: forCanary,
    });
  }, 90_000);

  it("180 applies what it recorded, also when the override changes before the cluster's turn", async () => {
    await hub.merge(clusterOverridePath, {
      spec: { policy: policy(CANARY, "/metadata/labels", { at: "changed" }) },
    });
    await expect
      .poll(() => snapshotNames(placementPath("clusterresourceoverridesnapshots")), SOON)
      .toEqual(expect.arrayContaining([`${clusterOverride}-0`, `${clusterOverride}-1`]));
    await rollout.approve("first");
    await rollout.succeeded("first");
    expect(await rollout.values()).toEqual(["one", "member2", "one"]);
    expect(await labelsOn("member1", namespace)).toEqual({ at: "2" });
    expect(await labelsOn("member2", namespace)).toBeUndefined();
    expect(await labelsOn("member3", namespace)).toEqual({ at: "1" });
  }, 90_000);

  it("180 shows them on the placement, which is overridden", async () => {
    const overridden = async () =>
      (await rollout.placementStatus()).conditions?.find(({ type }) => type.endsWith("Overridden"));
    await expect.poll(overridden, SOON).toMatchObject({
      status: "True",
      reason: "OverriddenSucceeded",
      message: "The selected resources are successfully overridden in 3 cluster(s)",
    });
    const { placementStatuses } = await rollout.placementStatus();
    expect(named(placementStatuses, "member1")?.applicableClusterResourceOverrides).toEqual([
      `${clusterOverride}-0`,
    ]);
    expect(named(placementStatuses, "member2")?.applicableResourceOverrides).toEqual([
      { name: "key-0", namespace },
    ]);
  }, 90_000);

  it("takes the latest of both with the next run", async () => {
    const status = await rollout.run("second", "0");
    expect(overridesIn(status)).toMatchObject({
      member1: { clusterResourceOverrideSnapshots: [`${clusterOverride}-1`] },
      member2: { resourceOverrideSnapshots: [{ name: "key-0", namespace }] },
    });
    expect(await labelsOn("member1", namespace)).toEqual({ at: "changed" });
  }, 90_000);

  it("fails the cluster whose patch does not fit, and says why", async () => {
    await hub.merge(overridePath, { spec: { policy: policy(STAGING, "/spec/replicas", 3) } });
    const message = `ConfigMap/${namespace}/cm: ResourceOverride snapshot ${namespace}/key-1, rule 1, add /spec/replicas: there is no "spec"`;
    const status = await rollout.failedRun("third", "0");
    const cluster = status.stagesStatus?.[0]?.clusters[0];
    expect(cluster?.conditions?.find(({ type }) => type === "Succeeded")).toMatchObject({
      status: "False",
      message: `Failed to apply the override rules on the resources: ${message}`,
    });
    await expect
      .poll(async () => {
        const { placementStatuses } = await rollout.placementStatus();
        const { conditions } = named(placementStatuses, "member2") ?? {};
        return conditions?.find(({ type }) => type === "Overridden");
      }, SOON)
      .toMatchObject({
        status: "False",
        reason: "OverriddenFailed",
        message: `Failed to apply the override rules on the resources: ${message}`,
      });
    expect(await rollout.valueOn("member2")).toBe("member2");
  }, 90_000);

  it("lets an override go together with its snapshots", async () => {
    await hub.request("DELETE", overridePath);
    await expect.poll(async () => (await hub.request("GET", overridePath)).status, SOON).toBe(404);
    expect(await snapshotNames(namespacedPath(namespace, "resourceoverridesnapshots"))).toEqual([]);
  }, 90_000);
});

describe("a placement that rolls out by itself", () => {
  const namespace = "overrides-rolling";
  const path = placementPath("clusterresourceplacements", namespace);
  const values = () =>
    Promise.all(
      ["member1", "member2", "member3"].map(async (member) => {
        const configMaps = `/api/v1/namespaces/${namespace}/configmaps/cm`;
        return (await members[member]?.request("GET", configMaps))?.body.data?.key;
      }),
    );

  it("follows an override that comes, changes and goes", async () => {
    await hub.create("/api/v1/namespaces", namespaceObject(namespace));
    await hub.create(`/api/v1/namespaces/${namespace}/configmaps`, configMap(namespace, "one"));
    const { spec, ...rest } = placementObject(namespace);
    await hub.create(placementPath("clusterresourceplacements"), {
      ...rest,
      spec: { ...spec, strategy: { type: "RollingUpdate" } },
    });
    await expect.poll(values, SOON).toEqual(["one", "one", "one"]);
    await createOverride(namespace, "key", { policy: policy(STAGING, "/data/key", "new") });
    await expect.poll(values, SOON).toEqual(["one", "new", "one"]);
    const override = namespacedPath(namespace, "resourceoverrides", "key");
    await hub.merge(override, { spec: { policy: policy(CANARY, "/data/key", "other") } });
    await expect.poll(values, SOON).toEqual(["other", "one", "other"]);
    await hub.request("DELETE", override);
    await expect.poll(values, SOON).toEqual(["one", "one", "one"]);
  }, 120_000);

  it("brings what is in an envelope, and not the envelope", async () => {
    const inside = { ...configMap(namespace, "wrapped"), metadata: { name: "inside", namespace } };
    await hub.create(namespacedPath(namespace, "resourceenvelopes"), {
      apiVersion: API_VERSION,
      kind: "ResourceEnvelope",
      metadata: { name: "wrapped", namespace },
      data: { "inside.yaml": inside },
    });
    const insideOn = async () => {
      const configMaps = `/api/v1/namespaces/${namespace}/configmaps/inside`;
      return (await members.member1?.request("GET", configMaps))?.body.data?.key;
    };
    await expect.poll(insideOn, SOON).toBe("wrapped");
    expect(
      (await hub.request("GET", `/api/v1/namespaces/${namespace}/configmaps/inside`)).status,
    ).toBe(404);
    await hub.request("DELETE", namespacedPath(namespace, "resourceenvelopes", "wrapped"));
    await expect.poll(insideOn, SOON).toBeUndefined();
  }, 120_000);

  it("names the envelope of an object that a member refuses", async () => {
    const bad = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "bad", namespace },
      data: { "no such key!": "x" },
    };
    await hub.create(namespacedPath(namespace, "resourceenvelopes"), {
      apiVersion: API_VERSION,
      kind: "ResourceEnvelope",
      metadata: { name: "broken", namespace },
      data: { "bad.yaml": bad },
    });
    await expect
      .poll(async () => {
        const { status } = await hub.get(path);
        const statuses = status?.placementStatuses as readonly PerClusterPlacementStatus[];
        return statuses.flatMap(({ failedPlacements = [] }) => failedPlacements)[0];
      }, SOON)
      .toMatchObject({
        kind: "ConfigMap",
        name: "bad",
        namespace,
        envelope: { name: "broken", namespace, type: "ResourceEnvelope" },
        condition: { type: "Applied", status: "False" },
      });
  }, 120_000);
});
