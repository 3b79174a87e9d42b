import { rootCertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { makeDiscoverMembers } from "../../src/activities/discover-members.js";
import { ensureDiscovery } from "../../src/activities/member-discovery.js";
import type { KubeObject } from "../../src/api/meta.js";
import { azureCredential } from "../../src/clusters/azure-credential.js";
import { clusterGraph } from "../../src/clusters/resource-graph.js";
import type { Wake } from "../../src/registry/kind.js";
import { type StoredDependencies, storedDependencies } from "../support/activity-dependencies.js";
import { ResourceGraph } from "../support/azure/resource-graph.js";
import { type AzureStandIn, startAzure } from "../support/azure/stand-in.js";

const MEMBERS = { group: "cluster.kubernetes-fleet.io", resource: "memberclusters" };
const SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-111122223333";
const COUNT = 1001;

let azure: AzureStandIn;
let graph: ResourceGraph;
let deps: StoredDependencies;
let woken: Wake[];
let discover: () => Promise<unknown>;

beforeAll(async () => {
  azure = await startAzure();
  azure.serve((request) => graph.handle(request));
  setDefaultCACertificates([...rootCertificates, azure.ca.cert]);
  for (const [name, value] of Object.entries(azure.identity.environment)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  setDefaultCACertificates(rootCertificates);
  await azure.stop();
});

beforeEach(async () => {
  graph = new ResourceGraph();
  deps = await storedDependencies();
  woken = [];
  const { look } = await ensureDiscovery(deps, "prod");
  const run = makeDiscoverMembers(
    {
      ...deps,
      members: { connect: () => Promise.reject(new Error("discovery reaches no member")) },
      kinds: async () => [],
      availabilityWaitMs: 0,
      soakCheckMs: 0,
      driftCheckMs: 0,
    },
    clusterGraph({
      endpoint: azure.url,
      credential: azureCredential(azure.identity.clientId),
    }),
  );
  const waker = {
    wake: async (wakes: readonly Wake[]) => {
      woken.push(...wakes);
    },
  };
  discover = () => run(look.input, waker);
  return () => deps.close();
});

function cluster(index: number, tags: Record<string, string> = {}) {
  const name = `c${index}`;
  return {
    id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/apps/providers/Microsoft.ContainerService/managedClusters/${name}`,
    name,
    location: "westeurope",
    resourceGroup: "apps",
    subscriptionId: SUBSCRIPTION,
    tags: { fleet: "prod", order: String(index), ...tags },
  };
}

const fleet = (count: number) => Array.from({ length: count }, (_, index) => cluster(index));
const members = async (): Promise<readonly KubeObject[]> =>
  (await deps.snapshots.list(MEMBERS)).items;

describe("one look for the clusters of the fleet", () => {
  it(`makes ${COUNT} members from two pages, and nothing more when it looks again`, async () => {
    graph.clusters = fleet(COUNT);
    expect(await discover()).toEqual({ kind: "Settled" });
    expect(graph.pages).toEqual([
      { rows: 1000, continued: false },
      { rows: 1, continued: true },
    ]);
    const made = await members();
    expect(new Set(made.map(({ metadata }) => metadata.labels?.order)).size).toBe(COUNT);
    expect(new Set(woken.map(({ input }) => input.name)).size).toBe(COUNT);
    graph.clusters = graph.clusters.map((one, index) =>
      index < 3 ? cluster(index, { order: "changed" }) : one,
    );
    await discover();
    const changed = (await members()).filter(
      (member, index) => member.metadata.resourceVersion !== made[index]?.metadata.resourceVersion,
    );
    expect(changed.map(({ metadata }) => metadata.labels?.order)).toEqual(Array(3).fill("changed"));
  }, 120_000);

  it("makes and marks no member when Azure fails", async () => {
    graph.clusters = fleet(COUNT);
    azure.disturb("ResourceGraph", { status: 500, body: { error: { message: "broken" } } });
    expect(await discover()).toEqual({ kind: "Settled" });
    expect(await members()).toEqual([]);
  });

  it("says until when it waits when Azure is asked too often", async () => {
    azure.disturb("ResourceGraph", {
      status: 429,
      body: { error: { message: "too many" } },
      headers: { "x-ms-user-quota-resets-after": "00:01:30" },
    });
    expect(await discover()).toEqual({ kind: "Wait", until: "2026-01-01T10:01:30.000Z" });
  });

  it("reaches again for members that it has made and could not wake", async () => {
    graph.clusters = fleet(2);
    await discover();
    woken.length = 0;
    await discover();
    expect(woken.map(({ orchestration, input }) => [orchestration, input.name])).toEqual([
      ["syncMember", "c0"],
      ["syncMember", "c1"],
    ]);
  });

  it("does nothing for a discovery that was made anew meanwhile", async () => {
    graph.clusters = fleet(1);
    const ref = { group: "stagecoach.dev", resource: "memberdiscoveries", name: "aks" };
    const stored = await deps.store.get(ref);
    await deps.store.remove(ref, stored?.metadata.resourceVersion ?? "");
    await ensureDiscovery(deps, "prod");
    expect(await discover()).toEqual({ kind: "Settled" });
    expect(graph.pages).toEqual([]);
  });
});
