import { toTimestamp } from "../api/meta.js";
import type { ResourceBinding, ResourceBindingStatus } from "../api/resource-binding.js";
import { type ConditionUpdate, conditionOf, transition } from "./conditions.js";
import { toldNamespace } from "./created-namespace.js";
import { hasOverrides } from "./matching-overrides.js";
import { NO_OVERRIDE } from "./status-texts.js";

type Update = Omit<ConditionUpdate, "observedGeneration">;

/** What a binding says of its overrides once they are carried out. Source: KubeFleet `pkg/controllers/workgenerator`. */
export function overridden({ spec }: Pick<ResourceBinding, "spec">): Update {
  if (!hasOverrides(spec)) return { type: "Overridden", status: "True", ...NO_OVERRIDE };
  return {
    type: "Overridden",
    status: "True",
    reason: "OverriddenSucceeded",
    message: "Successfully applied the override rules on the resources",
  };
}

/** The sentence that is told wherever an override, or an envelope, cannot be carried out. Source: as `overridden`. */
export function notOverriddenSentence(problem: string): string {
  return `Failed to apply the override rules on the resources: ${problem}`;
}

/**
 * The status of a binding whose resources could not be made for its cluster: nothing was sent there.
 *
 * @param input.message names the object, the override and the operation
 */
export function notOverriddenStatus(input: {
  readonly binding: ResourceBinding;
  readonly message: string;
  readonly now: Date;
}): ResourceBindingStatus {
  const { binding, message } = input;
  const before = binding.status?.conditions;
  const started = conditionOf(before, "RolloutStarted");
  const failed = transition(
    conditionOf(before, "Overridden"),
    {
      type: "Overridden",
      status: "False",
      reason: "OverriddenFailed",
      message: notOverriddenSentence(message),
      observedGeneration: binding.metadata.generation ?? 1,
    },
    toTimestamp(input.now),
  );
  return { conditions: [...(started ? [started] : []), failed, ...toldNamespace(binding)] };
}
