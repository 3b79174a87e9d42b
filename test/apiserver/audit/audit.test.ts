import { beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import type { ApiServerOptions } from "../../../src/apiserver/api-server.js";
import type { AuditLog } from "../../../src/storage/audit-log.js";
import { connectStorage } from "../../../src/storage/connect-storage.js";
import { openAuditLog } from "../../support/open-audit-log.js";
import { freshPrefix } from "../../support/table-prefix.js";
import {
  CONFIG_MAPS,
  configMap,
  openTestApi,
  type TestApi,
  WIDGETS,
  widget,
} from "../support/test-api.js";

let log: AuditLog;
let lines: string[];
beforeEach(async () => {
  ({ log } = await openAuditLog());
  lines = [];
});

function open(options: Partial<ApiServerOptions> = {}): TestApi {
  const audit = { log, announce: (line: string) => void lines.push(line) };
  const api = openTestApi({ audit, ...options });
  onTestFinished(() => api.close());
  return api;
}

const recorded = async () => (await log.page({}, 1000)).events;

describe("a request that writes", () => {
  it("is recorded with who, what, when, from where, the versions and the outcome", async () => {
    let now = new Date("2026-03-04T05:06:07Z");
    const api = open({ now: () => now });
    const created = await api.post(WIDGETS, widget("w"));
    now = new Date("2026-03-04T05:06:07.089Z");
    const headers = { "x-forwarded-for": "6.6.6.6, 10.0.0.7:50123" };
    const { body } = await api.patch(`${WIDGETS}/w`, { spec: { color: "blue" } }, { headers });
    const [patched] = await recorded();
    expect(patched).toEqual({
      level: "Metadata",
      auditID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      stage: "ResponseComplete",
      requestURI: `${WIDGETS}/w`,
      verb: "patch",
      user: { username: "tester", uid: "7", groups: ["testers"] },
      sourceIPs: ["10.0.0.7"],
      userAgent: "tester/1.0",
      objectRef: {
        apiGroup: "example.com",
        apiVersion: "v1",
        resource: "widgets",
        namespace: "default",
        name: "w",
        uid: body.metadata.uid,
        resourceVersion: body.metadata.resourceVersion,
      },
      responseStatus: { code: 200 },
      requestReceivedTimestamp: "2026-03-04T05:06:07.089Z",
      stageTimestamp: "2026-03-04T05:06:07.089Z",
      annotations: {
        "authorization.k8s.io/decision": "allow",
        "stagecoach.dev/generation-before": "1",
        "stagecoach.dev/generation-after": "2",
        "stagecoach.dev/resource-version-before": created.body.metadata.resourceVersion,
      },
    });
  });

  it("is recorded with the operation of the request, and logged under it before it writes", async () => {
    const api = open();
    const request = new Request("http://api.test/api/v1/namespaces", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } }),
    });
    await api.server.handle(request, {
      user: { username: "ada", groups: [] },
      signal: new AbortController().signal,
      motion: { mark: async () => {}, wake: async () => {} },
      operationId: "0af7651916cd43dd8448eb211c80319c",
    });
    const [event] = await recorded();
    expect(event?.annotations).toMatchObject({
      "stagecoach.dev/operation-id": "0af7651916cd43dd8448eb211c80319c",
    });
    expect(lines.map((line) => JSON.parse(line.replace(/^request /, "")))).toEqual([
      {
        auditID: event?.auditID,
        user: "ada",
        verb: "create",
        group: "",
        resource: "namespaces",
        operationId: "0af7651916cd43dd8448eb211c80319c",
      },
    ]);
  });

  it("is answered after its record is stored", async () => {
    const steps: string[] = [];
    const held: AuditLog = {
      ...log,
      append: async (events) => {
        await log.append(events);
        steps.push("recorded");
      },
    };
    const api = open({ audit: { log: held } });
    await api.post(WIDGETS, widget("w"));
    steps.push("answered");
    expect(steps).toEqual(["recorded", "answered"]);
  });

  it("tells that its record is missing, and leaves it in the log of the app", async () => {
    const unprepared = connectStorage({
      kind: "connectionString",
      connectionString: inject("azurite"),
      prefix: freshPrefix(),
    });
    const api = open({ audit: { log: unprepared.audit } });
    const answer = await api.post(WIDGETS, widget("w"));
    expect(answer).toMatchObject({
      status: 500,
      body: {
        reason: "InternalError",
        message: expect.stringMatching(
          /^the request was carried out \(201\), but its audit record could not be stored: .*TableNotFound/s,
        ),
      },
    });
    expect(answer.headers.get("retry-after")).toBeNull();
    expect((await api.get(`${WIDGETS}/w`)).status).toBe(200);
    expect(String(api.unexpected[0])).toContain('"name":"w"');
    expect((await api.get(`${WIDGETS}/other`)).status).toBe(404);
    expect((await api.patch(`${WIDGETS}/other`, {})).status).toBe(404);
  });

  it("has an event for each object that it removes", async () => {
    const api = open();
    for (const name of ["a", "b"]) await api.post(CONFIG_MAPS, configMap(name));
    await api.post("/api/v1/namespaces/default/secrets", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s" },
    });
    await api.delete(CONFIG_MAPS);
    const { events } = await log.page({ verb: "deletecollection" }, 10);
    expect(events.map(({ objectRef }) => objectRef.name).sort()).toEqual(["a", "b"]);
    expect(new Set(events.map(({ auditID }) => auditID)).size).toBe(1);
  });

  it("has an event for each object that goes with a namespace", async () => {
    const api = open();
    await api.post("/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "app" },
    });
    await api.post("/api/v1/namespaces/app/configmaps", configMap("inside"));
    await api.delete("/api/v1/namespaces/app");
    const { events } = await log.page({ verb: "delete" }, 10);
    const removed = events.map(({ objectRef: { resource, name } }) => `${resource}/${name}`);
    expect(removed.sort()).toEqual(["configmaps/inside", "namespaces/app"]);
  });
});

describe("a request that writes nothing", () => {
  it.each<{ what: string; act: (api: TestApi) => Promise<{ status: number }>; status: number }>([
    { what: "reads an object", act: (api) => api.get(`${WIDGETS}/w`), status: 200 },
    { what: "reads a list", act: (api) => api.get(WIDGETS), status: 200 },
    {
      what: "asks what a creation would make",
      act: (api) => api.post(`${WIDGETS}?dryRun=All`, widget("x")),
      status: 201,
    },
    {
      what: "asks in its body what a deletion would do",
      act: (api) => api.delete(`${WIDGETS}/w`, { body: { dryRun: ["All"] } }),
      status: 200,
    },
    {
      what: "asks what it may do",
      act: (api) =>
        api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes: { verb: "get", resource: "pods" } },
        }),
      status: 201,
    },
  ])("is not recorded when it $what", async ({ act, status }) => {
    const api = open();
    await api.post(WIDGETS, widget("w"));
    expect((await act(api)).status).toBe(status);
    expect(await recorded()).toHaveLength(1);
    expect(lines.length).toBeLessThanOrEqual(2);
  });

  it("is recorded as unchanged when there was nothing to change", async () => {
    const api = open();
    await api.post(WIDGETS, widget("w"));
    await api.patch(`${WIDGETS}/w`, { spec: { color: "red" } });
    const [event] = await recorded();
    expect(event).toMatchObject({
      verb: "patch",
      objectRef: { name: "w" },
      annotations: { "stagecoach.dev/unchanged": "true" },
    });
  });

  it.each([
    { code: 404, reason: "NotFound", path: `${WIDGETS}/nobody` },
    { code: 415, reason: "UnsupportedMediaType", path: `${WIDGETS}/w`, contentType: "a/b" },
  ])("is recorded with $code when it is refused", async ({ code, reason, path, ...request }) => {
    const api = open();
    await api.post(WIDGETS, widget("w"));
    expect((await api.patch(path, {}, request)).status).toBe(code);
    expect((await recorded())[0]).toMatchObject({
      responseStatus: { code, reason },
      annotations: { "authorization.k8s.io/decision": "allow" },
    });
  });
});

describe("requests of somebody who may not write", () => {
  it("are recorded as forbidden", async () => {
    const api = open({ authorize: () => ({ allowed: false }) });
    expect((await api.delete(`${WIDGETS}/w`)).status).toBe(403);
    expect(await recorded()).toMatchObject([
      {
        verb: "delete",
        objectRef: { resource: "widgets", name: "w" },
        responseStatus: { code: 403, reason: "Forbidden" },
        annotations: { "authorization.k8s.io/decision": "forbid" },
      },
    ]);
  });

  it("are recorded a hundred times a minute, and the next record says how many are missing", async () => {
    let now = new Date("2026-03-04T05:06:07Z");
    const api = open({ authorize: () => ({ allowed: false }), now: () => now });
    for (let tried = 0; tried < 130; tried += 1) await api.delete(`${WIDGETS}/w`);
    expect(await recorded()).toHaveLength(100);
    now = new Date("2026-03-04T05:07:08Z");
    await api.delete(`${WIDGETS}/w`);
    expect((await recorded())[0]?.annotations).toMatchObject({
      "stagecoach.dev/refusals-omitted": "30",
    });
  });

  it.each([
    { method: "POST", path: WIDGETS, verbs: ["create"] },
    { method: "PUT", path: `${WIDGETS}/w`, verbs: ["update"] },
    { method: "DELETE", path: `${WIDGETS}/w`, verbs: ["delete"] },
    { method: "DELETE", path: WIDGETS, verbs: ["deletecollection"] },
    { method: "GET", path: WIDGETS, verbs: [] },
    { method: "POST", path: "/nowhere", verbs: [] },
  ])(
    "are recorded when nobody knows who they are: $method $path",
    async ({ method, path, verbs }) => {
      const api = open();
      const request = new Request(`http://api.test${path}`, { method });
      const { status } = await api.server.refuse(request, "no principal", "0af76519");
      expect(status).toBe(401);
      expect(await recorded()).toMatchObject(
        verbs.map((verb) => ({
          verb,
          user: { username: "system:anonymous", groups: ["system:unauthenticated"] },
          responseStatus: { code: 401, reason: "Unauthorized" },
          annotations: {
            "authorization.k8s.io/decision": "forbid",
            "stagecoach.dev/operation-id": "0af76519",
          },
        })),
      );
    },
  );

  it("are recorded under their own name when they want to be somebody else", async () => {
    const api = open();
    const headers = { "impersonate-user": "root" };
    expect((await api.delete(`${WIDGETS}/w`, { headers })).status).toBe(403);
    expect(await recorded()).toMatchObject([
      { verb: "delete", user: { username: "tester" }, responseStatus: { code: 403 } },
    ]);
  });

  it("cannot make a record too large", async () => {
    const api = open();
    const long = "x".repeat(10_000);
    await api.delete(`${WIDGETS}/${long}`, { headers: { "user-agent": long } });
    const [event] = await recorded();
    expect(event?.objectRef.name).toHaveLength(1025);
    expect(event?.userAgent).toHaveLength(1025);
  });
});
