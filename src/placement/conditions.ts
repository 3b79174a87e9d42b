import type { Condition } from "../api/meta.js";

/** A condition as it should be; when it came to be so is worked out from what was there before. */
export type ConditionUpdate = Omit<Condition, "lastTransitionTime">;

export function conditionOf(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * `next` with its transition time: `now` if the status differs from before, else the time it has had.
 * Source: apimachinery `meta.SetStatusCondition`.
 */
export function transition(
  before: Condition | undefined,
  next: ConditionUpdate,
  now: string,
): Condition {
  const unchanged = before?.status === next.status && before.lastTransitionTime !== "";
  return { ...next, lastTransitionTime: unchanged ? before.lastTransitionTime : now };
}

/**
 * Puts `next` in the place of the condition of its type, or at the end. `now` is an RFC 3339 time.
 * Source: apimachinery `meta.SetStatusCondition`.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  next: ConditionUpdate,
  now: string,
): Condition[] {
  const list = conditions ?? [];
  const updated = transition(conditionOf(list, next.type), next, now);
  if (!list.some((condition) => condition.type === next.type)) return [...list, updated];
  return list.map((condition) => (condition.type === next.type ? updated : condition));
}
