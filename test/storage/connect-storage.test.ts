import { describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { isStoreError } from "../../src/storage/object-store.js";
import { CONFIG_MAPS, configMap, configMapRef } from "../support/stored-objects.js";
import { freshPrefix } from "../support/table-prefix.js";
import { WatchRecorder } from "../support/watch-recorder.js";

function connect(prefix: string, onOperation?: (name: string) => void) {
  return connectStorage(
    { kind: "connectionString", connectionString: inject("azurite"), prefix },
    onOperation ? { onOperation } : {},
  );
}

describe("connectStorage", () => {
  it("sends one request for each object read or written", async () => {
    const operations: string[] = [];
    const storage = connect(freshPrefix(), (name) => operations.push(name));
    await storage.prepare();
    operations.length = 0;
    const created = await storage.objects.create(configMapRef("one"), configMap("one"));
    await storage.objects.update(configMapRef("one"), created);
    await storage.objects.get(configMapRef("one"));
    await storage.objects.list(CONFIG_MAPS);

    expect(operations).toEqual(["table POST", "table PUT", "table GET", "table GET"]);
  });

  it("sends nothing before it is used, also for the app's identity", () => {
    const operations: string[] = [];
    connectStorage(
      {
        kind: "identity",
        tableEndpoint: "https://127.0.0.1:1",
        blobEndpoint: "https://127.0.0.1:1",
        clientId: "00000000-0000-0000-0000-000000000000",
      },
      { onOperation: (name) => operations.push(name) },
    );
    expect(operations).toEqual([]);
  });

  it("ends its watches when it is closed", async () => {
    const storage = connect(freshPrefix());
    await storage.prepare();
    await storage.objects.create(configMapRef("one"), configMap("one"));
    const watched: string[] = [];
    for await (const { object } of storage.objects.watch(
      CONFIG_MAPS,
      undefined,
      new AbortController().signal,
    )) {
      watched.push(object.metadata.name);
      storage.close();
    }
    expect(watched).toEqual(["one"]);
  });

  it("keeps apart what has different prefixes", async () => {
    const [one, two] = [connect(freshPrefix()), connect(freshPrefix())];
    await Promise.all([one.prepare(), two.prepare()]);
    await one.objects.create(configMapRef("one"), configMap("one"));

    expect((await two.objects.list(CONFIG_MAPS)).items).toEqual([]);
  });

  it("tells every watch when the table has gone", async () => {
    const storage = connect(freshPrefix());
    const recorder = new WatchRecorder(storage.objects, CONFIG_MAPS);

    await expect.poll(() => recorder.failure, { timeout: 5000 }).toBeInstanceOf(Error);
    storage.close();
  });

  it("refuses what is too large to be one document", async () => {
    const storage = connect(freshPrefix());
    const texts = storage.documents("texts", z.string());
    await storage.prepare();

    await expect(texts.insert("p", "r", "x".repeat(32_000_001))).rejects.toSatisfy((error) =>
      isStoreError(error, "TooLarge"),
    );
  });
});
