import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { connectStorage, type Storage } from "../../src/storage/connect-storage.js";
import type { Documents } from "../../src/storage/documents.js";
import { freshPrefix } from "../support/table-prefix.js";

const AHEAD = { ahead: true };
const NAMES = ["a", "b", "c", "d"];

let storage: Storage;
let notes: Documents<string>;
let reads: number;
beforeEach(async () => {
  storage = connectStorage(
    { kind: "connectionString", connectionString: inject("azurite"), prefix: freshPrefix() },
    {
      onOperation: (name) => {
        if (name === "table GET") reads += 1;
      },
    },
  );
  notes = storage.documents("notes", z.string());
  await storage.prepare();
  await notes.upsertAll(
    "p",
    NAMES.map((row) => ({ row, value: `first ${row}` })),
  );
  reads = 0;
});
afterEach(() => storage.close());

const valueAhead = async (row: string) => (await notes.get("p", row, AHEAD))?.value;

describe("rows read ahead", () => {
  it("take one read for those that are asked for one after the other", async () => {
    for (const row of NAMES) expect(await valueAhead(row)).toBe(`first ${row}`);
    expect(reads).toBe(1);
  });

  it("take one read for those that are asked for at once, in any order", async () => {
    const values = await Promise.all(["c", "a", "d"].map(valueAhead));
    expect(values).toEqual(["first c", "first a", "first d"]);
    expect(reads).toBe(1);
  });

  it("tell of keys between them and after them that there is no row", async () => {
    expect(await valueAhead("a")).toBe("first a");
    expect(await Promise.all(["bb", "z"].map(valueAhead))).toEqual([undefined, undefined]);
    expect(reads).toBe(1);
  });

  it("may be out of date the first time, which a write finds out, and never the second time", async () => {
    expect(await valueAhead("a")).toBe("first a");
    await notes.upsert("p", "b", "second b");
    const ahead = await notes.get("p", "b", AHEAD);
    expect(ahead?.value).toBe("first b");
    await expect(notes.replace("p", "b", "third b", ahead?.version ?? "")).rejects.toMatchObject({
      kind: "Conflict",
    });
    expect(await valueAhead("b")).toBe("second b");
  });

  it("are read for a key before them too", async () => {
    expect(await valueAhead("c")).toBe("first c");
    expect(await valueAhead("b")).toBe("first b");
    expect(reads).toBe(2);
  });
});
