import { afterAll, afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../local/ports.js";
import {
  awaitSucceeded,
  conditionOf,
  Hub,
  placementPath,
  placeNamespace,
  runObject,
  strategyObject,
} from "../support/hub.js";
import {
  removeDataDir,
  type Stagecoach,
  startStagecoach,
  temporaryDirectory,
} from "../support/stagecoach-process.js";

const RUN = placementPath("clusterstagedupdateruns", "run");

const directories: string[] = [];
let running: Stagecoach | undefined;

afterEach(async () => {
  await running?.interrupt();
  running = undefined;
});

afterAll(async () => {
  for (const directory of directories) await removeDataDir(directory);
});

async function start(dataDir: string, port: number): Promise<Hub> {
  running = await startStagecoach({ dataDir, port });
  return new Hub(running.url);
}

/** A fresh hub with a placement and a run that waits as long as the strategy says after its first stage. */
async function begin(waitTime: string): Promise<{ hub: Hub; again: () => Promise<Hub> }> {
  const dataDir = temporaryDirectory("restart");
  directories.push(dataDir);
  const port = await freePort();
  const hub = await start(dataDir, port);
  await placeNamespace(hub, "app", "one");
  await hub.create(
    placementPath("clusterstagedupdatestrategies"),
    strategyObject("strategy", [{ type: "TimedWait", waitTime }]),
  );
  await hub.create(placementPath("clusterstagedupdateruns"), runObject("run", "app", "strategy"));
  return { hub, again: () => start(dataDir, port) };
}

const waiting = async (hub: Hub) => conditionOf(await hub.get(RUN), "Progressing")?.reason;

describe("a restart", () => {
  it("stops within 5 s on Ctrl-C, and goes on with a waiting run afterwards", async () => {
    const { hub, again } = await begin("4s");
    await expect.poll(() => waiting(hub), { timeout: 10_000 }).toBe("UpdateRunWaiting");
    const before = Date.now();
    expect(await running?.interrupt()).toBe(0);
    expect(Date.now() - before).toBeLessThan(5000);
    const run = await awaitSucceeded(await again(), "run");
    expect(run.status?.stagesStatus).toMatchObject([
      { stageName: "staging", clusters: [{ clusterName: "member2" }] },
      { stageName: "canary", clusters: [{ clusterName: "member3" }, { clusterName: "member1" }] },
    ]);
  }, 60_000);

  it("goes on with a waiting run after a kill -9", async () => {
    const { hub, again } = await begin("4s");
    await expect.poll(() => waiting(hub), { timeout: 10_000 }).toBe("UpdateRunWaiting");
    await running?.kill();
    await awaitSucceeded(await again(), "run");
  }, 60_000);

  it("goes on with a run that was killed as soon as it was created", async () => {
    const { again } = await begin("1s");
    await running?.kill();
    await awaitSucceeded(await again(), "run");
  }, 60_000);
});
