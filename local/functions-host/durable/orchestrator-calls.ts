import { type FunctionsByTrigger, inputData, named } from "../functions-by-trigger.js";
import type { HostLog } from "../host-log.js";
import type { InvokeFunction } from "../invoke-function.js";
import {
  type EpisodeSurroundings,
  type InvokeOrchestrator,
  UnknownFunctionError,
} from "./episode.js";
import { orchestratorReturned, orchestratorThrew } from "./orchestrator-answer.js";
import { orchestratorPayload } from "./orchestrator-payload.js";

export interface OrchestratorCallsOptions {
  readonly functions: FunctionsByTrigger;
  readonly invoke: InvokeFunction;
  readonly unknownFunctions: "hang" | "fail";
  readonly log: HostLog;
  readonly now: () => Date;
  readonly newExecutionId: () => string;
}

/** Connects episodes with the functions of the app. */
export function episodeSurroundings(options: OrchestratorCallsOptions): EpisodeSurroundings {
  const { functions, unknownFunctions, log, now, newExecutionId } = options;
  return {
    invoke: invokeOrchestrator(options),
    now,
    newExecutionId,
    hasFunction: (type, name) => named(functions[type], name) !== undefined,
    onUnknownFunction: (type, name) => {
      const error = new UnknownFunctionError(type, name);
      log({
        level: "error",
        message: `${error.message} The orchestration that calls it will wait for ever.`,
      });
      if (unknownFunctions === "fail") throw error;
    },
  };
}

function invokeOrchestrator({ functions, invoke }: OrchestratorCallsOptions): InvokeOrchestrator {
  return async (started, past, fresh) => {
    const target = named(functions.orchestration, started.Name);
    if (!target)
      return {
        kind: "failure",
        message: new UnknownFunctionError("orchestration", started.Name).message,
      };
    const data = { string: orchestratorPayload(started, past, fresh) };
    try {
      const call = invoke(target.registered, { inputData: inputData(target, data, "") });
      return orchestratorReturned((await call).returnValue);
    } catch (error) {
      return orchestratorThrew(error);
    }
  };
}
