import { TableClient } from "@azure/data-tables";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { GroupedWrites, type RowAction } from "../../src/storage/grouped-writes.js";
import { freshPrefix } from "../support/table-prefix.js";

const PARTITION = "partition";
let client: TableClient;
let sent: string[];

beforeEach(async () => {
  sent = [];
  client = TableClient.fromConnectionString(inject("azurite"), `${freshPrefix()}rows`, {
    allowInsecureConnection: true,
    additionalPolicies: [
      {
        position: "perRetry",
        policy: {
          name: "recorder",
          sendRequest(request, next) {
            sent.push(`${request.method} ${new URL(request.url).pathname.split("/").at(-1)}`);
            return next(request);
          },
        },
      },
    ],
  });
  await client.createTable();
  sent = [];
});

const create = (rowKey: string, text = rowKey): RowAction => ({
  kind: "Create",
  entity: { partitionKey: PARTITION, rowKey, text },
});

async function textOf(rowKey: string): Promise<unknown> {
  return (await client.getEntity(PARTITION, rowKey)).text;
}

describe("GroupedWrites", () => {
  it("sends what arrives together as one transaction, with an ETag for each", async () => {
    const writes = new GroupedWrites(client);
    const rows = Array.from({ length: 30 }, (_, index) => `row-${index}`);
    const etags = await Promise.all(rows.map((row) => writes.write(create(row))));
    expect(sent).toEqual(["POST $batch"]);
    const stored = await Promise.all(rows.map((row) => client.getEntity(PARTITION, row)));
    expect(stored.map(({ etag }) => etag)).toEqual(etags);
  });

  it("sends a write by itself when nothing else is under way", async () => {
    const writes = new GroupedWrites(client);
    await writes.write(create("a"));
    await writes.write(create("b"));
    expect(sent.every((request) => !request.includes("$batch"))).toBe(true);
  });

  it("refuses only the writes that storage refuses, and carries out the others", async () => {
    const writes = new GroupedWrites(client);
    await writes.write(create("taken"));
    const stale = await writes.write(create("stale"));
    const etag = await writes.write({
      kind: "Replace",
      entity: { partitionKey: PARTITION, rowKey: "stale", text: "newer" },
      etag: stale ?? "",
    });
    const outcomes = await Promise.allSettled([
      writes.write(create("first")),
      writes.write(create("second")),
      writes.write(create("taken", "mine")),
      writes.write({
        kind: "Replace",
        entity: { partitionKey: PARTITION, rowKey: "stale", text: "mine" },
        etag: stale ?? "",
      }),
      writes.write({
        kind: "Upsert",
        entity: { partitionKey: PARTITION, rowKey: "third", text: "third" },
      }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(etag).not.toBe(stale);
    expect(await textOf("taken")).toBe("taken");
    expect(await textOf("stale")).toBe("newer");
    expect(await textOf("third")).toBe("third");
  });

  it("keeps the order of writes to one row", async () => {
    const writes = new GroupedWrites(client);
    const texts = ["one", "two", "three", "four"];
    await Promise.all(
      texts.map((text) =>
        writes.write({ kind: "Upsert", entity: { partitionKey: PARTITION, rowKey: "row", text } }),
      ),
    );
    expect(await textOf("row")).toBe("four");
  });

  it("divides what is too large for one transaction", async () => {
    const writes = new GroupedWrites(client);
    const large = "x".repeat(30_000);
    const rows = Array.from({ length: 90 }, (_, index) => `row-${index}`);
    await Promise.all(rows.map((row) => writes.write(create(row, large))));
    expect(sent.length).toBeGreaterThan(2);
    expect(await textOf("row-89")).toBe(large);
  });

  it("gives a row that no request may hold its own refusal", async () => {
    const writes = new GroupedWrites(client);
    const outcomes = await Promise.allSettled([
      writes.write(create("a")),
      writes.write(create("b")),
      writes.write(create("too-long", "x".repeat(40_000))),
      writes.write(create("c")),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });
});
