import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { freePort } from "../../local/ports.js";
import {
  awaitSucceeded,
  Hub,
  namespaceObject,
  placementObject,
  placementPath,
  runObject,
  strategyObject,
} from "../support/hub.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const GADGETS = "/apis/tools.example.com/v1/namespaces/workshop/gadgets";
const definition = parse(readFileSync("test/fixtures/gadget-definition.yaml", "utf8"));

let stagecoach: Stagecoach;
let hub: Hub;
let members: readonly Hub[];
const dataDir = temporaryDirectory("custom-resources");

beforeAll(async () => {
  stagecoach = await startStagecoach({ dataDir, port: await freePort() });
  hub = new Hub(stagecoach.url);
  const { clusters } = parse(readFileSync(stagecoach.kubeconfig, "utf8")) as {
    clusters: { cluster: { server: string } }[];
  };
  members = clusters.map(({ cluster }) => new Hub(cluster.server));
}, 90_000);

afterAll(async () => {
  await stagecoach?.interrupt();
  await removeDataDir(dataDir);
});

describe("custom resources", () => {
  it("are rolled out with their definition in one run", async () => {
    await hub.create(DEFINITIONS, definition);
    await hub.create("/api/v1/namespaces", namespaceObject("workshop"));
    await hub.create(GADGETS, {
      apiVersion: "tools.example.com/v1",
      kind: "Gadget",
      metadata: { name: "press" },
      spec: { size: 2 },
    });
    const placement = placementObject("workshop");
    await hub.create(placementPath("clusterresourceplacements"), {
      ...placement,
      spec: {
        ...placement.spec,
        resourceSelectors: [
          ...placement.spec.resourceSelectors,
          {
            group: "apiextensions.k8s.io",
            version: "v1",
            kind: "CustomResourceDefinition",
            name: definition.metadata.name,
          },
        ],
      },
    });
    await hub.create(placementPath("clusterstagedupdatestrategies"), strategyObject("plain"));
    await hub.create(
      placementPath("clusterstagedupdateruns"),
      runObject("first", "workshop", "plain"),
    );
    await awaitSucceeded(hub, "first");
    expect(members.length).toBeGreaterThan(0);
    for (const member of members) {
      expect((await member.get(`${GADGETS}/press`)).spec).toEqual({ size: 2, mode: "slow" });
    }
  }, 60_000);

  it("make a placement look again when they change", async () => {
    await hub.merge(`${GADGETS}/press`, { spec: { size: 3 } });
    const latest = async () => {
      const { body } = await hub.request(
        "GET",
        `${placementPath("clusterresourcesnapshots")}?labelSelector=kubernetes-fleet.io/is-latest-snapshot=true`,
      );
      return body.items?.[0]?.metadata.labels?.["kubernetes-fleet.io/resource-index"];
    };
    await expect.poll(latest, { timeout: 30_000, interval: 200 }).toBe("1");
  }, 40_000);
});
