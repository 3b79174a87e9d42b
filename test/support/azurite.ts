import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import {
  type AzuritePorts,
  azuriteArguments,
  azuriteConnectionString,
  isAzuriteAnswering,
} from "../../local/azurite-process.js";
import { freePort } from "../../local/ports.js";

const START_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** One real Azurite, a child of this process. */
export interface TestAzurite {
  readonly connectionString: string;
  readonly ports: AzuritePorts;
  /** Ends it; what it held in memory is gone. */
  stop(): Promise<void>;
}

/** @param options `ports` and `location` of an earlier one to start it again; by default free ports and memory. */
export async function startTestAzurite(
  options: { readonly ports?: AzuritePorts; readonly location?: string } = {},
): Promise<TestAzurite> {
  const { ports = await freeAzuritePorts(), location } = options;
  const args = azuriteArguments({ ports, ...(location !== undefined && { location }) });
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  // Not after a signal that ends this process at once: nobody can do anything then.
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  await untilAnswering(child, ports);
  return {
    connectionString: azuriteConnectionString(ports),
    ports,
    async stop() {
      process.off("exit", end);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freeAzuritePorts(): Promise<AzuritePorts> {
  const blob = await freePort();
  const queue = await portBesides([blob]);
  return { blob, queue, table: await portBesides([blob, queue]) };
}

/** The system may offer a port again that nobody has bound yet. */
async function portBesides(taken: readonly number[]): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (!taken.includes(port)) return port;
  }
}

async function untilAnswering(child: ChildProcess, ports: AzuritePorts): Promise<void> {
  const deadline = Date.now() + START_WITHIN_MS;
  while (!(await isAzuriteAnswering(ports))) {
    if (child.exitCode !== null) throw new Error(`Azurite ended with code ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error("Azurite does not answer");
    await delay(POLL_MS);
  }
}
