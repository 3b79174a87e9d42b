import { beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import type { KubeObject } from "../../src/api/meta.js";
import { connectStorage, type Storage } from "../../src/storage/connect-storage.js";
import { freshPrefix } from "../support/table-prefix.js";
import { WatchRecorder } from "../support/watch-recorder.js";

const GROUP = "placement.kubernetes-fleet.io";
const SNAPSHOTS = { group: GROUP, resource: "clusterresourcesnapshots" };

describe("resource snapshots in storage", () => {
  let prefix: string;
  let storage: Storage;
  let operations: string[];

  function connect(): Storage {
    const connectionString = inject("azurite");
    const opened = connectStorage(
      { kind: "connectionString", connectionString, prefix },
      { onOperation: (name) => operations.push(name) },
    );
    onTestFinished(() => opened.close());
    return opened;
  }

  const ref = (name: string) => ({ ...SNAPSHOTS, name });
  const resources = (text: string): KubeObject[] => [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "cm", namespace: "a" },
      data: { text },
    },
  ];
  const snapshot = (name: string, text: string): KubeObject => ({
    apiVersion: `${GROUP}/v1`,
    kind: "ClusterResourceSnapshot",
    metadata: { name, labels: { "kubernetes-fleet.io/is-latest-snapshot": "true" } },
    spec: { selectedResources: resources(text) },
  });
  const create = (name: string, text: string) =>
    storage.objects.create(ref(name), snapshot(name, text));

  beforeEach(async () => {
    prefix = freshPrefix();
    operations = [];
    storage = connect();
    await storage.prepare();
  });

  it("are read whole, in every way", async () => {
    const created = await create("crp-0-snapshot", "one");
    const elsewhere = connect();

    expect(created).toMatchObject(snapshot("crp-0-snapshot", "one"));
    expect(created).not.toHaveProperty("contents");
    expect(await elsewhere.objects.get(ref("crp-0-snapshot"))).toEqual(created);
    expect((await elsewhere.objects.list(SNAPSHOTS)).items).toEqual([created]);
  });

  it("have rows without their resources", async () => {
    await create("crp-0-snapshot", "one");

    const row = await storage.rows.get(ref("crp-0-snapshot"));
    expect(row?.spec).toEqual({});
    expect(row?.contents).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("keep their resources when the row alone is updated", async () => {
    await create("crp-0-snapshot", "one");
    const row = (await storage.rows.get(ref("crp-0-snapshot"))) as KubeObject;
    await storage.rows.update(ref("crp-0-snapshot"), {
      ...row,
      metadata: { ...row.metadata, labels: { "kubernetes-fleet.io/is-latest-snapshot": "false" } },
    });

    expect(await storage.objects.get(ref("crp-0-snapshot"))).toMatchObject({
      metadata: { labels: { "kubernetes-fleet.io/is-latest-snapshot": "false" } },
      spec: { selectedResources: resources("one") },
    });
  });

  it("are updated and removed as they are read", async () => {
    const created = await create("crp-0-snapshot", "one");
    const updated = await storage.objects.update(ref("crp-0-snapshot"), {
      ...created,
      spec: { selectedResources: resources("two") },
    });
    expect(updated.spec).toEqual({ selectedResources: resources("two") });

    const removed = await storage.objects.remove(
      ref("crp-0-snapshot"),
      updated.metadata.resourceVersion ?? "",
    );
    expect(removed.spec).toEqual({ selectedResources: resources("two") });
  });

  it("are watched whole", async () => {
    const recorder = new WatchRecorder(storage.objects, SNAPSHOTS);
    const created = await create("crp-0-snapshot", "one");
    const updated = await storage.objects.update(ref("crp-0-snapshot"), {
      ...created,
      spec: { selectedResources: resources("two") },
    });
    await recorder.until(["Added /crp-0-snapshot", "Modified /crp-0-snapshot"]);
    await recorder.stop();

    expect(recorder.events).toEqual([
      { type: "Added", object: created },
      { type: "Modified", object: updated, previous: created },
    ]);
  });

  it("share one copy of the same resources", async () => {
    await create("crp-0-snapshot", "same");
    operations = [];
    await create("crp-1-snapshot", "same");

    expect(operations.filter((name) => name.startsWith("blob"))).toEqual([]);
    operations = [];
    await connect().objects.create(ref("crp-2-snapshot"), snapshot("crp-2-snapshot", "same"));
    expect(operations.filter((name) => name === "blob PUT")).toEqual([]);
  });

  it("are downloaded once for many readers at a time", async () => {
    await create("crp-0-snapshot", "one");
    const reader = connect();
    operations = [];
    await Promise.all(Array.from({ length: 20 }, () => reader.objects.get(ref("crp-0-snapshot"))));

    expect(operations.filter((name) => name.startsWith("blob")).length).toBeLessThanOrEqual(2);
  });

  it("stay as they are when they hold nothing", async () => {
    const empty = { ...snapshot("crp-0-snapshot", ""), spec: { selectedResources: [] } };
    const created = await storage.objects.create(ref("crp-0-snapshot"), empty);

    expect(created.spec).toEqual({ selectedResources: [] });
    expect(await storage.rows.get(ref("crp-0-snapshot"))).toEqual(created);
  });

  it("name the contents that are missing", async () => {
    const lost = { ...snapshot("crp-0-snapshot", ""), spec: {}, contents: { hash: "abc" } };
    await storage.rows.create(ref("crp-0-snapshot"), lost);

    await expect(storage.objects.get(ref("crp-0-snapshot"))).rejects.toThrow(
      "ClusterResourceSnapshot crp-0-snapshot: its contents abc are not in storage",
    );
  });
});

describe("snapshot contents", () => {
  it("come back from blobs as they were put, and are undefined when they never were", async () => {
    const config = {
      kind: "connectionString" as const,
      connectionString: inject("azurite"),
      prefix: freshPrefix(),
    };
    const writer = connectStorage(config);
    await writer.prepare();
    const resources = [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "cm", unknownField: { kept: true } },
        data: { large: "0123456789".repeat(300_000) },
      },
    ];
    await writer.contents.put("abc", resources);
    await writer.contents.put("abc", resources);

    const reader = connectStorage(config).contents;
    expect(await reader.get("abc")).toEqual(resources);
    expect(await reader.get("abd")).toBeUndefined();
  });
});
