import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { freePort } from "../../local/ports.js";
import {
  configMap,
  Hub,
  namespaceObject,
  placementObject,
  placementPath,
  placeNamespace,
  type Served,
} from "../support/hub.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const SOURCE = "stagecoach.dev/snapshot-source";
const INDEX = "kubernetes-fleet.io/resource-index";
const LATEST = "kubernetes-fleet.io/is-latest-snapshot";
const PARENT = "kubernetes-fleet.io/parent-CRP";
const GROUP = "/apis/placement.kubernetes-fleet.io/v1";
const PLACEMENTS = placementPath("clusterresourceplacements");

let stagecoach: Stagecoach;
let hub: Hub;
let member: Hub;
const dataDir = temporaryDirectory("pushed-snapshots");

beforeAll(async () => {
  stagecoach = await startStagecoach({
    dataDir,
    port: await freePort(),
    arguments: ["--members", "1"],
  });
  hub = new Hub(stagecoach.url);
  const { clusters } = parse(readFileSync(stagecoach.kubeconfig, "utf8")) as {
    clusters: { name: string; cluster: { server: string } }[];
  };
  member = new Hub(clusters.find(({ name }) => name === "member1")?.cluster.server ?? "");
}, 90_000);

afterAll(async () => {
  await stagecoach?.interrupt();
  await removeDataDir(dataDir);
});

const push = (placement: string, body: unknown, query = "") =>
  hub.request("POST", `${PLACEMENTS}/${placement}/snapshots${query}`, body);
const contents = (namespace: string, value: string) => [
  namespaceObject(namespace),
  configMap(namespace, value),
];

async function snapshotsOf(placement: string): Promise<readonly Served[]> {
  const selector = encodeURIComponent(`${PARENT}=${placement}`);
  const path = `${placementPath("clusterresourcesnapshots")}?labelSelector=${selector}`;
  return (await hub.request("GET", path)).body.items ?? [];
}

async function latestValue(placement: string): Promise<unknown> {
  const snapshots = await snapshotsOf(placement);
  const latest = snapshots.filter(({ metadata }) => metadata.labels?.[LATEST] === "true");
  const resources = latest.flatMap(({ spec }) => spec?.selectedResources as Served[]);
  return resources.find(({ kind }) => kind === "ConfigMap")?.data?.key;
}

const pushedPlacement = (name: string) => {
  const placement = placementObject(name);
  const metadata = { ...placement.metadata, annotations: { [SOURCE]: "Pushed" } };
  return hub.create(PLACEMENTS, { ...placement, metadata });
};

describe("pushing to a placement", () => {
  it("makes a snapshot once per content, whatever the order of the objects", async () => {
    await pushedPlacement("once");
    const first = await push("once", contents("once", "one"));
    const again = await push("once", contents("once", "one").reverse());
    const second = await push("once", contents("once", "two"));
    const answers = [first, again, second];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 201]);
    expect(answers.map(({ body }) => body.metadata.labels?.[INDEX])).toEqual(["0", "0", "1"]);
    expect(first.body).toMatchObject({ kind: "ClusterResourceSnapshot" });
    expect(await latestValue("once")).toBe("two");
  });

  it("is enough for a placement that rolls out by itself, and its status names what was pushed", async () => {
    const { spec, ...placement } = placementObject("rolling");
    const { strategy: _, ...rolling } = spec;
    await hub.create(PLACEMENTS, { ...placement, spec: rolling });
    await push("rolling", contents("rolling", "one"));
    const value = async () =>
      (await member.request("GET", "/api/v1/namespaces/rolling/configmaps/cm")).body.data?.key;
    await expect.poll(value, { timeout: 15_000 }).toBe("one");
    const names = async () => {
      const { status } = await hub.get(`${PLACEMENTS}/rolling`);
      return (status?.selectedResources as { kind: string }[] | undefined)?.map(({ kind }) => kind);
    };
    await expect.poll(names, { timeout: 10_000 }).toEqual(["Namespace", "ConfigMap"]);
  }, 30_000);

  it("takes the placement from its selectors until the annotation is gone", async () => {
    await placeNamespace(hub, "hub", "from the hub");
    await expect.poll(() => latestValue("hub"), { timeout: 10_000 }).toBe("from the hub");
    await push("hub", contents("hub", "pushed"));
    const placement = await hub.get(`${PLACEMENTS}/hub`);
    expect(placement.metadata.annotations).toMatchObject({ [SOURCE]: "Pushed" });
    const { resourceVersion } = placement.metadata;
    await hub.merge("/api/v1/namespaces/hub/configmaps/cm", { data: { key: "edited" } });
    await hub.merge(`${PLACEMENTS}/hub`, { spec: { revisionHistoryLimit: 5 } });
    const observed = async () => {
      const { metadata, status } = await hub.get(`${PLACEMENTS}/hub`);
      const generations = status?.conditions?.map((each) =>
        Reflect.get(each, "observedGeneration"),
      );
      return metadata.resourceVersion !== resourceVersion && generations?.includes(2);
    };
    await expect.poll(observed, { timeout: 10_000 }).toBe(true);
    expect(await latestValue("hub")).toBe("pushed");
    await hub.merge(`${PLACEMENTS}/hub`, { metadata: { annotations: { [SOURCE]: null } } });
    await expect.poll(() => latestValue("hub"), { timeout: 10_000 }).toBe("edited");
  });

  it("gives pushes at the same time an index each, and one is the latest", async () => {
    await pushedPlacement("crowd");
    const values = ["a", "b", "c", "d", "e", "f"];
    const answers = await Promise.all(values.map((value) => push("crowd", contents("c", value))));
    expect(answers.map(({ status }) => status)).toEqual(values.map(() => 201));
    const held = answers.map(({ body }) => body.spec?.selectedResources as Served[]);
    expect(held.map((resources) => resources.at(-1)?.data?.key)).toEqual(values);
    const indexes = answers.map(({ body }) => Number(body.metadata.labels?.[INDEX]));
    expect(indexes.sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const latest = async () =>
      (await snapshotsOf("crowd"))
        .filter(({ metadata }) => metadata.labels?.[LATEST] === "true")
        .map(({ metadata }) => metadata.labels?.[INDEX]);
    await expect.poll(latest, { timeout: 10_000 }).toEqual(["5"]);
  });

  it("keeps as many snapshots as revisionHistoryLimit says", async () => {
    await pushedPlacement("short");
    await hub.merge(`${PLACEMENTS}/short`, { spec: { revisionHistoryLimit: 2 } });
    for (const value of ["one", "two", "three"]) await push("short", contents("short", value));
    const names = (await snapshotsOf("short")).map(({ metadata }) => metadata.name);
    expect(names).toEqual(["short-1-snapshot", "short-2-snapshot"]);
  });

  it("splits what is too large for one snapshot object", async () => {
    await pushedPlacement("large");
    const blocks = ["a", "b"].map((name) => ({
      ...configMap("large", "x".repeat(600_000)),
      metadata: { name, namespace: "large" },
    }));
    expect((await push("large", blocks)).body.metadata.annotations).toMatchObject({
      "kubernetes-fleet.io/number-of-resource-snapshots": "2",
    });
    expect(await snapshotsOf("large")).toHaveLength(2);
  });

  it.each([
    {
      behaviour: "a document that is wrong",
      body: [namespaceObject("x"), { apiVersion: "v1", kind: "Event", metadata: { name: "e" } }],
      status: 422,
      message: "document 2: kind: Forbidden: Event is never placed on members",
    },
    { behaviour: "nothing", body: [], status: 400, message: "the body holds no object" },
    { behaviour: "what is no YAML", body: '{"a', status: 400, message: "json parse error" },
  ])(
    "refuses $behaviour, and leaves the placement as it was",
    async ({ body, status, message }) => {
      await hub.request("POST", PLACEMENTS, placementObject("refused"));
      const answer = await push("refused", body);
      expect(answer).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
      const { metadata } = await hub.get(`${PLACEMENTS}/refused`);
      expect(metadata.annotations ?? {}).not.toHaveProperty([SOURCE]);
    },
  );

  it("stores nothing on a dry run, and says what it would make", async () => {
    await pushedPlacement("dry");
    const answer = await push("dry", contents("dry", "one"), "?dryRun=All");
    expect(answer).toMatchObject({ status: 201, body: { metadata: { name: "dry-0-snapshot" } } });
    expect(await snapshotsOf("dry")).toEqual([]);
  });

  it("is not found without the placement", async () => {
    expect((await push("nowhere", contents("x", "one"))).status).toBe(404);
  });
});

describe("a namespaced placement", () => {
  const below = (resource: string, name = "") => `${GROUP}/namespaces/team/${resource}${name}`;
  const create = (resource: string, kind: string, spec: object) =>
    hub.create(below(resource), {
      apiVersion: "placement.kubernetes-fleet.io/v1",
      kind,
      metadata: { name: "web" },
      spec,
    });

  it("rolls out what was pushed to it, and its run tells how far it is", async () => {
    await hub.create("/api/v1/namespaces", namespaceObject("team"));
    await create("resourceplacements", "ResourcePlacement", {
      resourceSelectors: [{ group: "", version: "v1", kind: "ConfigMap", name: "cm" }],
      policy: { placementType: "PickAll" },
      strategy: { type: "External" },
    });
    const { metadata: _, ...rest } = configMap("team", "pushed");
    const pushed = await hub.request("POST", below("resourceplacements", "/web/snapshots"), {
      ...rest,
      metadata: { name: "cm" },
    });
    expect(pushed).toMatchObject({ status: 201, body: { kind: "ResourceSnapshot" } });
    await create("stagedupdatestrategies", "StagedUpdateStrategy", {
      stages: [{ name: "all", labelSelector: {} }],
    });
    await create("stagedupdateruns", "StagedUpdateRun", {
      placementName: "web",
      stagedRolloutStrategyName: "web",
      state: "Initialize",
    });
    const progress = async () =>
      (await hub.request("GET", below("stagedupdateruns", "/web/progress"))).body;
    const start = `POST ${below("stagedupdateruns", "/web/start")}`;
    await expect.poll(progress, { timeout: 10_000 }).toMatchObject({
      namespace: "team",
      state: "Initialized",
      waitingFor: [{ what: "the run to be started", unblockedBy: start }],
    });
    await hub.request("POST", start.slice("POST ".length));
    await expect.poll(progress, { timeout: 30_000 }).toMatchObject({
      state: "Succeeded",
      finished: true,
      stages: [{ name: "all", done: 1, total: 1 }],
    });
    const cm = await member.get("/api/v1/namespaces/team/configmaps/cm");
    expect(cm.data).toEqual({ key: "pushed" });
  }, 60_000);
});
