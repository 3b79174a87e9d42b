import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { TableClient, TableServiceClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { z } from "zod";
import { azuriteConnectionString } from "../../local/azurite-process.js";
import { dataDirAt, readJson } from "../../local/data-dir.js";

/** Bytes that a local installation keeps, and where. */
interface Kept {
  readonly place: string;
  readonly text: string;
}

const Ports = z.object({
  ports: z.object({ blob: z.number(), queue: z.number(), table: z.number() }),
});

/**
 * Where a running local installation keeps a text: each table and blob, and each file of its data directory (queues, the
 * state of Durable Functions, logs), unpacked where it is packed, and also in base64.
 */
export async function placesOf(dataDir: string, needle: string): Promise<readonly string[]> {
  const { ports } = Ports.parse(readJson(dataDirAt(dataDir).azuriteState));
  const connection = azuriteConnectionString(ports);
  const kept = [
    ...(await inTables(connection)),
    ...(await inBlobs(connection)),
    ...inFiles(dataDir),
  ];
  const forms = [needle, Buffer.from(needle).toString("base64").replace(/=+$/, "").slice(0, -1)];
  return kept
    .filter(({ text }) => forms.some((form) => text.includes(form)))
    .map(({ place }) => place);
}

async function inTables(connection: string): Promise<readonly Kept[]> {
  const options = { allowInsecureConnection: true };
  const kept: Kept[] = [];
  for await (const { name = "" } of TableServiceClient.fromConnectionString(
    connection,
    options,
  ).listTables()) {
    const table = TableClient.fromConnectionString(connection, name, options);
    for await (const entity of table.listEntities()) {
      const values = Object.values(entity).map((value) =>
        value instanceof Uint8Array ? unpacked(Buffer.from(value)) : String(value),
      );
      kept.push({ place: `table ${name}`, text: values.join("\n") });
    }
  }
  return kept;
}

async function inBlobs(connection: string): Promise<readonly Kept[]> {
  const service = BlobServiceClient.fromConnectionString(connection);
  const kept: Kept[] = [];
  for await (const { name: container } of service.listContainers()) {
    const client = service.getContainerClient(container);
    for await (const { name } of client.listBlobsFlat()) {
      const { readableStreamBody } = await client.getBlobClient(name).download();
      if (!readableStreamBody) throw new Error(`blob ${name} has no content`);
      kept.push({ place: `blob ${name}`, text: unpacked(await buffer(readableStreamBody)) });
    }
  }
  return kept;
}

function inFiles(dataDir: string): readonly Kept[] {
  return readdirSync(dataDir, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(dataDir, path)).isFile())
    .map((path) => ({
      place: `file ${path}`,
      text: unpacked(readFileSync(join(dataDir, path))),
    }));
}

function unpacked(bytes: Buffer): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : bytes).toString("latin1");
}
