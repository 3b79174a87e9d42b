import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  awaitSucceeded,
  conditionOf,
  type Hub,
  placementPath,
  placeNamespace,
  runObject,
  type Served,
} from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";

const RUNS = placementPath("clusterstagedupdateruns");

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("failures", { SOAK_CHECK_SECONDS: "1" });
  ({ hub, members } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

const setFault: RunningFleet["setFault"] = (member, kind) => fleet.setFault(member, kind);

const strategy = (
  name: string,
  annotations: Record<string, string>,
  afterStageTasks: readonly unknown[] = [],
) =>
  hub.create(placementPath("clusterstagedupdatestrategies"), {
    apiVersion: "placement.kubernetes-fleet.io/v1",
    kind: "ClusterStagedUpdateStrategy",
    metadata: { name, annotations },
    spec: { stages: [{ name: "all", labelSelector: {}, maxConcurrency: 3, afterStageTasks }] },
  });

const web = (namespace: string, image: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image }] },
    },
  },
});

const run = (name: string) => hub.get(placementPath("clusterstagedupdateruns", name));

const progressing = async (name: string, reason: string): Promise<Served> => {
  await expect
    .poll(async () => conditionOf(await run(name), "Progressing")?.reason, { timeout: 30_000 })
    .toBe(reason);
  return run(name);
};

/** Conditions of the first stage's clusters by name and type. */
function clusterConditions(object: Served): Record<string, Record<string, string>> {
  const stages = object.status?.stagesStatus as {
    clusters: { clusterName: string; conditions: { type: string; message: string }[] }[];
  }[];
  return Object.fromEntries(
    (stages[0]?.clusters ?? []).map(({ clusterName, conditions = [] }) => [
      clusterName,
      Object.fromEntries(conditions.map(({ type, message }) => [type, message])),
    ]),
  );
}

const eventsOf = async (name: string): Promise<readonly string[]> => {
  const { body } = await hub.request(
    "GET",
    `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=${name}`,
  );
  return (body.items ?? []).map((event) => `${event.type} ${event.reason}`);
};

describe("a cluster that is not updated by its deadline", () => {
  it("is left behind within the budget, and the run succeeds and says so", async () => {
    await strategy("lenient", {
      "stagecoach.dev/failure-budget": "1",
      "stagecoach.dev/cluster-deadline": "2s",
    });
    await placeNamespace(hub, "lenient", "one");
    await setFault("member2", "refuse=ConfigMap");
    await hub.create(RUNS, runObject("lenient", "lenient", "lenient"));
    const done = await awaitSucceeded(hub, "lenient");
    await setFault("member2", null);
    expect(conditionOf(done, "Succeeded")?.message).toMatch(
      /^All stages are completed successfully; not updated, within the failure budget: member2: not updated within the cluster deadline of 2s: .*refuses every ConfigMap/,
    );
    const { stagesStatus } = done.status as { stagesStatus: Served["status"][] };
    expect(stagesStatus[0]?.conditions).toContainEqual(
      expect.objectContaining({
        type: "Succeeded",
        status: "True",
        message: expect.stringContaining("2 of 3 updated, 1 failed within the failure budget of 1"),
      }),
    );
    expect(await eventsOf("lenient")).toContain("Warning ClusterUpdateFailed");
  }, 60_000);
});

describe("a cluster whose workload does not become available by its deadline", () => {
  it("fails then, and not when the watch over it would have ended", async () => {
    await strategy("hasty", {
      "stagecoach.dev/failure-action": "fail",
      "stagecoach.dev/cluster-deadline": "3s",
    });
    await placeNamespace(hub, "hasty", "one");
    await hub.create("/apis/apps/v1/namespaces/hasty/deployments", web("hasty", "web:broken"));
    await hub.create(RUNS, runObject("hasty", "hasty", "hasty"));
    const failed = await progressing("hasty", "UpdateRunFailed");
    expect(conditionOf(failed, "Succeeded")?.message).toMatch(
      /not updated within the cluster deadline of 3s: Deployment hasty\/web is not available yet: 0 of 1/,
    );
  }, 60_000);
});

describe("a run whose failures exceed the budget", () => {
  it("stops, says what to type, and then retries what failed and nothing else", async () => {
    await strategy("strict", { "stagecoach.dev/cluster-deadline": "2s" });
    await placeNamespace(hub, "strict", "one");
    await setFault("member2", "refuse=ConfigMap");
    await hub.create(RUNS, runObject("strict", "strict", "strict"));
    const stopped = await progressing("strict", "UpdateRunStopped");
    expect(conditionOf(stopped, "Progressing")?.message).toMatch(
      /1 of 3 clusters in stage all failed, more than the failure budget of 0: member2: .*To try them again: kubectl annotate --overwrite clusterstagedupdaterun strict stagecoach\.dev\/resume=1$/,
    );
    const before = clusterConditions(stopped);
    expect(before.member2?.Succeeded).toMatch(/refuses every ConfigMap/);
    await setFault("member2", null);
    await hub.merge(placementPath("clusterstagedupdateruns", "strict"), {
      metadata: { annotations: { "stagecoach.dev/resume": "1" } },
    });
    const done = await awaitSucceeded(hub, "strict");
    expect(clusterConditions(done).member1).toEqual(before.member1);
    expect(conditionOf(done, "Succeeded")?.message).toBe("All stages are completed successfully");
    const events = await eventsOf("strict");
    expect(events).toContain("Warning UpdateRunStopped");
    expect(events).toContain("Normal UpdateRunResumed");
  }, 60_000);

  it("is resumed by POST start, and stops anew when they fail again", async () => {
    await placeNamespace(hub, "again", "one");
    await setFault("member3", "refuse=ConfigMap");
    await hub.create(RUNS, runObject("again", "again", "strict"));
    await progressing("again", "UpdateRunStopped");
    const start = `${placementPath("clusterstagedupdateruns", "again")}/start`;
    expect((await hub.request("POST", start)).status).toBe(200);
    await expect
      .poll(async () => conditionOf(await run("again"), "Progressing")?.message, {
        timeout: 30_000,
      })
      .toMatch(/stagecoach\.dev\/resume=2$/);
    await setFault("member3", null);
    expect((await hub.request("POST", start)).status).toBe(200);
    await awaitSucceeded(hub, "again");
  }, 90_000);

  it("fails when the strategy asks for that", async () => {
    await strategy("failing", {
      "stagecoach.dev/cluster-deadline": "1s",
      "stagecoach.dev/failure-action": "fail",
    });
    await placeNamespace(hub, "failing", "one");
    await setFault("member1", "down");
    await hub.create(RUNS, runObject("failing", "failing", "failing"));
    const failed = await progressing("failing", "UpdateRunFailed");
    await setFault("member1", null);
    expect(conditionOf(failed, "Succeeded")?.message).toMatch(
      /^cannot continue the updateRun: 1 of 3 clusters in stage all failed, more than the failure budget of 0: member1: not updated within the cluster deadline of 1s: /,
    );
  }, 60_000);
});

describe("a run that is stopped while a cluster fails", () => {
  it("comes to rest before its next try, names it, and tries it again when it is resumed", async () => {
    await strategy("plain", {});
    await placeNamespace(hub, "halted", "one");
    await setFault("member2", "refuse=ConfigMap");
    await hub.create(RUNS, runObject("halted", "halted", "plain"));
    await expect
      .poll(async () => conditionOf(await run("halted"), "Progressing")?.message, {
        timeout: 30_000,
      })
      .toMatch(/waiting for member2 since .*\(3 attempts, .*refuses every ConfigMap/);
    const answered = await hub.merge(placementPath("clusterstagedupdateruns", "halted"), {
      spec: { state: "Stop" },
    });
    const stopping = conditionOf(answered, "Progressing");
    expect(stopping?.reason).toBe("UpdateRunStopping");
    const [, nextTry = ""] = /\(3 attempts, next (.*?)\)/.exec(stopping?.message ?? "") ?? [];
    const stopped = await progressing("halted", "UpdateRunStopped");
    const since = conditionOf(stopped, "Progressing")?.lastTransitionTime ?? "";
    expect(Date.parse(since)).toBeLessThan(Date.parse(nextTry));
    expect(conditionOf(stopped, "Progressing")?.message).toMatch(
      /^The update run has been stopped; begun and not updated: member2: .*refuses every ConfigMap/,
    );
    expect(clusterConditions(stopped).member2?.Started).toMatch(/is to be updated anew/);
    await setFault("member2", null);
    await hub.merge(placementPath("clusterstagedupdateruns", "halted"), {
      spec: { state: "Run" },
    });
    await awaitSucceeded(hub, "halted");
  }, 90_000);
});

describe("a stage that soaks", () => {
  const WEB = "/apis/apps/v1/namespaces/soak/deployments";
  const setImage = (member: string, image: string) =>
    members[member]?.merge(`${WEB}/web`, { spec: web("soak", image).spec });
  const message = async (name: string) => conditionOf(await run(name), "Progressing")?.message;

  it("is held by a member that turns unhealthy, and goes on when it is healthy again", async () => {
    await strategy("soaking", {}, [{ type: "TimedWait", waitTime: "3s" }]);
    await placeNamespace(hub, "soak", "one");
    await hub.create(WEB, web("soak", "web:1"));
    await hub.create(RUNS, runObject("soak", "soak", "soaking"));
    await progressing("soak", "UpdateRunWaiting");
    await setImage("member2", "web:broken");
    await expect
      .poll(() => message("soak"), { timeout: 30_000 })
      .toMatch(
        /the clusters of stage \w+ to be healthy, since .*: member2: Deployment soak\/web is not available: .* \(since /,
      );
    expect(clusterConditions(await run("soak")).member2?.Healthy).toMatch(/Deployment soak\/web/);
    const { body } = await hub.request(
      "GET",
      `${placementPath("clusterstagedupdateruns", "soak")}/progress`,
    );
    expect(body.waitingFor).toMatchObject([
      { unblockedBy: expect.stringContaining("the clusters being healthy") },
    ]);
    await setImage("member2", "web:1");
    const done = await awaitSucceeded(hub, "soak");
    expect(clusterConditions(done).member2).not.toHaveProperty("Healthy");
    const events = await eventsOf("soak");
    expect(events).toContain("Warning ClusterUnhealthy");
    expect(events).toContain("Normal ClusterHealthy");
  }, 90_000);

  it("is let go by an annotation of the run", async () => {
    await hub.merge(`${WEB}/web`, { spec: web("soak", "web:2").spec });
    await hub.create(RUNS, runObject("soak-on", "soak", "soaking"));
    await progressing("soak-on", "UpdateRunWaiting");
    await setFault("member3", "down");
    await expect
      .poll(() => message("soak-on"), { timeout: 30_000 })
      .toMatch(/the clusters of stage \w+ to be healthy, since .*: member3: .*soak=Timer$/);
    await hub.merge(placementPath("clusterstagedupdateruns", "soak-on"), {
      metadata: { annotations: { "stagecoach.dev/soak": "Timer" } },
    });
    await awaitSucceeded(hub, "soak-on");
    await setFault("member3", null);
  }, 90_000);
});
