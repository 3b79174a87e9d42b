import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataDirAt, readJson } from "../../local/data-dir.js";
import { freePort } from "../../local/ports.js";
import {
  awaitSucceeded,
  conditionOf,
  configMap,
  Hub,
  namespaceObject,
  placementObject,
  placementPath,
  runObject,
  strategyObject,
} from "../support/hub.js";
import { type RealMembers, startRealMembers } from "../support/real-members.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const LABELS: Record<string, Record<string, string>> = {
  member1: { environment: "canary", order: "2" },
  member2: { environment: "staging" },
  member3: { environment: "canary", order: "1" },
};

/** A run without waits takes about this long: kills fall into every phase of it, and a little after. */
const RUN_MS = 1500;

const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const random = mulberry32(seed);

/** Repeatable numbers from 0 to 1. Source: the mulberry32 generator. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe(`kill -9 at random moments of a run (CRASH_SEED=${seed})`, () => {
  const dataDir = temporaryDirectory("crash");
  let members: RealMembers;
  let port: number;
  let stagecoach: Stagecoach;
  let hub: Hub;

  const start = async () => {
    stagecoach = await startStagecoach({ dataDir, port, arguments: members.arguments });
    hub = new Hub(stagecoach.url);
  };

  beforeAll(async () => {
    members = await startRealMembers();
    port = await freePort();
    await start();
    await ensureObjects(hub, "0");
  }, 180_000);

  afterAll(async () => {
    await stagecoach?.interrupt();
    await removeDataDir(dataDir);
    await members?.stop();
  });

  const kills = Array.from({ length: 20 }, (_, index) => ({
    value: String(index + 1),
    after: Math.floor(random() * RUN_MS),
  }));

  it.each(kills)(
    "rolls out value $value although the host is killed $after ms into the run",
    async ({ value, after }) => {
      const run = `run-${value}`;
      await hub.merge("/api/v1/namespaces/app/configmaps/cm", { data: { key: value } });
      await hub.create(placementPath("clusterstagedupdateruns"), runObject(run, "app", "strategy"));
      await passes(after);
      await stagecoach.kill();
      await start();
      await awaitSucceeded(hub, run, 60_000);
      await expectOnMembers(members, value);
    },
    120_000,
  );

  const losses = Array.from({ length: 5 }, (_, index) => ({
    value: `lost-${index + 1}`,
    after: Math.floor(random() * RUN_MS * 4),
  }));

  it.each(losses)(
    "comes to a right end for $value although Azurite is killed too, $after ms into the run",
    async ({ value, after }) => {
      const run = `run-${value}`;
      await hub.merge("/api/v1/namespaces/app/configmaps/cm", { data: { key: value } });
      await hub.create(placementPath("clusterstagedupdateruns"), runObject(run, "app", "strategy"));
      await passes(after);
      await stagecoach.kill();
      killAzurite(dataDir);
      await start();
      // Azurite's last seconds are gone, perhaps with the edit and the run: a person would type them again.
      await ensureObjects(hub, value);
      const created = await hub.request(
        "POST",
        placementPath("clusterstagedupdateruns"),
        runObject(run, "app", "strategy"),
      );
      expect([201, 409]).toContain(created.status);
      const ended = await endOf(hub, run);
      expect(conditionOf(ended, "Succeeded")?.status, JSON.stringify(ended.status)).toBe("True");
      const repeat = `${run}-again`;
      await hub.create(
        placementPath("clusterstagedupdateruns"),
        runObject(repeat, "app", "strategy"),
      );
      await awaitSucceeded(hub, repeat, 60_000);
      await expectOnMembers(members, value);
    },
    120_000,
  );
});

/** Creates what is missing and sets the value: what a person does after the storage lost something. */
async function ensureObjects(hub: Hub, value: string): Promise<void> {
  const objects: readonly (readonly [string, unknown])[] = [
    ["/api/v1/namespaces", namespaceObject("app")],
    ["/api/v1/namespaces/app/configmaps", configMap("app", value)],
    [placementPath("clusterresourceplacements"), placementObject("app")],
    [placementPath("clusterstagedupdatestrategies"), strategyObject("strategy")],
  ];
  for (const [path, object] of objects) {
    const answer = await hub.request("POST", path, object);
    expect([201, 409], JSON.stringify(answer.body)).toContain(answer.status);
  }
  await hub.merge("/api/v1/namespaces/app/configmaps/cm", { data: { key: value } });
  for (const [name, labels] of Object.entries(LABELS)) {
    await hub.merge(`/apis/cluster.kubernetes-fleet.io/v1/memberclusters/${name}`, {
      metadata: { labels },
    });
  }
}

async function endOf(hub: Hub, run: string) {
  const path = placementPath("clusterstagedupdateruns", run);
  await expect
    .poll(async () => conditionOf(await hub.get(path), "Succeeded")?.status, {
      timeout: 60_000,
      interval: 100,
    })
    .toBeDefined();
  return hub.get(path);
}

async function expectOnMembers({ members }: RealMembers, value: string): Promise<void> {
  for (const { name, connection } of members) {
    const { body } = await connection.request({
      method: "GET",
      path: "/api/v1/namespaces/app/configmaps/cm",
    });
    expect(body, name).toMatchObject({ data: { key: value } });
  }
}

/** The moment of the kill is the point of these tests: nothing is waited for, time passes. */
function passes(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function killAzurite(dataDir: string): void {
  const { pid } = readJson(dataDirAt(dataDir).azuriteState) as { pid: number };
  process.kill(pid, "SIGKILL");
}
