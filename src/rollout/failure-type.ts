import type { Condition } from "../api/meta.js";
import { RunReason, USER_ERROR } from "./reasons.js";

/** Who has to mend what a run failed of: whoever wrote the objects, or whoever runs the fleet. */
export type FailureType = "none" | "user_error" | "internal_error";

/**
 * What a run's condition means to those who count failures.
 * Source: KubeFleet, label `failureType` of `fleet_workload_update_run_status_last_timestamp_seconds`.
 */
export function failureType(
  condition: Pick<Condition, "status" | "reason" | "message"> | undefined,
): FailureType {
  if (condition?.status !== "False") return "none";
  switch (condition.reason) {
    case RunReason.Stuck:
      return "internal_error";
    case RunReason.Failed:
    case RunReason.InitializedFailed:
      return condition.message.includes(USER_ERROR) ? "user_error" : "internal_error";
    default:
      return "none";
  }
}
