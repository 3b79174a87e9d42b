import { describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { withRecentLists } from "../../src/storage/recent-lists.js";
import { freshPrefix } from "../support/table-prefix.js";

async function twoProcesses() {
  let time = 0;
  const account = {
    kind: "connectionString",
    connectionString: inject("azurite"),
    prefix: freshPrefix(),
  } as const;
  const storage = connectStorage(account);
  const documents = storage.documents("rows", z.string());
  await storage.prepare();
  await documents.upsertAll("p", [
    { row: "a", value: "1" },
    { row: "b", value: "1" },
  ]);
  const mine = withRecentLists(documents, () => time);
  const values = async (recent: boolean) =>
    (await mine.list("p", { recent })).map(({ value }) => value);
  const pass = (ms: number) => {
    time += ms;
  };
  return { mine, theirs: documents, values, pass };
}

describe("withRecentLists", () => {
  it("gives a recent list without reading again, and a new one to whoever insists", async () => {
    const { theirs, values } = await twoProcesses();
    await values(true);
    await theirs.upsert("p", "a", "2");
    expect(await values(true)).toEqual(["1", "1"]);
    expect(await values(false)).toEqual(["2", "1"]);
    expect(await values(true)).toEqual(["2", "1"]);
  });

  it("sees its own writes at once", async () => {
    const { mine, values } = await twoProcesses();
    const [first] = await mine.list("p", { recent: true });
    await mine.replace("p", "a", "2", first?.version ?? "");
    expect(await values(true)).toEqual(["2", "1"]);
    await mine.upsertAll("p", [{ row: "c", value: "3" }]);
    expect(await values(true)).toEqual(["2", "1", "3"]);
  });

  it("keeps what it writes while a list is on its way", async () => {
    const { theirs } = await twoProcesses();
    const [first] = await theirs.list("p");
    const read = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const mine = withRecentLists(
      {
        ...theirs,
        async list(partition, options) {
          const rows = await theirs.list(partition, options);
          read.resolve();
          await written.promise;
          return rows;
        },
      },
      () => 0,
    );
    const listing = mine.list("p");
    await read.promise;
    await mine.replace("p", "a", "2", first?.version ?? "");
    written.resolve();
    await listing;
    const known = await mine.list("p", { recent: true });
    expect(known.map(({ value }) => value)).toEqual(["2", "1"]);
  });

  it("takes a part of the partition from a recent list of all of it", async () => {
    const { mine, theirs, values } = await twoProcesses();
    await values(false);
    await theirs.upsert("p", "b", "2");
    const [part] = await mine.list("p", { prefix: "b", recent: true });
    expect(part).toMatchObject({ row: "b", value: "1" });
    const [anew] = await mine.list("p", { prefix: "b" });
    expect(anew).toMatchObject({ row: "b", value: "2" });
  });

  it("reads again once a write is refused: another process has been there", async () => {
    const { mine, theirs, values } = await twoProcesses();
    const [first] = await mine.list("p", { recent: true });
    await theirs.upsert("p", "a", "2");
    await expect(mine.replace("p", "a", "3", first?.version ?? "")).rejects.toMatchObject({
      kind: "Conflict",
    });
    expect(await values(true)).toEqual(["2", "1"]);
  });

  it("reads again after half a minute", async () => {
    const { theirs, values, pass } = await twoProcesses();
    await values(true);
    await theirs.upsert("p", "a", "2");
    pass(30_001);
    expect(await values(true)).toEqual(["2", "1"]);
  });
});
