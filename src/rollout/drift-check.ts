import { parseGoDuration } from "../api/go-duration.js";
import type { Placement } from "../api/placement.js";

/**
 * On a placement that rolls out by itself: how often its members are looked at although nothing has changed on the hub,
 * as a Go duration of a second or more, or `Never`. Without it only placements that want to know of drift look.
 */
export const ANNOTATION_DRIFT_CHECK = "stagecoach.dev/drift-check";

const NEVER = "Never";
const SHORTEST_MS = 1000;

/** Milliseconds, or `Never`; undefined for a text that is neither. */
export function parseDriftCheck(text: string): number | typeof NEVER | undefined {
  if (text === NEVER) return NEVER;
  try {
    const ms = parseGoDuration(text);
    return ms >= SHORTEST_MS ? ms : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * How often the members of a placement are looked at for drift, in milliseconds; undefined for never.
 *
 * @param usualMs for a placement that wants to know of drift and does not say how often
 */
export function driftCheckMs(
  { metadata, spec }: Pick<Placement, "metadata" | "spec">,
  usualMs: number,
): number | undefined {
  const asked = parseDriftCheck(metadata.annotations?.[ANNOTATION_DRIFT_CHECK] ?? "");
  if (asked === NEVER) return undefined;
  if (asked !== undefined) return asked;
  const { type, whenToApply } = spec.strategy?.applyStrategy ?? {};
  return type === "ReportDiff" || whenToApply === "IfNotDrifted" ? usualMs : undefined;
}

export function checksDrift(placement: Pick<Placement, "metadata" | "spec">): boolean {
  return driftCheckMs(placement, SHORTEST_MS) !== undefined;
}

/**
 * When a member that was looked at now is looked at again: at full intervals, so that all members of a placement have
 * their turn together, and after half an interval or more.
 */
export function nextDriftCheck(now: Date, intervalMs: number): Date {
  const intervals = Math.floor((now.getTime() + intervalMs / 2) / intervalMs);
  return new Date((intervals + 1) * intervalMs);
}
