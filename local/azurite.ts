import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import {
  type AzuritePorts,
  azuriteArguments,
  azuriteConnectionString,
  isAzuriteAnswering,
} from "./azurite-process.js";
import { type DataDir, readJson, writeJson } from "./data-dir.js";
import { freePort, isFree } from "./ports.js";
import { commandOf, isAlive } from "./processes.js";

/** The storage account of a local installation: an Azurite process that outlives the one that started it. */
export interface LocalAzurite {
  readonly connectionString: string;
  readonly pid: number;
  /** Whether an earlier start had left it running. */
  readonly reused: boolean;
  /** Ends it and waits until it has saved everything. */
  stop(): Promise<void>;
}

const AzuriteState = z.object({
  pid: z.number().int(),
  ports: z.object({ blob: z.number(), queue: z.number(), table: z.number() }),
});
type AzuriteState = z.infer<typeof AzuriteState>;

const START_WITHIN_MS = 30_000;
/** Another program may take a port between the look for a free one and the start. */
const START_ATTEMPTS = 3;
const STOP_WITHIN_MS = 10_000;
const POLL_MS = 50;

/** Finds the Azurite that serves this data directory, or starts one. */
export async function ensureAzurite(dir: DataDir): Promise<LocalAzurite> {
  const earlier = AzuriteState.safeParse(readJson(dir.azuriteState)).data;
  if (earlier && isOurs(earlier.pid, dir)) {
    if (!(await comesUp(earlier, () => !isOurs(earlier.pid, dir)))) throw notAnswering(dir);
    return localAzurite(earlier, dir, true);
  }
  const state = await startAzurite(dir, earlier?.ports);
  return localAzurite(state, dir, false);
}

/** Ends the Azurite of this data directory, if one runs. */
export async function stopAzurite(dir: DataDir): Promise<void> {
  const state = AzuriteState.safeParse(readJson(dir.azuriteState)).data;
  if (state && isOurs(state.pid, dir)) await endProcess(state.pid, dir);
  rmSync(dir.azuriteState, { force: true });
}

function localAzurite(state: AzuriteState, dir: DataDir, reused: boolean): LocalAzurite {
  return {
    connectionString: azuriteConnectionString(state.ports),
    pid: state.pid,
    reused,
    stop: () => stopAzurite(dir),
  };
}

async function startAzurite(dir: DataDir, wanted: AzuritePorts | undefined): Promise<AzuriteState> {
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
    const { state, child } = await spawnAzurite(dir, attempt === 1 ? wanted : undefined);
    if (await comesUp(state, () => child.exitCode !== null)) return state;
    // One that lives and is silent has another trouble than its ports.
    if (child.exitCode === null) break;
  }
  throw notAnswering(dir);
}

async function spawnAzurite(
  dir: DataDir,
  wanted: AzuritePorts | undefined,
): Promise<{ readonly state: AzuriteState; readonly child: ChildProcess }> {
  const ports = {
    blob: await portLike(wanted?.blob),
    queue: await portLike(wanted?.queue),
    table: await portLike(wanted?.table),
  };
  const log = openSync(`${dir.azurite}/azurite.log`, "a");
  const args = azuriteArguments({ ports, location: dir.azurite });
  // A process group of its own: Ctrl-C in the terminal must not reach it before the host has stopped.
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new Error("Azurite could not be started");
  const state = { pid: child.pid, ports };
  writeJson(dir.azuriteState, state);
  return { state, child };
}

async function portLike(wanted: number | undefined): Promise<number> {
  return wanted !== undefined && (await isFree(wanted)) ? wanted : freePort();
}

/** Whether it answers before it ends, and in time. */
async function comesUp({ ports }: AzuriteState, hasEnded: () => boolean): Promise<boolean> {
  const deadline = Date.now() + START_WITHIN_MS;
  while (!(await isAzuriteAnswering(ports))) {
    if (hasEnded() || Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function notAnswering(dir: DataDir): Error {
  return new Error(`Azurite does not answer; it says why in ${dir.azurite}/azurite.log`);
}

/** Whether the process lives and is the Azurite of this data directory, not one that got its number later. */
function isOurs(pid: number, dir: DataDir): boolean {
  return isAlive(pid) && commandOf(pid).includes(dir.azurite);
}

async function endProcess(pid: number, dir: DataDir): Promise<void> {
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (isOurs(pid, dir)) {
    if (Date.now() > deadline) throw new Error(`Azurite (process ${pid}) does not stop`);
    await delay(POLL_MS);
  }
}
