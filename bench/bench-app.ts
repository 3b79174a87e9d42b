import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HubClient } from "../local/hub-client.js";
import { startStagecoach } from "../local/stagecoach.js";
import { startTestAzurite } from "../test/support/azurite.js";
import { StorageOperations } from "./storage-operations.js";

/**
 * The whole product in this process, with storage of its own in memory: an Azurite with files writes all it holds anew
 * every few seconds, which no storage account does.
 */
export interface BenchApp {
  readonly url: string;
  readonly hub: HubClient;
  readonly connectionString: string;
  readonly operations: StorageOperations;
  stop(): Promise<void>;
}

/** Members that are real API servers: their names, which are also those of their contexts in the kubeconfig. */
export interface RealMembers {
  readonly names: readonly string[];
  readonly kubeconfig: string;
}

/** Starts it with that many simulated members. One at a time: the app is configured by this process's environment. */
export async function startBenchApp(members: number, real?: RealMembers): Promise<BenchApp> {
  const dataDir = mkdtempSync(join(tmpdir(), "stagecoach-bench-"));
  const options = {
    port: 0,
    members,
    realMembers: real?.names.map((name) => ({ name, context: name })) ?? [],
    kubeconfig: real?.kubeconfig,
    dataDir,
    fresh: false,
    help: false,
  };
  const azurite = await startTestAzurite();
  const { connectionString } = azurite;
  const stagecoach = await startStagecoach(options, {
    projectRoot: process.cwd(),
    warn: (message) => process.stderr.write(`${message}\n`),
    storage: connectionString,
  }).catch(async (error: unknown) => {
    await azurite.stop();
    throw error;
  });
  const operations = new StorageOperations(connectionString);
  return {
    url: stagecoach.hubUrl,
    hub: new HubClient(stagecoach.hubUrl),
    connectionString,
    operations,
    async stop() {
      operations.stop();
      await stagecoach.stop();
      await azurite.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
