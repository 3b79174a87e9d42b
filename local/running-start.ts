import { rmSync } from "node:fs";
import { z } from "zod";
import { type DataDir, readJson, writeJson } from "./data-dir.js";
import { HubClient } from "./hub-client.js";
import { isAlive } from "./processes.js";
import { UsageError } from "./start-options.js";

const RunningStart = z.object({ pid: z.number().int(), url: z.string() });

/**
 * Two hosts on one data directory would both run its orchestrations.
 *
 * @throws UsageError when a start is still serving this directory
 */
export async function refuseSecondStart(dir: DataDir): Promise<void> {
  const running = RunningStart.safeParse(readJson(dir.running)).data;
  if (running && isAlive(running.pid) && (await new HubClient(running.url).isReady())) {
    throw new UsageError(
      `${dir.root} is in use: Stagecoach runs there already (process ${running.pid}, ${running.url})`,
    );
  }
}

/** Notes who serves the directory; a killed process leaves the note behind, and nobody answers at its URL. */
export function recordRunningStart(dir: DataDir, url: string): () => Promise<void> {
  writeJson(dir.running, { pid: process.pid, url });
  return async () => rmSync(dir.running, { force: true });
}
