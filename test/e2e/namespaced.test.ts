import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  placementPath as clusterPath,
  conditionOf,
  configMap,
  type Hub,
  namespaceObject,
  placementObject,
  runObject,
  type Served,
  strategyObject,
} from "../support/hub.js";
import {
  awaitCondition,
  awaitGone,
  imageOn,
  MISSING_NAMESPACE,
  namespacedPath,
  placeWebApp,
  setImage,
  startRun,
} from "../support/namespaced-rollout.js";
import { type RunningFleet, startFleet } from "../support/running-fleet.js";

const MEMBERS = ["member1", "member2", "member3"];

/** How long something may take that needs nobody's help. */
const SOON = { timeout: 30_000, interval: 100 };

let fleet: RunningFleet;
let hub: Hub;
let members: RunningFleet["members"];

beforeAll(async () => {
  fleet = await startFleet("namespaced");
  ({ hub, members } = fleet);
}, 90_000);

afterAll(() => fleet?.stop());

const runPath = (namespace: string, name: string) =>
  namespacedPath(namespace, "stagedupdateruns", name);
const placementPath = (namespace: string) =>
  namespacedPath(namespace, "resourceplacements", "web-app-placement");
const images = (namespace: string) =>
  Promise.all(MEMBERS.map((member) => imageOn(members[member], namespace)));
const namesOf = async (namespace: string, resource: string) => {
  const { body } = await hub.request("GET", namespacedPath(namespace, resource));
  return body.items?.map(({ metadata }) => metadata.name);
};

async function eventsOf(object: Served, namespace: string): Promise<readonly Served[]> {
  const selector = encodeURIComponent(`involvedObject.uid=${object.metadata.uid}`);
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`;
  const { body } = await hub.request("GET", path);
  return body.items ?? [];
}

/** As the documents print it: no observedGeneration and no lastTransitionTime. */
async function approve(namespace: string, name: string): Promise<void> {
  const path = namespacedPath(namespace, "approvalrequests", name);
  await expect
    .poll(async () => (await hub.request("GET", path)).status, { timeout: 30_000, interval: 100 })
    .toBe(200);
  const approved = { type: "Approved", status: "True", reason: "approved", message: "go on" };
  await hub.merge(`${path}/status`, { status: { conditions: [approved] } });
}

describe("a rollout inside a namespace", () => {
  it("brings a new image through wait and approvals, and an older snapshot back", async () => {
    await placeWebApp(hub, "team");
    await expect
      .poll(() => namesOf("team", "resourcesnapshots"), { timeout: 15_000 })
      .toEqual(["web-app-placement-0-snapshot"]);
    await setImage(hub, "team", "nginx:1.21");
    await expect
      .poll(() => namesOf("team", "resourcesnapshots"), { timeout: 15_000 })
      .toEqual(["web-app-placement-0-snapshot", "web-app-placement-1-snapshot"]);

    await startRun(hub, "team", "rollout", { strategy: "gated", index: "1" });
    await approve("team", "rollout-prod-clusters-before");
    expect(await images("team")).toEqual([undefined, "nginx:1.21", undefined]);
    await approve("team", "rollout-prod-clusters-after");
    await awaitCondition(hub, runPath("team", "rollout"), "Succeeded");
    expect(await images("team")).toEqual(["nginx:1.21", "nginx:1.21", "nginx:1.21"]);
    await awaitCondition(hub, placementPath("team"), "ResourcePlacementAvailable");
    const { body } = await hub.request("GET", namespacedPath("team", "approvalrequests"));
    expect(
      body.items?.map((request) => [
        request.metadata.name,
        conditionOf(request, "ApprovalAccepted")?.status,
      ]),
    ).toEqual([
      ["rollout-after-prod-clusters", "True"],
      ["rollout-before-prod-clusters", "True"],
    ]);

    await startRun(hub, "team", "rollback", { strategy: "plain", index: "0" });
    await awaitCondition(hub, runPath("team", "rollback"), "Succeeded");
    expect(await images("team")).toEqual(["nginx:1.20", "nginx:1.20", "nginx:1.20"]);
  }, 90_000);

  it("tells its milestones as events in its own namespace", async () => {
    const run = await hub.get(runPath("team", "rollout"));
    const placement = await hub.get(placementPath("team"));
    const reasons = async (object: Served) =>
      (await eventsOf(object, "team")).map(({ reason }) => reason);
    expect(await reasons(run)).toEqual(expect.arrayContaining(["UpdateRunSucceeded"]));
    expect(await reasons(placement)).toEqual(expect.arrayContaining(["PlacementAvailable"]));
  });

  it("takes its approvals along when a run is deleted, and leaves the members as they are", async () => {
    await hub.request("DELETE", runPath("team", "rollout"));
    await awaitGone(hub, runPath("team", "rollout"));
    expect(await namesOf("team", "approvalrequests")).toEqual([]);
    expect(await images("team")).toEqual(["nginx:1.20", "nginx:1.20", "nginx:1.20"]);
  });

  it("clears the members when the placement is deleted, but for the namespace it had to create", async () => {
    await hub.request("DELETE", placementPath("team"));
    await awaitGone(hub, placementPath("team"));
    expect(await images("team")).toEqual([undefined, undefined, undefined]);
    expect(await namesOf("team", "resourcesnapshots")).toEqual([]);
    expect(await namesOf("team", "resourcebindings")).toEqual([]);
    const { status } = (await members.member1?.get("/api/v1/namespaces/team")) ?? {};
    expect(status).toEqual({ phase: "Active" });
  });

  it("starts, stops and approves by plain HTTP", async () => {
    await placeWebApp(hub, "plain-http");
    await startRun(hub, "plain-http", "run", { strategy: "gated", state: "Initialize" });
    const run = runPath("plain-http", "run");
    await awaitCondition(hub, run, "Initialized");
    await hub.request("POST", `${run}/start`);
    await expect
      .poll(() => namesOf("plain-http", "approvalrequests"), { timeout: 30_000 })
      .toEqual(["run-before-prod-clusters"]);
    await hub.request("POST", `${run}/stop`);
    await expect
      .poll(async () => conditionOf(await hub.get(run), "Progressing")?.reason)
      .toBe("UpdateRunStopped");
    await hub.request("POST", `${run}/start`);
    for (const task of ["before", "after"]) {
      const request = namespacedPath("plain-http", "approvalrequests", `run-${task}-prod-clusters`);
      await expect
        .poll(async () => (await hub.request("POST", `${request}/approve`)).status, {
          timeout: 30_000,
          interval: 100,
        })
        .toBe(200);
    }
    await awaitCondition(hub, run, "Succeeded");
  }, 60_000);

  it("keeps runs of one name in two namespaces apart", async () => {
    await Promise.all(["left", "right"].map((namespace) => placeWebApp(hub, namespace)));
    await setImage(hub, "right", "nginx:1.22");
    for (const namespace of ["left", "right"]) {
      await startRun(hub, namespace, "same", { strategy: "plain" });
    }
    await awaitCondition(hub, runPath("left", "same"), "Succeeded");
    await awaitCondition(hub, runPath("right", "same"), "Succeeded");
    expect(await images("left")).toEqual(["nginx:1.20", "nginx:1.20", "nginx:1.20"]);
    expect(await images("right")).toEqual(["nginx:1.22", "nginx:1.22", "nginx:1.22"]);
  }, 60_000);
});

describe("a namespace that a member lacks", () => {
  it("is created there with the hub's labels, and the placement says so", async () => {
    await placeWebApp(hub, "lacking", { labels: { tier: "shop" } });
    await members.member2?.create("/api/v1/namespaces", namespaceObject("lacking"));
    await startRun(hub, "lacking", "run", { strategy: "plain" });
    await awaitCondition(hub, runPath("lacking", "run"), "Succeeded");
    const labels = await Promise.all(
      MEMBERS.map(async (member) => {
        const namespace = await members[member]?.get("/api/v1/namespaces/lacking");
        return namespace?.metadata.labels?.tier;
      }),
    );
    expect(labels).toEqual(["shop", undefined, "shop"]);
    const placement = await awaitCondition(
      hub,
      placementPath("lacking"),
      "ResourcePlacementAvailable",
    );
    const statuses = placement.status?.placementStatuses as readonly Served["status"][];
    expect(
      statuses.map((status) => [
        status?.clusterName,
        status?.conditions?.some(({ type }) => type === "NamespaceCreated"),
      ]),
    ).toEqual([
      ["member1", true],
      ["member2", false],
      ["member3", true],
    ]);
    const events = await eventsOf(placement, "lacking");
    expect(
      events.filter(({ reason }) => reason === "NamespaceCreated").map(({ message }) => message),
    ).toEqual(expect.arrayContaining(["Created namespace lacking on member1, which lacked it"]));
  }, 60_000);

  it("is created again when somebody deleted it on the member", async () => {
    await members.member2?.request("DELETE", "/api/v1/namespaces/lacking");
    expect((await members.member2?.request("GET", "/api/v1/namespaces/lacking"))?.status).toBe(404);
    await startRun(hub, "lacking", "again", { strategy: "plain" });
    await awaitCondition(hub, runPath("lacking", "again"), "Succeeded");
    expect(await imageOn(members.member2, "lacking")).toBe("nginx:1.20");
  }, 60_000);

  it("is waited for when the placement asks for that, with the way out in the run's condition", async () => {
    await placeWebApp(hub, "awaited", { annotations: { [MISSING_NAMESPACE]: "Wait" } });
    await startRun(hub, "awaited", "run", { strategy: "plain" });
    const run = runPath("awaited", "run");
    await expect
      .poll(async () => conditionOf(await hub.get(run), "Progressing")?.message, {
        timeout: 15_000,
      })
      .toMatch(
        /in stage dev-clusters waiting for member2 since \S+ \(.*\): namespace awaited is missing on the cluster.*create it/,
      );
    expect((await members.member2?.request("GET", "/api/v1/namespaces/awaited"))?.status).toBe(404);
    for (const member of MEMBERS) {
      await members[member]?.create("/api/v1/namespaces", namespaceObject("awaited"));
    }
    await awaitCondition(hub, run, "Succeeded");
    expect(await images("awaited")).toEqual(["nginx:1.20", "nginx:1.20", "nginx:1.20"]);
  }, 60_000);

  it("cannot be treated in a way that does not exist", async () => {
    const path = placementPath("awaited");
    const { status, body } = await hub.request(
      "PATCH",
      path,
      { metadata: { annotations: { [MISSING_NAMESPACE]: "Ignore" } } },
      "application/merge-patch+json",
    );
    expect(status).toBe(422);
    expect(body.message).toContain('supported values: "Create", "Wait"');
  });
});

describe("a namespace of the hub", () => {
  it("goes with its placements, runs and approvals, and what they placed", async () => {
    await placeWebApp(hub, "going");
    await startRun(hub, "going", "done", { strategy: "plain" });
    await awaitCondition(hub, runPath("going", "done"), "Succeeded");
    await startRun(hub, "going", "waiting", { strategy: "gated" });
    await expect
      .poll(() => namesOf("going", "approvalrequests"), { timeout: 30_000 })
      .toEqual(["waiting-before-prod-clusters"]);
    await hub.request("DELETE", "/api/v1/namespaces/going");
    await awaitGone(hub, "/api/v1/namespaces/going");
    expect(await images("going")).toEqual([undefined, undefined, undefined]);
    for (const resource of ["resourceplacements", "stagedupdateruns", "resourcesnapshots"]) {
      expect(await namesOf("going", resource)).toEqual([]);
    }
  }, 60_000);
});

describe("the status of a cluster-scoped placement", () => {
  const copyPath = namespacedPath("shared", "clusterresourceplacementstatuses", "shared");
  const path = clusterPath("clusterresourceplacements", "shared");
  const copied = async () => (await hub.get(copyPath)).sourceStatus as Served["status"];

  it("is copied into the namespace it places when it is to be read there, and follows", async () => {
    const placement = placementObject("shared");
    await hub.create("/api/v1/namespaces", namespaceObject("shared"));
    await hub.create("/api/v1/namespaces/shared/configmaps", configMap("shared", "one"));
    await hub.create(clusterPath("clusterresourceplacements"), {
      ...placement,
      spec: { ...placement.spec, statusReportingScope: "NamespaceAccessible" },
    });
    await awaitCondition(hub, path, "ClusterResourcePlacementStatusSynced");
    expect((await copied())?.observedResourceIndex).toBeUndefined();
    await hub.create(clusterPath("clusterstagedupdatestrategies"), strategyObject("shared"));
    await hub.create(
      clusterPath("clusterstagedupdateruns"),
      runObject("shared", "shared", "shared"),
    );
    await expect.poll(async () => (await copied())?.observedResourceIndex, SOON).toBe("0");
    const { conditions, selectedResources } = (await copied()) ?? {};
    expect(conditions?.map(({ type }) => type)).not.toContain(
      "ClusterResourcePlacementStatusSynced",
    );
    expect(selectedResources).toMatchObject([{ kind: "Namespace" }, { kind: "ConfigMap" }]);
  }, 60_000);

  it("is put right when somebody deletes or changes the copy", async () => {
    await hub.request("DELETE", copyPath);
    await expect.poll(async () => (await hub.request("GET", copyPath)).status, SOON).toBe(200);
    await hub.merge(copyPath, { sourceStatus: { observedResourceIndex: "77" } });
    await expect.poll(async () => (await copied())?.observedResourceIndex, SOON).toBe("0");
  }, 60_000);

  it("goes with the placement", async () => {
    await hub.request("DELETE", path);
    await awaitGone(hub, path);
    expect((await hub.request("GET", copyPath)).status).toBe(404);
  }, 60_000);
});
