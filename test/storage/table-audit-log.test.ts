import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { AuditEvent } from "../../src/api/audit-event.js";
import {
  type AuditFilter,
  type AuditLog,
  InvalidContinueToken,
} from "../../src/storage/audit-log.js";
import { connectStorage, type Storage } from "../../src/storage/connect-storage.js";
import { startAnswerDroppingProxy } from "../support/answer-dropping-proxy.js";
import { auditEvent } from "../support/audit-event.js";
import { freshPrefix } from "../support/table-prefix.js";

const TABLES = /TableEndpoint=http:\/\/127\.0\.0\.1:([0-9]+)/;

const operations: string[] = [];

async function open(connectionString = inject("azurite")): Promise<Storage> {
  const prefix = freshPrefix();
  const storage = connectStorage(
    { kind: "connectionString", connectionString, prefix },
    { onOperation: (name) => operations.push(name) },
  );
  await storage.prepare();
  return storage;
}

const ids = (events: readonly AuditEvent[]) => events.map(({ auditID }) => auditID);

describe("the audit log", () => {
  let log: AuditLog;
  const EVENTS = [
    auditEvent("2026-01-01T10:00:00.000Z", { auditID: "first" }),
    auditEvent("2026-01-31T23:59:59.999Z", { auditID: "january", verb: "delete" }),
    auditEvent("2026-02-01T00:00:00.000Z", { auditID: "february", user: { username: "o'neil" } }),
    auditEvent("2026-02-01T12:00:00.000Z", { auditID: "noon", objectRef: { namespace: "web" } }),
    auditEvent("2026-02-02T12:00:00.000Z", {
      auditID: "run",
      objectRef: { resource: "clusterstagedupdateruns", name: "r" },
    }),
  ];

  beforeAll(async () => {
    log = (await open()).audit;
    for (const event of EVENTS) await log.append([event]);
  });

  it("gives back events as they were, newest first, over the days", async () => {
    const { events, continueToken } = await log.page({}, 100);
    expect(events).toEqual([...EVENTS].reverse());
    expect(continueToken).toBeUndefined();
  });

  it("gives them page by page", async () => {
    const pages: (readonly string[])[] = [];
    let token: string | undefined;
    do {
      const page = await log.page({}, 2, token);
      pages.push(ids(page.events));
      token = page.continueToken;
      expect(token ?? "").toMatch(/^[\w-]*$/);
    } while (token !== undefined);
    expect(pages).toEqual([["run", "noon"], ["february", "january"], ["first"]]);
  });

  const at = (time: string) => new Date(time);
  it.each<{ by: string; filter: AuditFilter; found: readonly string[] }>([
    { by: "user", filter: { user: "o'neil" }, found: ["february"] },
    { by: "verb", filter: { verb: "delete" }, found: ["january"] },
    { by: "resource", filter: { resource: "clusterstagedupdateruns" }, found: ["run"] },
    { by: "namespace", filter: { namespace: "web" }, found: ["noon"] },
    { by: "name", filter: { name: "r" }, found: ["run"] },
    { by: "two things", filter: { name: "cm", verb: "delete" }, found: ["january"] },
    { by: "what nothing is", filter: { user: "eve" }, found: [] },
    {
      by: "its first moment",
      filter: { since: at("2026-02-01T12:00:00.000Z") },
      found: ["run", "noon"],
    },
    {
      by: "the moment after its last",
      filter: { until: at("2026-01-31T23:59:59.999Z") },
      found: ["first"],
    },
    {
      by: "a span across midnight",
      filter: { since: at("2026-01-31T00:00:00Z"), until: at("2026-02-01T12:00:00Z") },
      found: ["february", "january"],
    },
  ])("finds events by $by", async ({ filter, found }) => {
    expect(ids((await log.page(filter, 100)).events)).toEqual(found);
  });

  it("looks on when storage has looked at many rows that do not fit", async () => {
    expect(ids((await log.page({ verb: "delete" }, 1)).events)).toEqual(["january"]);
  });

  it.each(["", "rubbish", "e30", Buffer.from('{"nextPartitionKey":1}').toString("base64url")])(
    "refuses %j as a continue token",
    async (token) => {
      await expect(log.page({}, 10, token)).rejects.toBeInstanceOf(InvalidContinueToken);
    },
  );

  it("stores a request's event with one storage operation, and those of many objects with as few", async () => {
    const many = Array.from({ length: 150 }, (_, index) =>
      auditEvent("2026-03-01T00:00:00.000Z", { auditID: "many", objectRef: { name: `n${index}` } }),
    );
    operations.length = 0;
    await log.append([auditEvent("2026-03-02T00:00:00.000Z")]);
    expect(operations).toHaveLength(1);
    await log.append(many);
    expect(operations).toHaveLength(3);
    expect((await log.page({ since: at("2026-03-01T00:00:00Z") }, 1000)).events).toHaveLength(151);
  });
});

describe("a record whose answer is lost", () => {
  let proxy: Awaited<ReturnType<typeof startAnswerDroppingProxy>>;
  beforeAll(async () => {
    proxy = await startAnswerDroppingProxy(Number(TABLES.exec(inject("azurite"))?.[1]));
  });
  afterAll(() => proxy.close());

  it("is sent again and stands once", async () => {
    const through = `TableEndpoint=http://127.0.0.1:${proxy.port}`;
    const { audit } = await open(inject("azurite").replace(TABLES, through));
    proxy.dropAnswers("PUT", 1);
    await audit.append([auditEvent("2026-01-01T10:00:00.000Z", { auditID: "once" })]);
    expect(proxy.dropped()).toBe(1);
    expect(ids((await audit.page({}, 10)).events)).toEqual(["once"]);
  });
});

describe("what is too old", () => {
  let log: AuditLog;
  beforeEach(async () => {
    log = (await open()).audit;
    const ofDay = (day: string) =>
      Array.from({ length: 120 }, (_, index) =>
        auditEvent(`2026-01-${day}T10:00:00.000Z`, { auditID: `${day}-${index}` }),
      );
    for (const day of ["01", "02", "03"]) await log.append(ofDay(day));
  });

  const left = async () => (await log.page({}, 1000)).events.length;

  it("goes by whole days", async () => {
    expect(await log.removeBefore(new Date("2026-01-03T23:00:00Z"), 1000)).toBe(false);
    expect(await left()).toBe(120);
    expect(await log.removeBefore(new Date("2026-01-03T23:00:00Z"), 1000)).toBe(false);
    expect(await left()).toBe(120);
  });

  it("goes in bounded steps, which say that there is more", async () => {
    const keep = new Date("2026-01-03T00:00:00Z");
    expect(await log.removeBefore(keep, 150)).toBe(true);
    expect(await left()).toBe(210);
    expect(await log.removeBefore(keep, 150)).toBe(false);
    expect(await left()).toBe(120);
  });

  it("may be removed by two at once", async () => {
    const keep = new Date("2026-01-04T00:00:00Z");
    await Promise.all([log.removeBefore(keep, 1000), log.removeBefore(keep, 1000)]);
    await log.removeBefore(keep, 1000);
    expect(await left()).toBe(0);
  });
});
