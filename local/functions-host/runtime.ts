import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type AppRegistry, createCoreModule, interceptCoreModule } from "./core-module.js";
import { ActivityRunner } from "./durable/activity-runner.js";
import { clientPayload, type ManagementEndpoints } from "./durable/client-binding.js";
import { DurableEngine } from "./durable/engine.js";
import type { ManagementDeps } from "./durable/management-api.js";
import { episodeSurroundings } from "./durable/orchestrator-calls.js";
import { TaskHub } from "./durable/task-hub.js";
import { appSettings, loadLocalSettings, setPlatformSettings } from "./environment.js";
import { type FunctionsByTrigger, functionsByTrigger } from "./functions-by-trigger.js";
import type { FunctionsHostOptions } from "./host-options.js";
import { type HostSettings, readHostSettings } from "./host-settings.js";
import type { FrontOptions } from "./http/front-server.js";
import { rpcPath, rpcServer } from "./http/management-endpoint.js";
import { routeTable } from "./http/route-table.js";
import { type ListeningServer, listen } from "./http/server-lifetime.js";
import { type InvokeFunction, makeInvokeFunction, runHooks } from "./invoke-function.js";
import { loadApp } from "./load-app.js";
import { TimerTriggers } from "./timers/timer-triggers.js";

/** Source: the front end of App Service, which ends a request after 230 s without a byte. */
const frontEndIdleMs = 230_000;

/** Everything behind the public port. */
export interface Runtime {
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

/** Loads the app, opens the task hub and starts everything that runs by itself. */
export async function startRuntime(
  options: FunctionsHostOptions,
  hostUrl: string,
): Promise<Runtime> {
  await loadLocalSettings(options.scriptRoot);
  const settings = await readHostSettings(options.scriptRoot, appSettings());
  setPlatformSettings(new URL(hostUrl).host);
  const loaded = await loadFunctions(options);
  const { promise: management, resolve: manageable } = Promise.withResolvers<ManagementDeps>();
  const rpc = await listen(rpcServer(management, options.log), 0, "127.0.0.1");
  try {
    mkdirSync(options.dataDir, { recursive: true });
    const hub = new TaskHub(join(options.dataDir, "durable.db"));
    const endpoints: ManagementEndpoints = {
      hubName: settings.hubName,
      origin: hostUrl,
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

function now(): Date {
  return new Date();
}

function newId(): string {
  return randomUUID().replaceAll("-", "");
}
