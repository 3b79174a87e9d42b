import type { RolloutStrategy } from "../api/placement.js";

/** How far a rolling update may go at once, as numbers of clusters. */
export interface RollingLimits {
  /** Clusters that are to have the resources in the end. */
  readonly target: number;
  /** Of those, how many may be without working resources because of the rollout. */
  readonly maxUnavailable: number;
  /** How many may have them beyond the target, until others have lost them. */
  readonly maxSurge: number;
  /** How long something whose health cannot be told counts as not working. */
  readonly unavailablePeriodSeconds: number;
}

/** For namespaced placements, whose strategy is not completed when it is stored. Source: KubeFleet `defaulter`. */
const DEFAULT_SHARE = "25%";
const DEFAULT_PERIOD_SECONDS = 60;

/**
 * The limits that a strategy sets for a placement whose policy picks `picked` clusters at present. The target is what
 * was picked, not what a policy asks for: clusters that are not there do not hold up those that are.
 */
export function rollingLimits(
  strategy: RolloutStrategy | undefined,
  picked: number,
): RollingLimits {
  const settings: NonNullable<RolloutStrategy["rollingUpdate"]> = strategy?.rollingUpdate ?? {};
  return {
    target: picked,
    maxUnavailable: scaled(settings.maxUnavailable ?? DEFAULT_SHARE, picked),
    maxSurge: scaled(settings.maxSurge ?? DEFAULT_SHARE, picked),
    unavailablePeriodSeconds: settings.unavailablePeriodSeconds ?? DEFAULT_PERIOD_SECONDS,
  };
}

/**
 * A count as it is, a percentage of `clusters` rounded up. Source: apimachinery `GetScaledValueFromIntOrPercent`, as
 * KubeFleet's rollout controller calls it.
 *
 * @throws Error for a text that is no percentage; the schema refuses it before it is stored
 */
function scaled(value: number | string, clusters: number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) {
    throw new Error(`rollingUpdate: ${JSON.stringify(value)} is no count and no percentage`);
  }
  return Math.ceil((clusters * Number(percent)) / 100);
}
