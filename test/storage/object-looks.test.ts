import { TableClient } from "@azure/data-tables";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { freshPrefix } from "../support/table-prefix.js";

const ref = { group: "g", resource: "placements", name: "web" };
const placement = (more: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: "g/v1",
  kind: "Placement",
  metadata: { name: "web", uid: "uid-1" },
  spec: { policy: "all" },
  ...more,
});

let storage: ReturnType<typeof connectStorage>;
let prefix: string;

beforeEach(async () => {
  prefix = freshPrefix();
  const connectionString = inject("azurite");
  storage = connectStorage({ kind: "connectionString", connectionString, prefix });
  await storage.prepare();
});
afterEach(() => storage.close());

describe("withoutStatus", () => {
  it.each([
    { size: "no status", units: undefined },
    { size: "a small status, which may be told", units: 10 },
    { size: "a status of several pieces", units: 100_000 },
    { size: "a status that needs a blob", units: 600_000 },
  ])("tells all else of an object with $size", async ({ units }) => {
    const status = units === undefined ? {} : { status: { text: "x".repeat(units) } };
    const stored = await storage.rows.create(ref, placement(status));
    const seen = await storage.rows.withoutStatus(ref);
    expect({ ...seen, status: undefined }).toEqual({ ...stored, status: undefined });
    expect(await storage.rows.get(ref)).toEqual(stored);
  });

  it("leaves a large status where it is", async () => {
    await storage.rows.create(ref, placement({ status: { text: "x".repeat(100_000) } }));
    expect(await storage.rows.withoutStatus(ref)).not.toHaveProperty("status");
  });

  it("tells all of an object that is large without its status", async () => {
    const stored = await storage.rows.create(ref, placement({ data: "x".repeat(100_000) }));
    expect(await storage.rows.withoutStatus(ref)).toEqual(stored);
  });

  it("knows nothing of an object that is not there, or no more", async () => {
    expect(await storage.rows.withoutStatus(ref)).toBeUndefined();
    const { metadata } = await storage.rows.create(ref, placement());
    await storage.rows.remove(ref, metadata.resourceVersion ?? "");
    expect(await storage.rows.withoutStatus(ref)).toBeUndefined();
  });
});

describe("livingUid", () => {
  it.each([
    { state: "lives", metadata: {}, uid: "uid-1" },
    { state: "is going", metadata: { deletionTimestamp: "2026-01-01T10:00:00Z" }, uid: undefined },
  ])("tells of an object that $state", async ({ metadata, uid }) => {
    const object = placement();
    await storage.rows.create(ref, { ...object, metadata: { ...object.metadata, ...metadata } });
    expect(await storage.rows.livingUid(ref)).toBe(uid);
  });

  it("tells of an object whose row says nothing but its text", async () => {
    await storage.rows.create(ref, placement());
    const client = TableClient.fromConnectionString(inject("azurite"), `${prefix}objects`, {
      allowInsecureConnection: true,
    });
    for await (const { partitionKey = "", rowKey = "", j0 } of client.listEntities()) {
      await client.updateEntity({ partitionKey, rowKey, j0 }, "Replace");
    }
    expect(await storage.rows.livingUid(ref)).toBe("uid-1");
    expect((await storage.rows.withoutStatus(ref))?.metadata.uid).toBe("uid-1");
  });
});
