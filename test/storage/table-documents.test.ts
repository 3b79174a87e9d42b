import { BlobServiceClient } from "@azure/storage-blob";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { connectStorage } from "../../src/storage/connect-storage.js";
import type { Documents } from "../../src/storage/documents.js";
import { isStoreError, type StoreErrorKind } from "../../src/storage/object-store.js";
import { freshPrefix } from "../support/table-prefix.js";

const Note = z.object({ text: z.string(), count: z.number().default(0) });
type Note = z.infer<typeof Note>;

const LARGE = "0123456789".repeat(60_000);

describe("table documents", () => {
  let prefix: string;
  let documents: Documents<Note>;

  function connect() {
    const connectionString = inject("azurite");
    return connectStorage({ kind: "connectionString", connectionString, prefix });
  }

  beforeEach(async () => {
    prefix = freshPrefix();
    const storage = connect();
    documents = storage.documents("notes", Note);
    await storage.prepare();
  });

  const note = (text: string): Note => ({ text, count: 1 });
  const rowsOf = async (partition: string, prefixOfRow?: string) =>
    (await documents.list(partition, prefixOfRow === undefined ? {} : { prefix: prefixOfRow })).map(
      ({ row }) => row,
    );

  it("gives back what was inserted, with its version", async () => {
    const version = await documents.insert("p", "r", note("a"));

    expect(await documents.get("p", "r")).toEqual({ value: note("a"), version });
  });

  it.each([
    {
      behaviour: "keeps a row whose key holds characters a table forbids",
      row: "a/b\\c#d?e%'\n\t|",
    },
    { behaviour: "keeps a row whose key is beyond ASCII", row: "clüster-🚀" },
    { behaviour: "keeps a row whose key is empty", row: "" },
  ])("$behaviour", async ({ row }) => {
    const partition = `in ${row}`;
    await documents.upsert(partition, row, note(row));
    await documents.upsertAll(partition, [{ row: "other", value: note("other") }]);

    expect(await documents.get(partition, row)).toMatchObject({ value: note(row) });
    expect(await rowsOf(partition)).toEqual(expect.arrayContaining([row, "other"]));
    await documents.removePartition(partition);
    expect(await rowsOf(partition)).toEqual([]);
  });

  it.each<{ behaviour: string; kind: StoreErrorKind; act: () => Promise<unknown> }>([
    {
      behaviour: "refuses to insert what exists",
      kind: "AlreadyExists",
      act: () => documents.insert("p", "r", note("b")),
    },
    {
      behaviour: "refuses to replace another version",
      kind: "Conflict",
      act: async () => documents.replace("p", "r", note("b"), await staleVersion()),
    },
    {
      behaviour: "refuses to replace what does not exist",
      kind: "NotFound",
      act: async () => documents.replace("p", "none", note("b"), await staleVersion()),
    },
    {
      behaviour: "refuses to remove another version",
      kind: "Conflict",
      act: async () => documents.remove("p", "r", await staleVersion()),
    },
  ])("$behaviour", async ({ kind, act }) => {
    await documents.insert("p", "r", note("a"));

    await expect(act()).rejects.toSatisfy((error) => isStoreError(error, kind));
  });

  async function staleVersion(): Promise<string> {
    const version = (await documents.get("p", "r"))?.version ?? "";
    await documents.upsert("p", "r", note("newer"));
    return version;
  }

  it("replaces and removes the version it was given", async () => {
    const first = await documents.insert("p", "r", note("a"));
    const second = await documents.replace("p", "r", note("b"), first);
    expect(await documents.get("p", "r")).toEqual({ value: note("b"), version: second });

    await documents.remove("p", "r", second);
    expect(await documents.get("p", "r")).toBeUndefined();
  });

  it("does not mind removing what is not there", async () => {
    await documents.remove("p", "none");
    await documents.removePartition("none");
    await documents.remove("p", "none", await documents.insert("p", "r", note("a")));
  });

  it("lets one of many who claim a row win", async () => {
    const version = await documents.insert("p", "r", note("free"));
    const claims = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        documents.replace("p", "r", note(`claimed by ${index}`), version),
      ),
    );
    expect(claims.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("lists the rows of one partition by key, or those with a prefix", async () => {
    await documents.upsertAll(
      "p",
      ["stage-1/b", "stage-1/a", "stage-10/c", "stage-1", "z", "A"].map((row) => ({
        row,
        value: note(row),
      })),
    );
    await documents.upsert("p2", "elsewhere", note("x"));

    expect(await rowsOf("p")).toEqual([
      "A",
      "stage-1",
      "stage-1/a",
      "stage-1/b",
      "stage-10/c",
      "z",
    ]);
    expect(await rowsOf("p", "stage-1/")).toEqual(["stage-1/a", "stage-1/b"]);
    expect(await rowsOf("p", "stage-1")).toEqual([
      "stage-1",
      "stage-1/a",
      "stage-1/b",
      "stage-10/c",
    ]);
    expect(await rowsOf("none")).toEqual([]);
  });

  it("writes and removes thousands of rows of one partition", async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => ({
      row: `cluster-${String(index).padStart(5, "0")}`,
      value: note(`${index}`),
    }));
    await documents.upsertAll("p", rows);
    expect((await documents.list("p")).map(({ row, value }) => ({ row, value }))).toEqual(rows);

    await documents.removePartition("p");
    expect(await rowsOf("p")).toEqual([]);
  });

  it("takes the last of several values for one row", async () => {
    await documents.upsertAll("p", [
      { row: "r", value: note("first") },
      { row: "r", value: note("last") },
    ]);
    expect(await documents.get("p", "r")).toMatchObject({ value: note("last") });
  });

  it("writes transactions of rows that are too large for one together", async () => {
    const rows = Array.from({ length: 12 }, (_, index) => ({
      row: `${10 + index}`,
      value: note(`"${index}"`.repeat(100_000).slice(0, 400_000)),
    }));
    await documents.upsertAll("p", rows);

    expect((await documents.list("p")).map(({ value }) => value)).toEqual(
      rows.map(({ value }) => value),
    );
  });

  it("removes a partition that others are removing too", async () => {
    const rows = Array.from({ length: 150 }, (_, index) => ({ row: `${index}`, value: note("a") }));
    await documents.upsertAll("p", rows);
    await Promise.all([1, 2, 3].map(() => documents.removePartition("p")));

    expect(await rowsOf("p")).toEqual([]);
  });

  describe("larger than a row", () => {
    it("are kept in blobs, one per document", async () => {
      const first = await documents.insert("p", "r", note(LARGE));
      const second = await documents.replace("p", "r", note(`${LARGE}2`), first);
      await documents.upsert("p", "r", note(`${LARGE}3`));
      expect(await documents.get("p", "r")).toMatchObject({ value: note(`${LARGE}3`) });
      expect((await documents.list("p"))[0]?.value).toEqual(note(`${LARGE}3`));
      expect(await countBlobs()).toBe(1);

      await expect(documents.replace("p", "r", note(LARGE), second)).rejects.toThrow();
      expect(await countBlobs()).toBe(1);

      await documents.upsert("p", "r", note("small"));
      expect(await countBlobs()).toBe(0);
    });

    it("are written many at a time, and go with their row", async () => {
      await documents.upsertAll("p", [
        { row: "a", value: note(LARGE) },
        { row: "b", value: note("small") },
      ]);
      expect((await documents.list("p")).map(({ value }) => value)).toEqual([
        note(LARGE),
        note("small"),
      ]);
      await documents.remove("p", "a");
      expect(await countBlobs()).toBe(0);
    });

    it("go with their partition", async () => {
      await documents.upsert("p", "a", note(LARGE));
      await documents.removePartition("p");
      expect(await countBlobs()).toBe(0);
    });

    it("can be read while they are rewritten", async () => {
      await documents.upsert("p", "r", note(`${LARGE}0`));
      const reader = connect().documents("notes", Note);
      const rewriting = (async () => {
        for (let round = 1; round <= 10; round += 1) {
          await documents.upsert("p", "r", note(`${LARGE}${round}`));
        }
      })();
      for (let round = 0; round < 10; round += 1) {
        expect((await reader.get("p", "r"))?.value.text.startsWith(LARGE)).toBe(true);
      }
      await rewriting;
    });
  });

  it("fills in what an older release did not write", async () => {
    const older = connect().documents("notes", z.object({ text: z.string() }));
    await older.upsert("p", "r", { text: "old" });

    expect(await documents.get("p", "r")).toMatchObject({ value: { text: "old", count: 0 } });
  });

  it("names the document that does not fit its schema", async () => {
    const other = connect().documents("notes", z.object({ other: z.number() }));
    await other.upsert("p", "r", { other: 1 });

    await expect(documents.get("p", "r")).rejects.toThrow(/notes\/p\/r does not fit.*text/s);
  });

  it("says so when the table was never created", async () => {
    const missing = connect().documents("missing", Note);

    await expect(missing.get("p", "r")).rejects.toThrow(/missing.*refused/s);
    await expect(missing.upsert("p", "r", note("a"))).rejects.toThrow(/missing.*refused/s);
  });

  it("can be prepared by many at once", async () => {
    prefix = freshPrefix();
    const storages = [connect(), connect(), connect()];
    for (const storage of storages) storage.documents("notes", Note);

    await Promise.all(storages.map((storage) => storage.prepare()));
    await storages[0]?.prepare();
  });

  async function countBlobs(): Promise<number> {
    const service = BlobServiceClient.fromConnectionString(inject("azurite"));
    let blobs = 0;
    for await (const _blob of service.getContainerClient(`${prefix}-data`).listBlobsFlat()) {
      blobs += 1;
    }
    return blobs;
  }
});
