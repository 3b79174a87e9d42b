import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Authorize } from "../../../src/apiserver/authorization.js";
import type { AuditLog } from "../../../src/storage/audit-log.js";
import { auditEvent } from "../../support/audit-event.js";
import { openAuditLog } from "../../support/open-audit-log.js";
import { openTestApi } from "../support/test-api.js";

const NOW = new Date("2026-02-02T13:00:00Z");

describe("GET /audit", () => {
  let log: AuditLog;
  beforeAll(async () => {
    ({ log } = await openAuditLog());
    await log.append([auditEvent("2026-02-01T12:00:00.000Z", { auditID: "older" })]);
    await log.append([
      auditEvent("2026-02-02T12:00:00.000Z", {
        auditID: "newer",
        verb: "patch",
        user: { username: "grace\u001b[2J" },
        sourceIPs: ["10.0.0.7"],
        responseStatus: { code: 403, reason: "Forbidden" },
        objectRef: { subresource: "status" },
      }),
    ]);
  });

  function open(authorize?: Authorize) {
    const api = openTestApi({ audit: { log }, now: () => NOW, ...(authorize && { authorize }) });
    onTestFinished(() => api.close());
    return api;
  }

  const ids = (body: unknown) =>
    (body as { items: { auditID: string }[] }).items.map(({ auditID }) => auditID);

  it("answers an EventList, newest first", async () => {
    const { status, body } = await open().get("/audit");
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {} });
    expect(ids(body)).toEqual(["newer", "older"]);
  });

  it("goes on where a page ended", async () => {
    const api = open();
    const first = await api.get("/audit?limit=1");
    const token = (first.body.metadata as { continue?: string }).continue;
    const second = await api.get(`/audit?limit=1&continue=${token}`);
    expect([ids(first.body), ids(second.body)]).toEqual([["newer"], ["older"]]);
  });

  it.each([
    { query: "user=ada", found: ["older"] },
    { query: "verb=patch", found: ["newer"] },
    { query: "resource=configmaps&namespace=app&name=cm", found: ["newer", "older"] },
    { query: "since=2h", found: ["newer"] },
    { query: "until=90m&since=2026-02-01T12:00:00Z", found: ["older"] },
    { query: "until=2026-02-02T13:00:00%2B01:00", found: ["older"] },
  ])("answers what fits $query", async ({ query, found }) => {
    expect(ids((await open().get(`/audit?${query}`)).body)).toEqual(found);
  });

  it("answers a table as text, without what would move a terminal's cursor", async () => {
    const { text } = await open().get("/audit", { accept: "text/plain" });
    expect(text).toBe(
      [
        "TIME                       USER        VERB     RESOURCE            NAMESPACE   NAME   CODE   FROM",
        "2026-02-02T12:00:00.000Z   grace?[2J   patch    configmaps/status   app         cm     403    10.0.0.7",
        "2026-02-01T12:00:00.000Z   ada         create   configmaps          app         cm     201",
        "",
      ].join("\n"),
    );
  });

  it("says in the text how to go on", async () => {
    const { text } = await open().get("/audit?limit=1", { accept: "text/plain" });
    expect(text).toMatch(/\n\nMore with continue=[\w-]+\n$/);
  });

  it.each([
    { query: "limit=0", message: 'limit: "0" is not a whole number from 1 to 1000' },
    { query: "limit=1001", message: 'limit: "1001" is not a whole number from 1 to 1000' },
    { query: "limit=ten", message: 'limit: "ten" is not a whole number from 1 to 1000' },
    { query: "since=yesterday", message: /^since: "yesterday" is neither a time such as/ },
    { query: "until=2026-13-01T00:00:00Z", message: /^until: "2026-13-01T00:00:00Z" is neither/ },
    { query: "since=9999999h", message: /^since: "9999999h" is neither/ },
    { query: "users=ada", message: /^users: no such parameter; there are user, verb,/ },
    { query: "user=a&user=b", message: "user: given 2 times" },
    { query: "name=", message: "name: must not be empty" },
    { query: "continue=abc", message: "continue: the continue token is not one of this list" },
  ])("refuses $query", async ({ query, message }) => {
    const { status, body } = await open().get(`/audit?${query}`);
    expect(status).toBe(400);
    expect(body.message).toEqual(
      typeof message === "string" ? message : expect.stringMatching(message),
    );
  });

  it("asks whether the caller may get this path", async () => {
    const asked: unknown[] = [];
    const api = open((user, attributes) => {
      asked.push({ user: user.username, ...attributes });
      return { allowed: false };
    });
    expect((await api.get("/audit")).status).toBe(403);
    expect(asked).toEqual([{ user: "tester", verb: "get", path: "/audit" }]);
  });

  it("is described by OpenAPI", async () => {
    const api = open();
    const index = (await api.get("/openapi/v3")).body.paths as Record<
      string,
      { serverRelativeURL: string }
    >;
    const { body } = await api.get(index.audit?.serverRelativeURL ?? "");
    expect(body).toMatchObject({
      paths: {
        "/audit": {
          get: { parameters: expect.arrayContaining([expect.objectContaining({ name: "since" })]) },
        },
      },
    });
  });

  it.each(["POST", "DELETE"])("takes no %s", async (method) => {
    expect((await open().send(method, "/audit")).status).toBe(405);
  });

  it("is nowhere on a server that records nothing", async () => {
    const api = openTestApi();
    onTestFinished(() => api.close());
    expect((await api.get("/audit")).status).toBe(404);
    expect((await api.get("/openapi/v3")).body.paths).not.toHaveProperty("audit");
  });
});
