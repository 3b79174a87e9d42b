/** What may go wrong in Azure and rarely does. Every switch is off unless a test turns it on. */
export interface Faults {
  /** A completed activity answers twice. */
  readonly duplicateActivityCompletions?: boolean;
  /** Every activity runs twice, as after a lost lease; both runs answer. */
  readonly duplicateActivities?: boolean;
  /** Every external event is delivered twice. */
  readonly duplicateEvents?: boolean;
  /** Messages that reach an instance together are shuffled. */
  readonly reorderMessages?: boolean;
  /** Timers fire this many milliseconds late, as they do between two polls of a queue. */
  readonly lateTimersMs?: number;
  /** Seed of the shuffling; the same seed gives the same order of draws. Default 1. */
  readonly seed?: number;
}

/** Names of the switches that are on or off. */
export const faultSwitches = [
  "duplicateActivityCompletions",
  "duplicateActivities",
  "duplicateEvents",
  "reorderMessages",
] as const;

/** Random numbers in [0, 1) that a seed repeats. Source: the public-domain generator mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A new array in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [moved] = result.splice(other, 1, ...result.slice(last, last + 1));
    if (moved !== undefined) result[last] = moved;
  }
  return result;
}
