import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Ports of one Azurite on loopback. */
export interface AzuritePorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

/**
 * Account and key every Azurite has. Public, not a secret.
 * Source: Azurite README, "Default Storage Account".
 */
const ACCOUNT = "devstoreaccount1";
const KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** What Node has to run for an Azurite with its data in `location`, or in memory without one. */
export function azuriteArguments(options: {
  readonly ports: AzuritePorts;
  readonly location?: string;
}): string[] {
  const { ports, location } = options;
  return [
    azuriteScript(),
    "--blobPort",
    String(ports.blob),
    "--queuePort",
    String(ports.queue),
    "--tablePort",
    String(ports.table),
    ...(location === undefined ? ["--inMemoryPersistence"] : ["--location", location]),
    "--skipApiVersionCheck",
    "--silent",
    "--disableTelemetry",
  ];
}

function azuriteScript(): string {
  const manifest = createRequire(import.meta.url).resolve("azurite/package.json");
  return join(dirname(manifest), "dist", "src", "azurite.js");
}

/** How the storage SDKs reach it. */
export function azuriteConnectionString(ports: AzuritePorts): string {
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${ACCOUNT}`,
    `AccountKey=${KEY}`,
    `BlobEndpoint=http://127.0.0.1:${ports.blob}/${ACCOUNT}`,
    `QueueEndpoint=http://127.0.0.1:${ports.queue}/${ACCOUNT}`,
    `TableEndpoint=http://127.0.0.1:${ports.table}/${ACCOUNT}`,
    "",
  ].join(";");
}

/** Whether an Azurite, and not something else, answers on the ports that the product uses. */
export async function isAzuriteAnswering(ports: AzuritePorts): Promise<boolean> {
  const answers = await Promise.all([serverOf(ports.blob), serverOf(ports.table)]);
  return answers.every((server) => server.startsWith("Azurite"));
}

/** The `Server` header, or nothing when nobody listens yet. */
async function serverOf(port: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: "HEAD",
      signal: AbortSignal.timeout(2_000),
    });
    return response.headers.get("server") ?? "";
  } catch {
    // Refused, reset or too slow: whoever asks will ask again.
    return "";
  }
}
