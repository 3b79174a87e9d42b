import { errorMessage, orchestratorStateIn } from "../error-text.js";
import type { TypedData } from "../worker-contract.js";
import type { OrchestratorAnswer } from "./episode.js";
import { OrchestratorState } from "./orchestrator-state.js";

/** Reads what an orchestrator function returned. */
export function orchestratorReturned(value: TypedData | null | undefined): OrchestratorAnswer {
  if (!value?.json) return { kind: "failure", message: "the function returned no state" };
  return stateFrom(value.json);
}

/** Reads what an orchestrator function threw: a failure that carries its state, or one that could not be run at all. */
export function orchestratorThrew(error: unknown): OrchestratorAnswer {
  const state = orchestratorStateIn(error);
  if (state === undefined) return { kind: "failure", message: errorMessage(error) };
  return stateFrom(state);
}

function stateFrom(json: string): OrchestratorAnswer {
  const state = OrchestratorState.safeParse(JSON.parse(json));
  if (state.success) return { kind: "state", state: state.data };
  return {
    kind: "failure",
    message: `the local host cannot read the orchestrator's actions (entities and callHttp are not supported): ${state.error.message}`,
  };
}
