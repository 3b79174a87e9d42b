import type { LaneInput, LaneResult } from "./contracts.js";
import type { LaneTools } from "./lane-tools.js";
import { type InStep, SlotsInStep } from "./slots-in-step.js";

/** A lane's call takes one cluster after the other as long as none has to be waited for, but about for that long. */
const CALL_MS = 10_000;

/** A place for one cluster in a lane: numbered through all lanes of the stage. */
export interface LaneSlot extends LaneInput {
  /** It has been done with a cluster in this call already. */
  readonly hasWorked: boolean;
}

/** A lane's call: works in its slots, and sees to it that its progress is told before it ends. */
export async function workInLane(
  { deps, runs, news, wakes }: LaneTools,
  input: LaneInput,
  takeOne: (slot: LaneSlot, inStep: InStep) => Promise<LaneResult>,
): Promise<LaneResult> {
  try {
    return await workInSlots(input, deps.now, takeOne);
  } finally {
    const told = Promise.all([news.settle(input.run.uid), wakes.settle(input.run.uid)]);
    await told.finally(() => runs.forget(input.run));
  }
}

/**
 * Works in all slots of a lane side by side, in each at one cluster after the other.
 *
 * @param takeOne takes the next cluster for a slot
 * @returns Finished while there may be more to take, Pending when all that is left has to be waited for
 */
export async function workInSlots(
  input: LaneInput,
  now: () => Date,
  takeOne: (slot: LaneSlot, inStep: InStep) => Promise<LaneResult>,
): Promise<LaneResult> {
  const until = now().getTime() + CALL_MS;
  const slotsInStep = new SlotsInStep();
  /** When each slot began with what it has in hand. */
  const busySince = new Map<LaneSlot, number>();
  // The call ends with its last slot: as long as one is held up, the others go on.
  const isOver = () =>
    now().getTime() >= until && ![...busySince.values()].some((since) => since < until);
  const workIn = async (place: LaneSlot): Promise<LaneResult> => {
    for (let slot = place; ; slot = { ...place, hasWorked: true }) {
      busySince.set(place, now().getTime());
      const result = await slotsInStep
        .turn((inStep) => takeOne(slot, inStep))
        .finally(() => busySince.delete(place));
      if (result.kind !== "Finished" || isOver()) return result;
    }
  };
  // A slot that fails does not cut the others short: what they have in hand is finished before the lane is tried again.
  const settled = await Promise.allSettled(slotsOf(input).map(workIn));
  const failed = settled.find((slot) => slot.status === "rejected");
  if (failed) throw failed.reason;
  return together(settled.flatMap((slot) => (slot.status === "fulfilled" ? [slot.value] : [])));
}

function slotsOf({ slots = 1, ...input }: LaneInput): readonly LaneSlot[] {
  return Array.from({ length: slots }, (_, place) => ({
    ...input,
    lane: input.lane + place,
    hasWorked: false,
  }));
}

function together(results: readonly LaneResult[]): LaneResult {
  if (results.some(({ kind }) => kind === "Finished")) return { kind: "Finished" };
  const pauses = results.flatMap((result) =>
    result.kind === "Pending" ? [result.retryAfterSeconds] : [],
  );
  if (pauses.length === 0) return { kind: "Drained" };
  return { kind: "Pending", retryAfterSeconds: Math.min(...pauses) };
}
