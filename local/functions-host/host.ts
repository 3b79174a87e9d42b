import type { FunctionsHostOptions } from "./host-options.js";
import { type FrontOptions, frontServer } from "./http/front-server.js";
import { type ListeningServer, listen } from "./http/server-lifetime.js";
import { runHooks } from "./invoke-function.js";
import { type Runtime, startRuntime } from "./runtime.js";

export type { FunctionsHostOptions } from "./host-options.js";

export interface FunctionsHost {
  /** As `http://127.0.0.1:7071`. */
  readonly url: string;
  /** Ends within 3 s. What was not finished by then runs again when a host opens the same task hub. */
  stop(): Promise<void>;
}

/** Of the 3 s that a stop may take, the part that running functions get. */
const stopGraceMs = 1500;

let started = false;

/**
 * Runs a Functions app (Node.js programming model v4) on this machine: HTTP and timer triggers, orchestrations and
 * activities of durable-functions v3. Entities, `callHttp` and all other triggers are left out; an app that registers
 * an entity does not start.
 *
 * There is one host per process, once: the programming model is global to a process, and an app's modules are evaluated
 * only the first time they are imported. Only a port that is taken leaves the process free for another attempt.
 *
 * Source: the behaviour is Azure/azure-functions-host's and Azure/azure-functions-durable-extension's.
 *
 * @throws with `code` EADDRINUSE when the port is taken; otherwise when the app or its settings cannot be loaded.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  if (started) throw new Error("A Functions host was started in this process already");
  started = true;
  const ready = Promise.withResolvers<FrontOptions>();
  // Requests see the failure too; without one this keeps it from being reported as unhandled.
  ready.promise.catch(() => undefined);
  const front = await listen(
    frontServer(ready.promise, options.log),
    options.port,
    options.hostname ?? "127.0.0.1",
  ).catch((error: unknown) => {
    started = false;
    throw error;
  });
  try {
    const runtime = await startRuntime(options, front.url);
    ready.resolve(runtime.frontOptions);
    return { url: front.url, stop: () => stopHost(front, runtime) };
  } catch (error) {
    ready.reject(error);
    await front.close(0);
    throw error;
  }
}

async function stopHost(front: ListeningServer, runtime: Runtime): Promise<void> {
  runtime.timers.stop();
  const stopping = front.close(stopGraceMs);
  await runtime.engine.stop(stopGraceMs);
  await stopping;
  await runHooks(runtime.app, "appTerminate", { hookData: {}, appHookData: runtime.appHookData });
  await runtime.rpc.close(0);
  runtime.hub.close();
}
