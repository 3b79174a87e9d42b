import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveApi } from "../../local/simulated-members/http-adapter.js";
import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import { createApiServer } from "../../src/apiserver/api-server.js";
import { hubKinds } from "../../src/registry/kinds.js";
import { Hub } from "../support/hub.js";
import { ScriptRunner } from "./scripts.js";

const MEMBERS = "/apis/cluster.kubernetes-fleet.io/v1/memberclusters";
const GROUP = "/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/apps";
const EAST = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/east`;
const IDENTITY = "11111111-2222-3333-4444-555555555555";

const cluster = (aadProfile: object | null) => ({ id: EAST, name: "east", aadProfile });
const AZURE_RBAC = cluster({ managed: true, enableAzureRbac: true });
const OWN_RBAC = cluster({ managed: true, enableAzureRbac: false });

let hub: Hub;
let scripts: ScriptRunner;
let stop: () => Promise<void>;

beforeEach(async () => {
  const store = openSqliteObjectStore(":memory:");
  const server = createApiServer({ kinds: hubKinds({ defaultRunState: "Run" }), store });
  const user = { username: "developer", groups: ["system:masters"] };
  const served = await serveApi(server, { port: 0, user });
  hub = new Hub(served.url);
  scripts = new ScriptRunner({
    environment: { SERVICE_API_URI: served.url, API_IDENTITY_PRINCIPAL_ID: IDENTITY },
    clusters: [AZURE_RBAC],
  });
  stop = async () => {
    await served.close();
    store.close();
  };
});

afterEach(async () => {
  scripts.end();
  await stop();
});

const roles = () => scripts.state.assignments.map((one) => one.roleDefinitionName).sort();
const setCluster = (next: typeof AZURE_RBAC) => {
  scripts.state = { ...scripts.state, clusters: [next] };
};

/** What holds a member back: on a running hub it goes when no placement picks the member. */
const letGo = (name: string) => hub.merge(`${MEMBERS}/${name}`, { metadata: { finalizers: null } });

describe("scripts/add-member.mjs", () => {
  it("gives the app two roles on the cluster, and makes the member with its labels", async () => {
    const args = ["--cluster", EAST, "--label", "environment=prod", "--label", "order=1"];
    expect(await scripts.run("add-member", ...args)).toMatchObject({ code: 0, stderr: "" });
    expect(scripts.state.assignments).toMatchObject(
      ["4abbcc35-e782-43d8-92c5-2d3f1bd2253f", "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"].map(
        (role) => ({
          scope: EAST,
          principalId: IDENTITY,
          roleDefinitionId: expect.stringContaining(role),
          description: "Made by Stagecoach add-member",
        }),
      ),
    );
    expect(await hub.get(`${MEMBERS}/east`)).toMatchObject({
      metadata: { labels: { environment: "prod", order: "1" } },
      spec: { aks: { resourceId: EAST } },
    });
  });

  it("does nothing twice, and changes the labels that it is told of", async () => {
    await scripts.run("add-member", "--cluster", EAST, "--label", "a=1", "--label", "b=1");
    const again = await scripts.run("add-member", "--cluster", EAST, "--label", "b=2");
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("is there already") });
    expect(scripts.state.assignments).toHaveLength(2);
    expect((await hub.get(`${MEMBERS}/east`)).metadata.labels).toEqual({ a: "1", b: "2" });
  });

  it("says every change that it would make, and makes none", async () => {
    const before = scripts.state;
    const { code, stdout } = await scripts.run("add-member", "--cluster", EAST, "--dry-run");
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^would run: az role assignment create --role 4abbcc35/),
      expect.stringMatching(/^would run: az role assignment create --role b1ff04bb/),
      expect.stringMatching(/^would send: create at http.*"name":"east"/),
      "",
    ]);
    expect(scripts.state).toEqual(before);
    expect((await hub.request("GET", MEMBERS)).body.items).toEqual([]);
  });

  it("refuses a cluster without Entra integration, and changes nothing", async () => {
    setCluster(cluster(null));
    const { code, stderr } = await scripts.run("add-member", "--cluster", EAST);
    expect(code).toBe(1);
    expect(stderr).toContain("east has no Microsoft Entra integration");
    expect(stderr).toContain("--enable-aad");
    expect(scripts.state.assignments).toEqual([]);
  });

  it("binds cluster-admin, once, where the cluster keeps its own roles", async () => {
    setCluster(OWN_RBAC);
    const args = ["--cluster", EAST, "--context", "east-admin"];
    await scripts.run("add-member", ...args);
    const again = await scripts.run("add-member", ...args);
    expect(again.stdout).toContain("cluster-admin is bound already");
    expect(roles()).toEqual(["Azure Kubernetes Service Cluster User Role"]);
    expect(scripts.state.bindings).toEqual([
      { name: `stagecoach-${IDENTITY}`, context: "east-admin" },
    ]);
  });

  it("says what is to be bound where it cannot log in", async () => {
    setCluster(OWN_RBAC);
    const { stdout } = await scripts.run("add-member", "--cluster", EAST);
    expect(stdout).toContain(
      `kubectl create clusterrolebinding stagecoach-${IDENTITY} --clusterrole=cluster-admin --user=${IDENTITY}`,
    );
    expect(scripts.state.bindings).toEqual([]);
  });

  it("lets discovery see a group, and leaves the members to it", async () => {
    await scripts.run("add-member", "--reader", GROUP);
    expect(scripts.state.assignments).toMatchObject([
      { roleDefinitionName: "Reader", scope: GROUP },
    ]);
    await scripts.run("add-member", "--cluster", EAST, "--roles-only");
    expect(scripts.state.assignments).toHaveLength(3);
    expect((await hub.request("GET", MEMBERS)).body.items).toEqual([]);
  });

  it.each([
    { args: [], says: "--cluster or --reader is missing" },
    { args: ["--cluster", EAST, "--label", "x"], says: "--label x is not KEY=VALUE" },
    { args: ["--cluster", EAST, "--labels", "x"], says: "Unknown option '--labels'" },
  ])("tells how it is called after $args", async ({ args, says }) => {
    const { code, stderr } = await scripts.run("add-member", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).toContain("usage: node scripts/add-member.mjs");
  });

  it("tells Azure's and the hub's own words", async () => {
    const missing = await scripts.run("add-member", "--cluster", `${EAST}2`);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("ResourceNotFound") });
    const bad = await scripts.run("add-member", "--cluster", EAST, "--label", "a=b c");
    expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining("metadata.labels") });
  });
});

describe("scripts/remove-member.mjs", () => {
  beforeEach(async () => {
    await scripts.run("add-member", "--cluster", EAST, "--reader", GROUP);
  });

  it.each([
    ["--cluster", EAST],
    ["--member", "east"],
  ])("undoes by %s what add-member has done, and keeps what others rely on", async (...args) => {
    const theirs = { ...scripts.state.assignments[1], id: "/theirs", description: null };
    scripts.state = {
      ...scripts.state,
      assignments: [
        ...scripts.state.assignments,
        theirs as (typeof scripts.state.assignments)[number],
      ],
    };
    await letGo("east");
    const removed = await scripts.run("remove-member", ...args);
    expect(removed).toMatchObject({ code: 0, stderr: "" });
    expect(removed.stdout).toContain("stays: somebody else has given it");
    expect((await hub.request("GET", MEMBERS)).body.items).toEqual([]);
    expect(scripts.state.assignments).toMatchObject([
      { roleDefinitionName: "Reader", scope: GROUP },
      { id: "/theirs" },
    ]);
  });

  it("takes back what discovery was let see", async () => {
    await scripts.run("remove-member", "--reader", GROUP);
    expect(roles()).not.toContain("Reader");
    expect(roles()).toHaveLength(2);
  });

  it("keeps the roles while the member has not left, and tells what it waits for", async () => {
    const args = ["--cluster", EAST, "--timeout", "1"];
    const { code, stderr } = await scripts.run("remove-member", ...args);
    expect(code).toBe(1);
    expect(stderr).toContain("east has not left after 1 s");
    expect(roles()).toHaveLength(3);
  });

  it("says that a member that was found comes back", async () => {
    await hub.merge(`${MEMBERS}/east/status`, {
      status: {
        conditions: [
          {
            type: "Discovered",
            status: "True",
            reason: "ClusterDiscovered",
            message: "",
            lastTransitionTime: "2026-11-21T09:00:00Z",
          },
        ],
      },
    });
    const args = ["--cluster", EAST, "--dry-run"];
    const { stdout } = await scripts.run("remove-member", ...args);
    expect(stdout).toContain(`az tag update --resource-id ${EAST} --operation Delete`);
    expect(roles()).toHaveLength(3);
    expect((await hub.request("GET", MEMBERS)).body.items).toHaveLength(1);
  });

  it("takes the roles back when the member is gone already", async () => {
    await letGo("east");
    await hub.request("DELETE", `${MEMBERS}/east`);
    expect((await scripts.run("remove-member", "--cluster", EAST)).code).toBe(0);
    expect(roles()).toEqual(["Reader"]);
  });
});
