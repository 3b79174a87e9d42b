import { createWriteStream } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { DataDir } from "./data-dir.js";
import {
  type FunctionsHost,
  type FunctionsHostOptions,
  startFunctionsHost,
} from "./functions-host/host.js";
import { HubClient } from "./hub-client.js";
import { UsageError } from "./start-options.js";

const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** The app settings of a local start; the app reads them when the host loads it. */
export function setAppSettings(connectionString: string, dir: DataDir): void {
  process.env.AzureWebJobsStorage = connectionString;
  process.env.MEMBER_KUBECONFIG = dir.membersKubeconfig;
  // Those of a deployed app, exported in somebody's shell, would win over the connection string.
  delete process.env.AzureWebJobsStorage__tableServiceUri;
  delete process.env.AzureWebJobsStorage__blobServiceUri;
}

export interface LocalHostOptions {
  readonly projectRoot: string;
  readonly port: number;
  readonly dir: DataDir;
  readonly log: LocalLog;
}

/** Starts the host with the app and waits until the API answers. @throws UsageError when the port is busy */
export async function startLocalHost(options: LocalHostOptions): Promise<FunctionsHost> {
  const host = await listen(options);
  try {
    await untilReady(new HubClient(host.url));
    return host;
  } catch (error) {
    await host.stop();
    throw error;
  }
}

async function listen({ projectRoot, port, dir, log }: LocalHostOptions): Promise<FunctionsHost> {
  try {
    return await startFunctionsHost({
      scriptRoot: projectRoot,
      port,
      dataDir: dir.durable,
      log: log.hostLine,
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw portIsBusy(port, error);
    }
    throw error;
  }
}

export function portIsBusy(port: number, cause?: Error): UsageError {
  return new UsageError(`port ${port} is in use: choose another one with --port`, { cause });
}

async function untilReady(hub: HubClient): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await hub.isReady())) {
    if (Date.now() > deadline) {
      throw new Error(`the API did not get ready within ${READY_WITHIN_MS / 1000} s`);
    }
    await delay(POLL_MS);
  }
}

/** What the parts say: everything goes to a file, what went wrong also to the person. */
export interface LocalLog {
  readonly hostLine: FunctionsHostOptions["log"];
  /** Something that went wrong outside the host. */
  warn(message: string): void;
  close(): Promise<void>;
}

/** Opens the log of one start; that of the start before is overwritten. */
export function openLocalLog(file: string, show: (message: string) => void): LocalLog {
  const stream = createWriteStream(file);
  stream.on("error", (error) => show(`${file} cannot be written: ${error.message}`));
  const write = (level: string, text: string) => {
    stream.write(`${new Date().toISOString()} ${level.padEnd(5)} ${text}\n`);
    if (level === "warn" || level === "error") show(text);
  };
  return {
    hostLine: ({ level, message, functionName, invocationId }) => {
      const subject = [functionName, invocationId].filter(Boolean).join(" ");
      write(level, subject ? `${subject}: ${message}` : message);
    },
    warn: (message) => write("warn", message),
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}
