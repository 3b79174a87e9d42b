import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  awaitSucceeded,
  conditionOf,
  configMap,
  type Hub,
  namespaceObject,
  placementObject,
  placementPath,
  placeNamespace,
  runObject,
  type Served,
  strategyObject,
} from "../support/hub.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";

const RUNS = placementPath("clusterstagedupdateruns");

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("update-runs");
  ({ hub, members } = fleet);
  await hub.create(placementPath("clusterstagedupdatestrategies"), strategyObject("plain"));
}, 90_000);

afterAll(() => fleet?.stop());

const run = (name: string) => hub.get(placementPath("clusterstagedupdateruns", name));
const progress = async (name: string) => conditionOf(await run(name), "Progressing");
const start = (name: string, placement: string, strategy = "plain", state = "Run") =>
  hub.create(RUNS, runObject(name, placement, strategy, state));

const setFault: RunningFleet["setFault"] = (member, kind) => fleet.setFault(member, kind);

async function valueOn(member: string, namespace: string): Promise<string | undefined> {
  const answer = await members[member]?.request(
    "GET",
    `/api/v1/namespaces/${namespace}/configmaps/cm`,
  );
  return answer?.body.data?.key;
}

const deployment = (namespace: string, image: string) => ({
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

/** Reasons of the events about a run. */
async function reasonsOf(name: string): Promise<readonly unknown[]> {
  const { metadata } = await run(name);
  const selector = encodeURIComponent(`involvedObject.uid=${metadata.uid}`);
  const { body } = await hub.request("GET", `/api/v1/events?fieldSelector=${selector}`);
  return (body.items ?? []).map((event) => event.reason);
}

describe("an update run", () => {
  it("brings the latest snapshot to every member", async () => {
    await placeNamespace(hub, "fast", "one");
    await start("fast", "fast");
    await awaitSucceeded(hub, "fast");
    for (const member of ["member1", "member2", "member3"]) {
      expect(await valueOn(member, "fast")).toBe("one");
    }
  });

  it("waits for a member that is down, says so in its words, and goes on when it is back", async () => {
    await placeNamespace(hub, "down", "one");
    await setFault("member2", "down");
    await start("down", "down");
    await expect
      .poll(async () => (await progress("down"))?.message, { timeout: 15_000 })
      .toMatch(
        /^The update run is making progress; in stage staging waiting for member2 since .*: /,
      );
    expect(await valueOn("member1", "down")).toBeUndefined();
    await setFault("member2", null);
    await awaitSucceeded(hub, "down", 30_000);
    expect(await valueOn("member1", "down")).toBe("one");
  }, 60_000);

  it("names the object that a member refuses and the server's own words, until it is accepted", async () => {
    await placeNamespace(hub, "refused", "one");
    await setFault("member2", "refuse=ConfigMap");
    await start("refused", "refused");
    await expect
      .poll(async () => (await progress("refused"))?.message, { timeout: 15_000 })
      .toContain("ConfigMap refused/cm: ");
    expect((await progress("refused"))?.message).toContain(
      "is forbidden: this simulated member refuses every ConfigMap",
    );
    const placement = await hub.get(placementPath("clusterresourceplacements", "refused"));
    await expect
      .poll(async () =>
        JSON.stringify(
          (await hub.get(placementPath("clusterresourceplacements", "refused"))).status,
        ),
      )
      .toContain("failedPlacements");
    expect(placement.metadata.name).toBe("refused");
    await setFault("member2", null);
    await awaitSucceeded(hub, "refused", 30_000);
    expect(await reasonsOf("refused")).toEqual(
      expect.arrayContaining(["ClusterUpdateFailing", "ClusterUpdateRecovered"]),
    );
  }, 60_000);

  it("waits for Deployments to become available", async () => {
    await placeNamespace(hub, "web", "one");
    await hub.create("/apis/apps/v1/namespaces/web/deployments", deployment("web", "nginx:1.20"));
    await setFault("member2", "never-available");
    await start("web", "web");
    await expect
      .poll(async () => JSON.stringify((await run("web")).status?.stagesStatus), {
        timeout: 15_000,
      })
      .toContain('"type":"Started"');
    expect(JSON.stringify((await run("web")).status?.stagesStatus)).not.toContain(
      '"type":"Succeeded"',
    );
    await setFault("member2", null);
    await awaitSucceeded(hub, "web", 60_000);
  }, 90_000);

  it("rests in Initialize, runs on start, stops on stop, and resumes", async () => {
    await placeNamespace(hub, "states", "one");
    await hub.create(
      placementPath("clusterstagedupdatestrategies"),
      strategyObject("soak", [{ type: "TimedWait", waitTime: "2s" }]),
    );
    await start("states", "states", "soak", "Initialize");
    await expect
      .poll(async () => conditionOf(await run("states"), "Initialized")?.status)
      .toBe("True");
    expect(await progress("states")).toBeUndefined();
    await hub.request("POST", `${RUNS}/states/start`);
    await expect.poll(async () => (await progress("states"))?.reason).toBe("UpdateRunWaiting");
    await hub.request("POST", `${RUNS}/states/stop`);
    await expect.poll(async () => (await progress("states"))?.reason).toBe("UpdateRunStopped");
    expect(await valueOn("member3", "states")).toBeUndefined();
    await hub.merge(`${RUNS}/states`, { spec: { state: "Run" } });
    await awaitSucceeded(hub, "states");
  }, 30_000);

  it("takes a decision by plain HTTP, twice without harm", async () => {
    await placeNamespace(hub, "approve", "one");
    await hub.create(
      placementPath("clusterstagedupdatestrategies"),
      strategyObject("gate", [{ type: "Approval" }]),
    );
    await start("approve", "approve", "gate");
    const request = placementPath("clusterapprovalrequests", "approve-after-staging");
    await expect.poll(async () => (await hub.request("GET", request)).status).toBe(200);
    const body = { reason: "LooksGood", message: "seen on staging" };
    const first = await hub.request("POST", `${request}/approve`, body);
    const second = await hub.request("POST", `${request}/approve`);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(conditionOf(second.body as Served, "Approved")).toMatchObject({
      status: "True",
      reason: "LooksGood",
      message: "seen on staging",
    });
    await awaitSucceeded(hub, "approve");
    const approved = await hub.get(request);
    expect(conditionOf(approved, "ApprovalAccepted")?.status).toBe("True");
    expect(approved.status?.decision).toMatchObject({
      verdict: "Approved",
      user: "developer",
      address: expect.stringContaining("127.0.0.1"),
    });
  }, 30_000);

  it("removes what was placed from clusters that are no longer picked, in the delete stage", async () => {
    await hub.create("/api/v1/namespaces", namespaceObject("fixed"));
    await hub.create("/api/v1/namespaces/fixed/configmaps", configMap("fixed", "one"));
    const placement = placementObject("fixed");
    const policy = { placementType: "PickFixed", clusterNames: ["member2", "member3"] };
    await hub.create(placementPath("clusterresourceplacements"), {
      ...placement,
      spec: { ...placement.spec, policy },
    });
    await start("fixed-1", "fixed");
    await awaitSucceeded(hub, "fixed-1");
    expect(await valueOn("member3", "fixed")).toBe("one");
    await hub.merge(placementPath("clusterresourceplacements", "fixed"), {
      spec: { policy: { clusterNames: ["member2"] } },
    });
    await start("fixed-2", "fixed");
    const ended = await awaitSucceeded(hub, "fixed-2");
    expect(ended.status?.deletionStageStatus).toMatchObject({
      clusters: [
        { clusterName: "member3", conditions: [{}, { type: "Succeeded", status: "True" }] },
      ],
    });
    expect(await valueOn("member3", "fixed")).toBeUndefined();
    expect(await valueOn("member2", "fixed")).toBe("one");
  }, 60_000);

  it("fails when its placement is deleted under it", async () => {
    await placeNamespace(hub, "gone", "one");
    await start("gone", "gone", "gate");
    const request = placementPath("clusterapprovalrequests", "gone-after-staging");
    await expect.poll(async () => (await hub.request("GET", request)).status).toBe(200);
    await hub.request("DELETE", placementPath("clusterresourceplacements", "gone"));
    await expect
      .poll(async () => conditionOf(await run("gone"), "Succeeded")?.message, { timeout: 15_000 })
      .toContain("parent placement not found");
  }, 30_000);

  it("disappears at once when deleted, even while a member is down", async () => {
    await placeNamespace(hub, "stuck", "one");
    await setFault("member2", "down");
    await start("stuck", "stuck");
    await expect
      .poll(async () => (await progress("stuck"))?.message, { timeout: 15_000 })
      .toContain("waiting for member2");
    await hub.request("DELETE", `${RUNS}/stuck`);
    await expect
      .poll(async () => (await hub.request("GET", `${RUNS}/stuck`)).status, { timeout: 5000 })
      .toBe(404);
    await setFault("member2", null);
  }, 60_000);

  it("explains why it cannot be initialized", async () => {
    await start("no-placement", "no-such-placement");
    await expect
      .poll(async () => conditionOf(await run("no-placement"), "Initialized")?.message)
      .toBe(
        "cannot continue the updateRun: failed to validate the updateRun: failed to process the request due to a client error: parent placement not found",
      );
  });

  it("can be watched before anything happens: the headers come at once", async () => {
    const { metadata } = await hub.get(RUNS);
    const answer = await fetch(
      `${hub.url}${RUNS}?watch=true&timeoutSeconds=2&resourceVersion=${metadata.resourceVersion}`,
      { signal: AbortSignal.timeout(1500) },
    );
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });

  it("tells its milestones as events", async () => {
    expect(await reasonsOf("fast")).toEqual(
      expect.arrayContaining([
        "UpdateRunInitializedSuccessfully",
        "UpdateRunStarted",
        "StageStarted",
        "StageSucceeded",
        "UpdateRunSucceeded",
      ]),
    );
  });
});
