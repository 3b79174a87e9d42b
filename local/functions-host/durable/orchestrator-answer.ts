import { errorMessage, scrubbed } from "../error-text.js";
import type { TypedData } from "../worker-contract.js";
import type { OrchestratorAnswer } from "./episode.js";
import { OrchestratorState } from "./orchestrator-state.js";

/** Separates the message of a failed orchestrator from the state it still reports. Source: `OrchestrationFailureError.js`. */
const stateLabel = "\n\n$OutOfProcData$:";

/** Reads what an orchestrator function returned. */
export function orchestratorReturned(value: TypedData | null | undefined): OrchestratorAnswer {
  if (!value?.json) return { kind: "failure", message: "the function returned no state" };
  return stateFrom(value.json);
}

/** Reads what an orchestrator function threw: a failure that carries its state, or one that could not be run at all. */
export function orchestratorThrew(error: unknown): OrchestratorAnswer {
  const text = error instanceof Error ? error.message : String(error);
  const at = text.indexOf(stateLabel);
  if (at < 0) return { kind: "failure", message: errorMessage(error) };
  return stateFrom(scrubbed(text.slice(at + stateLabel.length)));
}

function stateFrom(json: string): OrchestratorAnswer {
  const state = OrchestratorState.safeParse(JSON.parse(json));
  if (state.success) return { kind: "state", state: state.data };
  return {
    kind: "failure",
    message: `the local host cannot read the orchestrator's actions (entities and callHttp are not supported): ${state.error.message}`,
  };
}
