import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardedApi, openGuardedApi } from "../support/guarded-api.js";

const PLACEMENT = "/apis/placement.kubernetes-fleet.io/v1";
const TEAM = `${PLACEMENT}/namespaces/team-a`;
const OTHERS = `${PLACEMENT}/namespaces/team-b`;

let api: GuardedApi;
let operator: ReturnType<GuardedApi["as"]>;
let approver: typeof operator;

beforeAll(async () => {
  api = openGuardedApi({
    access: [
      { principal: "ada@example.com", role: "Fleet.Operator", namespaces: ["team-a"] },
      { group: "approvers", role: "Fleet.Approver", namespaces: ["team-a"] },
    ],
    kinds: { pushSnapshot: async (placement) => ({ object: placement, created: false }) },
  });
  operator = api.as({ oid: "1", name: "Ada@example.com" });
  approver = api.as({ oid: "2", name: "bob@example.com", groups: ["approvers"] });
  const admin = api.as({ oid: "0", roles: ["Fleet.Admin"] });
  for (const name of ["team-a", "team-b"]) {
    expect((await admin("POST", "/api/v1/namespaces", { metadata: { name } })).status).toBe(201);
  }
});
afterAll(() => api.close());

const RUN = { spec: { placementName: "p", stagedRolloutStrategyName: "s" } };

describe("a team's operator", () => {
  it.each([
    { method: "GET", path: "/api/v1/namespaces/team-a/secrets" },
    { method: "GET", path: "/api/v1/namespaces/team-a" },
    { method: "GET", path: `${PLACEMENT}/clusterstagedupdatestrategies` },
    { method: "GET", path: "/apis/cluster.kubernetes-fleet.io/v1/memberclusters?watch=true" },
    { method: "POST", path: "/api/v1/namespaces/team-a/configmaps", body: {} },
    { method: "POST", path: `${TEAM}/stagedupdateruns`, body: RUN },
    { method: "POST", path: `${TEAM}/stagedupdateruns/none/start` },
    { method: "POST", path: `${TEAM}/resourceplacements/none/snapshots`, body: {} },
    { method: "DELETE", path: `${TEAM}/resourceplacements?dryRun=All` },
    { method: "PATCH", path: `${TEAM}/resourceoverrides/none`, body: {} },
  ])("may $method $path", async ({ method, path, body }) => {
    const answer = await operator(method, path, body);
    expect(answer.status, answer.message).not.toBe(403);
    expect(answer.status, answer.message).toBeLessThan(500);
  });

  it.each([
    { method: "GET", path: "/api/v1/namespaces", place: "at the cluster scope" },
    { method: "GET", path: "/api/v1/configmaps", place: "at the cluster scope" },
    {
      method: "GET",
      path: "/api/v1/configmaps?watch=true&fieldSelector=metadata.namespace%3Dteam-a",
      place: "at the cluster scope",
    },
    { method: "GET", path: "/api/v1/namespaces/team-b", place: "at the cluster scope" },
    { method: "PATCH", path: "/api/v1/namespaces/team-a", place: "at the cluster scope", body: {} },
    { method: "DELETE", path: "/api/v1/namespaces/team-a", place: "at the cluster scope" },
    {
      method: "PUT",
      path: "/api/v1/namespaces/team-a/finalize",
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "POST",
      path: "/api/v1/namespaces",
      place: "at the cluster scope",
      body: { metadata: { name: "team-c" } },
    },
    {
      method: "GET",
      path: "/api/v1/namespaces/team-b/configmaps",
      place: 'in the namespace "team-b"',
    },
    {
      method: "POST",
      path: "/api/v1/namespaces/team-b/configmaps",
      place: 'in the namespace "team-b"',
      body: {},
    },
    {
      method: "POST",
      path: "/api/v1/namespaces/team%2Db/configmaps?dryRun=All",
      place: 'in the namespace "team-b"',
      body: {},
    },
    {
      method: "POST",
      path: "/api/v1/namespaces/team-a/../team-b/configmaps",
      place: 'in the namespace "team-b"',
      body: {},
    },
    {
      method: "POST",
      path: `${OTHERS}/stagedupdateruns`,
      place: 'in the namespace "team-b"',
      body: RUN,
    },
    {
      method: "POST",
      path: `${OTHERS}/stagedupdateruns/r/stop`,
      place: 'in the namespace "team-b"',
    },
    {
      method: "POST",
      path: `${OTHERS}/resourceplacements/p/snapshots`,
      place: 'in the namespace "team-b"',
      body: {},
    },
    {
      method: "POST",
      path: `${PLACEMENT}/clusterresourceplacements`,
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "POST",
      path: `${PLACEMENT}/clusterresourceplacements/p/snapshots`,
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "POST",
      path: `${PLACEMENT}/clusterstagedupdatestrategies`,
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "POST",
      path: `${PLACEMENT}/clusterresourceenvelopes`,
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "POST",
      path: `${PLACEMENT}/clusterresourceoverrides`,
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "PATCH",
      path: `${TEAM}/resourcesnapshots/p-0-snapshot`,
      place: 'in the namespace "team-a"',
      body: {},
    },
    {
      method: "PATCH",
      path: `${TEAM}/resourcebindings/b`,
      place: 'in the namespace "team-a"',
      body: {},
    },
    {
      method: "PATCH",
      path: `${TEAM}/approvalrequests/r-after-s/status`,
      place: 'in the namespace "team-a"',
      body: {},
    },
    {
      method: "POST",
      path: "/apis/cluster.kubernetes-fleet.io/v1/memberclusters",
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "POST",
      path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      place: "at the cluster scope",
      body: {},
    },
    {
      method: "POST",
      path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
      place: "at the cluster scope",
      body: {},
    },
  ])("may not $method $path", async ({ method, path, place, body }) => {
    const answer = await operator(method, path, body);
    expect(answer.status, answer.message).toBe(403);
    expect(answer.message).toContain('User "Ada@example.com" cannot ');
    expect(answer.message).toContain(place);
    expect(answer.message).toContain("it takes the role ");
  });
});

const PLACED = { group: "", version: "v1", kind: "ConfigMap", name: "c" };
const foreign = (kind: string, apiVersion: string, namespace?: string) => ({
  apiVersion,
  kind,
  metadata: { name: "x", ...(namespace !== undefined && { namespace }) },
});
const CLUSTER_ROLE = foreign("ClusterRole", "rbac.authorization.k8s.io/v1");
const ELSEWHERE = foreign("ConfigMap", "v1", "team-b");

describe("a team's placement", () => {
  it.each([
    {
      what: "by its selectors",
      resource: "resourceplacements",
      body: {
        metadata: { name: "p" },
        spec: {
          resourceSelectors: [
            { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole", name: "x" },
          ],
        },
      },
    },
    {
      what: "by an envelope with a cluster-scoped object",
      resource: "resourceenvelopes",
      body: { metadata: { name: "e" }, data: { x: CLUSTER_ROLE } },
    },
    {
      what: "by an envelope with another namespace's object",
      resource: "resourceenvelopes",
      body: { metadata: { name: "e" }, data: { x: ELSEWHERE } },
    },
    { what: "by pushing a cluster-scoped object", resource: "push", body: [CLUSTER_ROLE] },
    { what: "by pushing another namespace's object", resource: "push", body: [ELSEWHERE] },
    {
      what: "by pushing the namespace itself",
      resource: "push",
      body: [foreign("Namespace", "v1")],
    },
    {
      what: "by an override that moves an object",
      resource: "resourceoverrides",
      body: {
        metadata: { name: "o" },
        spec: {
          resourceSelectors: [PLACED],
          policy: {
            overrideRules: [
              {
                clusterSelector: {},
                jsonPatchOverrides: [{ op: "replace", path: "/metadata/namespace", value: "x" }],
              },
            ],
          },
        },
      },
    },
  ])("does not get out of its namespace $what", async ({ resource, body }) => {
    const placement = { metadata: { name: "pushed" }, spec: { resourceSelectors: [PLACED] } };
    const created = await operator("POST", `${TEAM}/resourceplacements`, placement);
    expect([201, 409], created.message).toContain(created.status);
    const path = resource === "push" ? "resourceplacements/pushed/snapshots" : resource;
    const answer = await operator("POST", `${TEAM}/${path}`, body);
    expect(answer.status, answer.message).toBe(422);
  });
});

describe("a team's approver", () => {
  it.each([
    { path: `${TEAM}/approvalrequests/r-after-s/approve`, status: 404 },
    { path: `${TEAM}/approvalrequests/r-s/approve`, status: 404 },
    { path: `${OTHERS}/approvalrequests/r-after-s/approve`, status: 403 },
    { path: `${OTHERS}/approvalrequests/r-s/reject`, status: 403 },
    { path: `${PLACEMENT}/clusterapprovalrequests/r-after-s/approve`, status: 403 },
    { path: `${TEAM}/stagedupdateruns/r/start`, status: 403 },
  ])("gets $status from POST $path", async ({ path, status }) => {
    expect((await approver("POST", path)).status).toBe(status);
  });
});

describe("what a caller may do", () => {
  const review = async (
    send: typeof operator,
    resourceAttributes: Record<string, string>,
  ): Promise<unknown> => {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    return (await send("POST", path, { spec: { resourceAttributes } })).body.status;
  };

  it.each([
    { verb: "create", resource: "configmaps", namespace: "team-a", allowed: true },
    { verb: "create", resource: "configmaps", namespace: "team-b", allowed: false },
    { verb: "list", resource: "configmaps", namespace: "", allowed: false },
    { verb: "create", resource: "namespaces", namespace: "team-a", allowed: false },
    { verb: "*", resource: "*", namespace: "team-a", allowed: false },
    {
      verb: "create",
      group: "placement.kubernetes-fleet.io",
      resource: "clusterresourceplacements",
      namespace: "team-a",
      allowed: false,
    },
  ])("is answered: $verb $resource in $namespace", async ({ allowed, ...attributes }) => {
    expect(await review(operator, attributes)).toMatchObject({ allowed });
  });

  it("is listed as requests are answered", async () => {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    const { body } = await approver("POST", path, { spec: { namespace: "team-a" } });
    expect(body.status).toMatchObject({ incomplete: false });
    const rules = JSON.stringify(body.status);
    expect(body.status).toMatchObject({
      resourceRules: expect.arrayContaining([
        {
          verbs: ["create"],
          apiGroups: ["placement.kubernetes-fleet.io"],
          resources: ["approvalrequests/approve", "approvalrequests/reject"],
        },
      ]),
      nonResourceRules: [{ verbs: ["get"] }],
    });
    expect(rules).not.toContain("secrets");
    expect(rules).not.toContain('"clusterapprovalrequests');
  });

  it("is everything for administrators", async () => {
    const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    const admin = api.as({ oid: "0", roles: ["Fleet.Admin"] });
    expect((await admin("POST", path, { spec: { namespace: "x" } })).body.status).toMatchObject({
      resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
    });
  });

  it("is nothing without a role, and says which there are and who gives them", async () => {
    const nobody = api.as({ oid: "9", name: "eve@example.com" });
    const answer = await nobody("GET", "/api/v1/namespaces/team-a/configmaps");
    expect(answer).toMatchObject({ status: 403, body: { reason: "Forbidden" } });
    expect(answer.message).toBe(
      'configmaps is forbidden: User "eve@example.com" cannot list resource "configmaps" in API group "" in the namespace "team-a": the caller has none of the roles Fleet.Reader, Fleet.Operator, Fleet.Approver, Fleet.Admin; an owner of the Entra application assigns them, or whoever runs the app does in STAGECOACH_ACCESS',
    );
    expect((await nobody("GET", "/apis")).status).toBe(200);
  });
});
