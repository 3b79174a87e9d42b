import type { SeenObject } from "./collection-state.js";
import { StoreError, type StoreEvent } from "./object-store.js";
import { msOfTicks, ticksOfMs, ticksOfVersion } from "./resource-version.js";

/** How long the last state of a deleted object can be relied on to be there. */
export const HORIZON_MS = 60 * 60 * 1000;
/**
 * A change may be older by its time than what was seen before it: clocks differ, and the time is that of the request's
 * beginning. What lies this close before a version is told again.
 */
export const MARGIN_MS = 15_000;

/** @throws StoreError Expired when what happened since that version cannot be told from the rows */
export function requireReplayable(from: string | undefined, nowMs: number): void {
  if (from === undefined) return;
  const ticks = ticksOfVersion(from);
  if (ticks === undefined) throw new StoreError("Expired", `"${from}" is no resourceVersion`);
  if (msOfTicks(ticks) < nowMs - HORIZON_MS) {
    throw new StoreError("Expired", `changes since resourceVersion ${from} are not kept`);
  }
}

/**
 * What somebody has to be told who has seen the collection at `from`, or nothing of it when undefined. Some of it may
 * be known already; nothing is left out, except what an object went through before its present state.
 */
export function replay(
  objects: readonly SeenObject[],
  from: string | undefined,
): readonly StoreEvent[] {
  if (from === undefined) {
    return objects
      .filter(({ deleted }) => !deleted)
      .map(({ object }): StoreEvent => ({ type: "Added", object }));
  }
  const since = (ticksOfVersion(from) ?? 0n) - ticksOfMs(MARGIN_MS);
  return objects
    .map((seen) => ({ seen, ticks: ticksOfVersion(seen.version) ?? 0n }))
    .filter(({ ticks }) => ticks > since)
    .sort((a, b) => (a.ticks < b.ticks ? -1 : 1))
    .map(({ seen }) => eventOf(seen, msOfTicks(since)));
}

function eventOf({ deleted, object }: SeenObject, sinceMs: number): StoreEvent {
  if (deleted) return { type: "Deleted", object };
  const created = Date.parse(object.metadata.creationTimestamp ?? "");
  // An object without a creation time counts as new: a client that has it treats it as changed.
  return created < sinceMs ? { type: "Modified", object } : { type: "Added", object };
}
