import Module from "node:module";
import type { HostLog } from "./host-log.js";
import { hostLevel } from "./host-log.js";
import type { FunctionMetadata, ProgrammingModel, RegisteredFunction } from "./worker-contract.js";

export type Hook = (context: object) => unknown;

/** What an app has registered while it was loaded. */
export interface AppRegistry {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly hooks: (name: HookName) => readonly Hook[];
  readonly model: () => ProgrammingModel | undefined;
  /** After this the app cannot register functions any more. */
  readonly lock: () => void;
}

const hookNames = ["preInvocation", "postInvocation", "appStart", "appTerminate", "log"] as const;
export type HookName = (typeof hookNames)[number];

class Disposable {
  readonly #dispose: () => void;
  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }
  dispose(): void {
    this.#dispose();
  }
}

/**
 * Creates the module that `@azure/functions` asks for as `@azure/functions-core`, and the registry it fills.
 *
 * Source: Azure/azure-functions-nodejs-worker `types-core/index.d.ts`, `src/coreApi`.
 */
export function createCoreModule(log: HostLog): { core: object; app: AppRegistry } {
  const functions = new Map<string, RegisteredFunction>();
  const hooks = new Map<HookName, Hook[]>(hookNames.map((name) => [name, []]));
  let model: ProgrammingModel | undefined;
  let locked = false;

  const registerFunction = (
    metadata: FunctionMetadata,
    callback: RegisteredFunction["callback"],
  ) => {
    if (locked)
      throw new Error(`Function ${metadata.name} cannot be registered: the app has started`);
    if (functions.has(metadata.name))
      throw new Error(`A function named ${metadata.name} is registered already`);
    functions.set(metadata.name, { metadata, callback });
    return new Disposable(() => functions.delete(metadata.name));
  };
  const registerHook = (name: string, hook: Hook) => {
    const known = hooks.get(hookNames.find((each) => each === name) ?? "log");
    if (!known || !hookNames.some((each) => each === name))
      throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), {
        isAzureFunctionsSystemError: true,
      });
    known.push(hook);
    return new Disposable(() => known.splice(known.indexOf(hook), 1));
  };

  const core = {
    version: "3.12.0",
    hostVersion: "4.1037.0",
    Disposable,
    setProgrammingModel: (given: ProgrammingModel) => {
      model = given;
    },
    getProgrammingModel: () => model,
    registerFunction,
    registerHook,
    log: (level: string, category: string, message: string) =>
      log({ level: category === "system" ? "debug" : hostLevel(level), message }),
  };
  const app: AppRegistry = {
    functions,
    hooks: (name) => hooks.get(name) ?? [],
    model: () => model,
    lock: () => {
      locked = true;
    },
  };
  return { core, app };
}

/**
 * Makes `require("@azure/functions-core")` answer with the module given, for every CommonJS `require` of this process
 * (the library is CommonJS even inside an ESM bundle). It has to be in place before app code is evaluated, because the
 * library asks once and remembers the answer.
 *
 * Source: Azure/azure-functions-nodejs-worker `src/setupCoreModule.ts`.
 */
export function interceptCoreModule(core: object): void {
  const original = Module.prototype.require;
  Module.prototype.require = Object.assign(function (this: Module, id: string): unknown {
    return id === "@azure/functions-core" ? core : original.call(this, id);
  }, original);
}
