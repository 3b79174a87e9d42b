import type { StoreEvent } from "./object-store.js";
import { type ResourceVersion, ticksOfMs, versionOfMoment } from "./resource-version.js";

/** Events that a watch may lag behind. */
const EVENTS_KEPT = 2000;
const POSITIONS_KEPT = 4000;
/** A list's version is given out again while nothing happens; not for ever, as other processes go by its time. */
const REUSE_MS = 10_000;

/** Counts the events there were before it. */
export type Position = number;

/** The recent events of one collection, and where in them each resourceVersion that was given out stands. */
export class FeedLog {
  #events: StoreEvent[] = [];
  #dropped = 0;
  /** In the order of their positions. */
  readonly #positions = new Map<ResourceVersion, Position>();
  #lastMark: { readonly version: ResourceVersion; readonly ticks: bigint } | undefined;
  readonly #ticksInMs: bigint;

  /**
   * @param ticksInMs 0 to 9999, another in each process: two that list in one millisecond must not give out one mark for
   *   two states
   */
  constructor(ticksInMs: number) {
    this.#ticksInMs = BigInt(ticksInMs);
  }

  get end(): Position {
    return this.#dropped + this.#events.length;
  }

  append(events: readonly StoreEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#place(event.object.metadata.resourceVersion ?? "");
    }
    const excess = this.#events.length - EVENTS_KEPT;
    if (excess > 0) {
      this.#events = this.#events.slice(excess);
      this.#dropped += excess;
    }
    this.#forgetPositions();
  }

  /** @returns undefined when events after that position are no longer kept */
  after(position: Position): readonly StoreEvent[] | undefined {
    return position < this.#dropped ? undefined : this.#events.slice(position - this.#dropped);
  }

  /** Where to go on for somebody who has seen this version. @returns undefined when that is not known here */
  positionOf(version: ResourceVersion): Position | undefined {
    const position = this.#positions.get(version);
    return position !== undefined && position >= this.#dropped ? position : undefined;
  }

  /** A version for the collection as it is at the end of the log, read at `readMs` or later. */
  mark(readMs: number): ResourceVersion {
    const now = ticksOfMs(readMs) + this.#ticksInMs;
    const last = this.#lastMark;
    if (last && this.#positions.get(last.version) === this.end) {
      if (now - last.ticks < ticksOfMs(REUSE_MS)) return last.version;
    }
    const ticks = last && last.ticks >= now ? last.ticks + 1n : now;
    const version = versionOfMoment(ticks);
    this.#lastMark = { version, ticks };
    this.#place(version);
    this.#forgetPositions();
    return version;
  }

  /** Two objects may get the same version in one moment: the first place repeats an event, the second would lose one. */
  #place(version: ResourceVersion): void {
    if (!this.#positions.has(version)) this.#positions.set(version, this.end);
  }

  #forgetPositions(): void {
    for (const [version, position] of this.#positions) {
      if (position >= this.#dropped && this.#positions.size <= POSITIONS_KEPT) return;
      this.#positions.delete(version);
    }
  }
}
