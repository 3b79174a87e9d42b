import { randomUUID } from "node:crypto";
import type { AppRegistry, HookName } from "./core-module.js";
import { errorText } from "./error-text.js";
import { type HostLog, hostLevel } from "./host-log.js";
import { traceParentFor } from "./trace-parent.js";
import type {
  CoreInvocationContext,
  InvocationRequest,
  InvocationResponse,
  ProgrammingModel,
  RegisteredFunction,
  TypedData,
} from "./worker-contract.js";

/** What a trigger hands to its function. */
export interface InvocationInput {
  readonly inputData: InvocationRequest["inputData"];
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  /** Given by triggers that have to know it in advance. */
  readonly invocationId?: string;
  /** `traceparent` of the request that triggered it. */
  readonly traceParent?: string | readonly string[] | undefined;
}

export type InvokeFunction = (
  target: RegisteredFunction,
  input: InvocationInput,
) => Promise<InvocationResponse>;

/**
 * Makes the function that runs one invocation through the app's programming model and its hooks.
 *
 * The promise rejects with what the app threw, after it was logged with function name and invocation id.
 *
 * Source: Azure/azure-functions-nodejs-worker `src/eventHandlers/InvocationHandler.ts`.
 */
export function makeInvokeFunction(
  app: AppRegistry,
  model: ProgrammingModel,
  appHookData: object,
  log: HostLog,
): InvokeFunction {
  return async (target, input) => {
    const functionName = target.metadata.name;
    const invocationId = input.invocationId ?? randomUUID();
    const context: CoreInvocationContext = {
      invocationId,
      request: request(target, input, invocationId),
      metadata: target.metadata,
      state: undefined,
      log: (level, _category, message) =>
        log({ level: hostLevel(level), message, functionName, invocationId }),
    };
    try {
      return await invoke(app, model.getInvocationModel(context), context, target, appHookData);
    } catch (error) {
      log({ level: "error", message: errorText(error), functionName, invocationId });
      throw error;
    }
  };
}

function request(
  target: RegisteredFunction,
  input: InvocationInput,
  invocationId: string,
): InvocationRequest {
  return {
    invocationId,
    functionId: target.metadata.functionId ?? target.metadata.name,
    inputData: input.inputData,
    triggerMetadata: input.triggerMetadata ?? {},
    traceContext: {
      traceParent: traceParentFor(input.traceParent),
      traceState: "",
      attributes: {},
    },
    retryContext: null,
  };
}

async function invoke(
  app: AppRegistry,
  model: ReturnType<ProgrammingModel["getInvocationModel"]>,
  core: CoreInvocationContext,
  target: RegisteredFunction,
  appHookData: object,
): Promise<InvocationResponse> {
  const { context, inputs } = await model.getArguments();
  const fixed = { hookData: {}, appHookData, invocationContext: context };
  const before = sealed(fixed, { functionCallback: target.callback, inputs });
  core.state = "preInvocationHooks";
  await runHooks(app, "preInvocation", before);

  const outcome: { inputs: unknown[]; result: unknown; error: unknown } = {
    inputs: before.inputs,
    result: null,
    error: null,
  };
  const after = sealed(fixed, outcome);
  core.state = "invocation";
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error(`${target.metadata.name} threw ${String(error)}`);
  }
  core.state = "postInvocationHooks";
  await runHooks(app, "postInvocation", after);
  if (after.error != null) throw after.error;
  return model.getResponse(context, after.result);
}

/** Runs the hooks of one kind in the order of their registration. */
export async function runHooks(app: AppRegistry, name: HookName, context: object): Promise<void> {
  for (const hook of app.hooks(name)) await hook(context);
}

// Hooks may change what is open, and setting what is fixed throws, as in the real worker.
function sealed<F extends object, O extends object>(fixed: F, open: O): F & O {
  const getters = Object.fromEntries(
    Object.entries(fixed).map(([key, value]) => [
      key,
      {
        enumerable: true,
        get: () => value as unknown,
        set: () => {
          throw new Error(`Cannot assign to read only property '${key}'`);
        },
      },
    ]),
  );
  return Object.defineProperties({ ...open }, getters) as F & O;
}
