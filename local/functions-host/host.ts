import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type AppRegistry, createCoreModule, interceptCoreModule } from "./core-module.js";
import { ActivityRunner } from "./durable/activity-runner.js";
import { clientPayload, type ManagementEndpoints } from "./durable/client-binding.js";
import { DurableEngine } from "./durable/engine.js";
import type { Faults } from "./durable/faults.js";
import type { ManagementDeps } from "./durable/management-api.js";
import { episodeSurroundings } from "./durable/orchestrator-calls.js";
import { TaskHub } from "./durable/task-hub.js";
import { appSettings, loadLocalSettings, setPlatformSettings } from "./environment.js";
import { type FunctionsByTrigger, functionsByTrigger } from "./functions-by-trigger.js";
import type { HostLog } from "./host-log.js";
import { type HostSettings, readHostSettings } from "./host-settings.js";
import type { AccessKeys } from "./http/access-keys.js";
import { type FrontOptions, frontServer } from "./http/front-server.js";
import { rpcPath, rpcServer } from "./http/management-endpoint.js";
import { routeTable } from "./http/route-table.js";
import { type ListeningServer, listen } from "./http/server-lifetime.js";
import { type InvokeFunction, makeInvokeFunction, runHooks } from "./invoke-function.js";
import { loadApp } from "./load-app.js";
import { TimerTriggers } from "./timers/timer-triggers.js";

export interface FunctionsHostOptions {
  /** The folder of package.json (whose `main` is loaded) and host.json. */
  readonly scriptRoot: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly hostname?: string;
  /** Where the task hub is kept, as `durable.db`. Created when it does not exist. */
  readonly dataDir: string;
  readonly log: HostLog;
  /** When given, functions above level `anonymous` ask for a key. */
  readonly keys?: AccessKeys;
  /** For tests of what rarely happens in Azure. */
  readonly faults?: Faults;
  /**
   * What a call to an activity or orchestration does that the app does not have: `hang` leaves the instance Running, as
   * Azure does, and logs it; `fail` fails the instance. Default `hang`.
   */
  readonly unknownFunctions?: "hang" | "fail";
  /** Milliseconds without a byte after which a request is given up; Azure's front end takes 230 s, the default. */
  readonly idleTimeoutMs?: number;
}

export interface FunctionsHost {
  /** As `http://127.0.0.1:7071`. */
  readonly url: string;
  /** Ends within 3 s. What was not finished by then runs again when a host opens the same task hub. */
  stop(): Promise<void>;
}

/** Of the 3 s that a stop may take, the part that running functions get. */
const stopGraceMs = 1500;
const frontEndIdleMs = 230_000;

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
    const runtime = await startRuntime(options, front);
    ready.resolve(runtime.frontOptions);
    return { url: front.url, stop: () => stopHost(front, runtime) };
  } catch (error) {
    ready.reject(error);
    await front.close(0);
    throw error;
  }
}

/** Everything behind the public port. */
interface Runtime {
  readonly frontOptions: FrontOptions;
  readonly app: AppRegistry;
  readonly appHookData: object;
  readonly engine: DurableEngine;
  readonly timers: TimerTriggers;
  readonly hub: TaskHub;
  readonly rpc: ListeningServer;
}

interface LoadedApp {
  readonly app: AppRegistry;
  readonly appHookData: object;
  readonly functions: FunctionsByTrigger;
  readonly invoke: InvokeFunction;
  /** Where the programming model listens, when the app streams. */
  readonly httpUri: string | undefined;
}

async function startRuntime(
  options: FunctionsHostOptions,
  front: ListeningServer,
): Promise<Runtime> {
  await loadLocalSettings(options.scriptRoot);
  const settings = await readHostSettings(options.scriptRoot, appSettings());
  setPlatformSettings(new URL(front.url).host);
  const loaded = await loadFunctions(options);
  const { promise: management, resolve: manageable } = Promise.withResolvers<ManagementDeps>();
  const rpc = await listen(rpcServer(management, options.log), 0, "127.0.0.1");
  try {
    mkdirSync(options.dataDir, { recursive: true });
    const hub = new TaskHub(join(options.dataDir, "durable.db"));
    const endpoints: ManagementEndpoints = {
      hubName: settings.hubName,
      origin: front.url,
      rpcBaseUrl: `${rpc.url}${rpcPath}`,
      systemKey: newId(),
    };
    const runtime = assemble({ options, settings, loaded, hub, rpc, endpoints });
    manageable(runtime.frontOptions.management);
    runtime.engine.start();
    runtime.timers.start();
    return runtime;
  } catch (error) {
    await rpc.close(0);
    throw error;
  }
}

async function loadFunctions({ scriptRoot, log }: FunctionsHostOptions): Promise<LoadedApp> {
  const { core, app } = createCoreModule(log);
  interceptCoreModule(core);
  await loadApp(scriptRoot);
  const appHookData = {};
  await runHooks(app, "appStart", { hookData: {}, appHookData, functionAppDirectory: scriptRoot });
  const model = app.model();
  if (!model) throw new Error(`The app in ${scriptRoot} registers no function`);
  const { HttpUri } = await model.getCapabilities({ ...workerCapabilities });
  app.lock();
  const functions = functionsByTrigger(app.functions);
  const invoke = makeInvokeFunction(app, model, appHookData, log);
  return { app, appHookData, functions, invoke, httpUri: HttpUri };
}

/** Source: Azure/azure-functions-nodejs-worker `src/eventHandlers/WorkerInitHandler.ts`. */
const workerCapabilities = {
  RawHttpBodyBytes: "true",
  RpcHttpBodyOnly: "true",
  RpcHttpTriggerMetadataRemoved: "true",
  IgnoreEmptyValuedRpcHttpHeaders: "true",
  UseNullableValueDictionaryForHttp: "true",
  TypedDataCollection: "true",
};

interface Parts {
  readonly options: FunctionsHostOptions;
  readonly settings: HostSettings;
  readonly loaded: LoadedApp;
  readonly hub: TaskHub;
  readonly rpc: ListeningServer;
  readonly endpoints: ManagementEndpoints;
}

function assemble({ options, settings, loaded, hub, rpc, endpoints }: Parts): Runtime {
  const { log, faults = {}, idleTimeoutMs = frontEndIdleMs, keys } = options;
  const { app, appHookData, functions, invoke, httpUri } = loaded;
  const payload = clientPayload(endpoints);
  const routes = routeTable(functions.http);
  for (const { name, reason } of [...functions.refused, ...routes.refused])
    log({ level: "error", message: `Function ${name} is not run: ${reason}`, functionName: name });

  const common = { hub, invoke, clientPayload: payload, now };
  const activities = new ActivityRunner({
    ...common,
    functions: functions.activity,
    maxConcurrent: settings.maxConcurrentActivities,
    timeoutMs: settings.functionTimeoutMs,
    faults,
  });
  const engine = new DurableEngine({
    hub,
    activities,
    surroundings: episodeSurroundings({
      functions,
      invoke,
      unknownFunctions: options.unknownFunctions ?? "hang",
      log,
      now,
      newExecutionId: newId,
    }),
    maxConcurrentOrchestrations: settings.maxConcurrentOrchestrations,
    faults,
    log,
  });
  const timers = new TimerTriggers({
    ...common,
    functions: functions.timer,
    settings: appSettings(),
  });
  const { orchestration: orchestrations } = functions;
  const { replaceInstances } = settings;
  const management: ManagementDeps = {
    hub,
    engine,
    orchestrations,
    endpoints,
    replaceInstances,
    faults,
    now,
    newId,
  };
  const frontOptions: FrontOptions = {
    routes,
    routePrefix: settings.routePrefix,
    invoke,
    clientPayload: payload,
    httpUri,
    management,
    keys,
    runByName: (name) => timers.runNow(name),
    idleTimeoutMs,
  };
  return { frontOptions, app, appHookData, engine, timers, hub, rpc };
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

function now(): Date {
  return new Date();
}

function newId(): string {
  return randomUUID().replaceAll("-", "");
}
