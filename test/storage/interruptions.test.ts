import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from "vitest";
import { z } from "zod";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { isStoreError } from "../../src/storage/object-store.js";
import { StorageUnavailable } from "../../src/storage/storage-unavailable.js";
import {
  type AnswerDroppingProxy,
  startAnswerDroppingProxy,
} from "../support/answer-dropping-proxy.js";
import { startTestAzurite } from "../support/azurite.js";
import {
  CONFIG_MAPS,
  configMap,
  configMapRef,
  versionOf,
  withValue,
} from "../support/stored-objects.js";
import { freshPrefix } from "../support/table-prefix.js";
import { WatchRecorder } from "../support/watch-recorder.js";

const Note = z.object({ text: z.string() });

function connect(connectionString: string) {
  const prefix = freshPrefix();
  const storage = connectStorage({ kind: "connectionString", connectionString, prefix });
  return { storage, objects: storage.objects, notes: storage.documents("notes", Note) };
}

describe("a write whose answer is lost", () => {
  let proxy: AnswerDroppingProxy;
  let opened: ReturnType<typeof connect>;

  beforeAll(async () => {
    const tableEndpoint = /TableEndpoint=http:\/\/127\.0\.0\.1:([0-9]+)/;
    const direct = inject("azurite");
    proxy = await startAnswerDroppingProxy(Number(tableEndpoint.exec(direct)?.[1]));
    opened = connect(direct.replace(tableEndpoint, `TableEndpoint=http://127.0.0.1:${proxy.port}`));
    await opened.storage.prepare();
  });

  afterAll(() => proxy.close());

  let before: number;
  beforeEach(() => {
    before = proxy.dropped();
  });

  it("has created the object", async () => {
    proxy.dropAnswers("POST", 1);
    const created = await opened.objects.create(configMapRef("created"), configMap("created"));

    expect(proxy.dropped() - before).toBe(1);
    expect(await opened.objects.get(configMapRef("created"))).toEqual(created);
  });

  it("has updated the object", async () => {
    const ref = configMapRef("updated");
    const created = await opened.objects.create(ref, configMap("updated"));
    proxy.dropAnswers("PUT", 2);
    const updated = await opened.objects.update(ref, withValue(created, "v2"));

    expect(proxy.dropped() - before).toBe(2);
    expect(await opened.objects.get(ref)).toEqual(updated);
  });

  it("has removed the object", async () => {
    const ref = configMapRef("removed");
    const created = await opened.objects.create(ref, configMap("removed"));
    proxy.dropAnswers("PUT", 1);
    await opened.objects.remove(ref, versionOf(created));

    expect(proxy.dropped() - before).toBe(1);
    expect(await opened.objects.get(ref)).toBeUndefined();
  });

  it("still conflicts when somebody else had written before", async () => {
    const ref = configMapRef("contended");
    const created = await opened.objects.create(ref, configMap("contended"));
    await opened.objects.update(ref, withValue(created, "v2"));
    proxy.dropAnswers("PUT", 1);
    const late = opened.objects.update(ref, withValue(created, "v3"));

    await expect(late).rejects.toSatisfy((error) => isStoreError(error, "Conflict"));
    expect(proxy.dropped() - before).toBe(1);
  });

  it("has inserted and replaced the document", async () => {
    proxy.dropAnswers("POST", 1);
    const version = await opened.notes.insert("p", "r", { text: "first" });
    proxy.dropAnswers("PUT", 1);
    await opened.notes.replace("p", "r", { text: "second" }, version);

    expect(proxy.dropped() - before).toBe(2);
    expect(await opened.notes.get("p", "r")).toMatchObject({ value: { text: "second" } });
  });

  it("has written the documents of a transaction", async () => {
    proxy.dropAnswers("POST", 1);
    await opened.notes.upsertAll("t", [{ row: "a", value: { text: "a" } }]);

    expect(proxy.dropped() - before).toBe(1);
    expect(await opened.notes.list("t")).toHaveLength(1);
  });
});

describe("a storage that stops", () => {
  it("is waited for while it restarts, by writes and by watches", async () => {
    const location = mkdtempSync(join(tmpdir(), "stagecoach-storage-"));
    onTestFinished(() => rmSync(location, { recursive: true, force: true }));
    const first = await startTestAzurite({ location });
    onTestFinished(() => first.stop());
    const { storage, objects } = connect(first.connectionString);
    await storage.prepare();
    const one = await objects.create(configMapRef("one"), configMap("one"));
    const recorder = new WatchRecorder(objects, CONFIG_MAPS);
    await recorder.until(["Added team/one"]);

    await first.stop();
    const writing = objects.update(configMapRef("one"), withValue(one, "v2"));
    const second = await startTestAzurite({ location, ports: first.ports });
    onTestFinished(() => second.stop());
    const updated = await writing;

    expect(await objects.get(configMapRef("one"))).toEqual(updated);
    await recorder.until(["Added team/one", "Modified team/one"]);
    await recorder.stop();
    storage.close();
  });

  it("is given up on after about ten seconds, with a name for it", async () => {
    const azurite = await startTestAzurite();
    const { storage, objects, notes } = connect(azurite.connectionString);
    await storage.prepare();
    await azurite.stop();
    const started = Date.now();
    const calls = [
      objects.get(configMapRef("one")),
      objects.list(CONFIG_MAPS),
      notes.upsertAll("p", [{ row: "r", value: { text: "a" } }]),
      notes.upsert("p", "large", { text: "0123456789".repeat(60_000) }),
    ];
    const results = await Promise.allSettled(calls);

    expect(Date.now() - started).toBeLessThan(15_000);
    for (const result of results) {
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(StorageUnavailable) });
    }
  });
});
