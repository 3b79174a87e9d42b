import type { ResourceBinding } from "../api/resource-binding.js";
import { conditionOf } from "../placement/conditions.js";

/** What is known of a placement's objects on one cluster. */
export interface BindingHealth {
  /** Since when they work, ISO 8601, perhaps in the future; undefined when they do not, or nothing is known. */
  readonly worksSince: string | undefined;
  /** What is known was found out about the binding as it is now, and the objects are as they should be. */
  readonly confirmed: boolean;
  /** The last look found a problem. */
  readonly failed: boolean;
}

/** The last of them tells whether all is well. */
const FINAL_STEPS = ["Available", "DiffReported"] as const;
const STEPS = ["Overridden", "WorkSynchronized", "Applied", ...FINAL_STEPS] as const;

/**
 * Objects whose health cannot be told count as working some time after they were applied. What was found out stays
 * true when only the policy of the binding changes, so its generation does not matter for whether they work.
 * Source: KubeFleet `pkg/controllers/rollout`, binding readiness.
 *
 * @param unavailablePeriodSeconds how long that time is
 */
export function bindingHealth(
  { metadata, status }: ResourceBinding,
  unavailablePeriodSeconds: number,
): BindingHealth {
  const conditions = status?.conditions;
  const final = FINAL_STEPS.map((type) => conditionOf(conditions, type)).find(
    (condition) => condition?.status === "True",
  );
  const blind = final?.reason === "NotAllWorkAreAvailabilityTrackable";
  return {
    worksSince: final && after(final.lastTransitionTime, blind ? unavailablePeriodSeconds : 0),
    confirmed: final !== undefined && final.observedGeneration === (metadata.generation ?? 1),
    failed: STEPS.some((type) => conditionOf(conditions, type)?.status === "False"),
  };
}

function after(time: string, seconds: number): string {
  return new Date(new Date(time).getTime() + seconds * 1000).toISOString();
}
