import { Bell } from "./bell.js";
import { CollectionState, type SeenObject } from "./collection-state.js";
import { FeedLog, type Position } from "./feed-log.js";
import { type ObjectList, StoreError, type StoreEvent } from "./object-store.js";
import { replay, requireReplayable } from "./replay.js";
import { type ResourceVersion, ticksOfMs, versionOfMoment } from "./resource-version.js";
import { StorageUnavailable } from "./storage-unavailable.js";

export type ScanScope = "All" | "Recent";

/** What a feed reads its collection with. */
export interface FeedSource {
  /** Reads all rows, or those written recently; asks for the objects of those that `knows` does not know. */
  scan(
    scope: ScanScope,
    knows: (key: string, version: ResourceVersion) => boolean,
  ): Promise<{
    readonly changed: readonly SeenObject[];
    readonly present?: ReadonlySet<string>;
  }>;
  now(): number;
}

/** How soon another process's write is noticed. */
const POLL_MS = 1000;
/** A large collection is not read more than a tenth of the time. */
const REST_FACTOR = 9;
/** So often all rows are read, in case some went without a trace; in between those written lately tell everything. */
const FULL_SCAN_EVERY_MS = 30_000;

/**
 * One collection as this process follows it: its last known state, the recent changes, and those who watch. Fed by this
 * process's own writes at once, and by reading the rows: for each list, and every second while somebody watches.
 */
export class CollectionFeed {
  readonly #source: FeedSource;
  readonly #state = new CollectionState();
  readonly #log: FeedLog;
  readonly #changed = new Bell();
  readonly #pollNow = new Bell();
  #lastScan: Promise<void> = Promise.resolve();
  #nextScan: Promise<void> | undefined;
  #readMs = 0;
  #fullScanMs = Number.NEGATIVE_INFINITY;
  #lastUse: number;
  #watchers = 0;
  #polling = false;
  #scanSoon = false;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  /** @param ticksInMs see `FeedLog` */
  constructor(source: FeedSource, ticksInMs: number) {
    this.#source = source;
    this.#log = new FeedLog(ticksInMs);
    this.#lastUse = source.now();
  }

  /** Milliseconds since somebody listed or watched. */
  get idleMs(): number {
    return this.#watchers > 0 ? 0 : this.#source.now() - this.#lastUse;
  }

  async list(): Promise<ObjectList> {
    this.#lastUse = this.#source.now();
    await this.#refresh();
    const present = this.#state.sorted().filter(({ deleted }) => !deleted);
    return {
      items: present.map(({ object }) => object),
      resourceVersion: this.#log.mark(this.#readMs),
    };
  }

  /** A write of this process over version `replaced`; undefined when there was no row. */
  written(seen: SeenObject, replaced: ResourceVersion | undefined): void {
    const events = this.#state.apply(seen, replaced);
    if (events) this.#publish(events);
    else this.#pollSoon();
  }

  async *watch(from: string | undefined, signal: AbortSignal): AsyncGenerator<StoreEvent> {
    const since = from === "0" ? undefined : from;
    this.#join();
    try {
      let position = since === undefined ? undefined : this.#log.positionOf(since);
      if (position !== undefined) {
        this.#pollSoon();
      } else {
        requireReplayable(since, this.#source.now());
        await this.#refresh();
        const past = replay(this.#state.sorted(), since);
        position = this.#log.end;
        yield* untilAborted(past, signal);
      }
      yield* this.#follow(position, signal);
    } finally {
      this.#leave();
    }
  }

  close(): void {
    this.#closed = true;
    this.#changed.ring();
    this.#pollNow.ring();
  }

  async *#follow(start: Position, signal: AbortSignal): AsyncGenerator<StoreEvent> {
    let position = start;
    while (!signal.aborted && !this.#closed) {
      if (this.#failure) throw this.#failure.error;
      const events = this.#log.after(position);
      if (!events) throw new StoreError("Expired", "the watch is too slow for the changes");
      position += events.length;
      yield* untilAborted(events, signal);
      if (this.#log.end === position && !this.#failure) await this.#changed.wait(signal);
    }
  }

  #join(): void {
    this.#watchers += 1;
    if (this.#polling) return;
    this.#failure = undefined;
    this.#poll().catch((error: unknown) => {
      this.#failure = { error };
      this.#changed.ring();
    });
  }

  #leave(): void {
    this.#watchers -= 1;
    this.#lastUse = this.#source.now();
    if (this.#watchers === 0) this.#pollNow.ring();
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    try {
      let took = 0;
      for (;;) {
        if (!this.#scanSoon) {
          await this.#pollNow.wait(undefined, Math.max(POLL_MS, took * REST_FACTOR));
        }
        if (this.#watchers === 0 || this.#closed) return;
        took = await this.#pollOnce();
      }
    } finally {
      this.#polling = false;
    }
  }

  /** @returns how many milliseconds the reading took; 0 when it failed, so that the next try is not put off */
  async #pollOnce(): Promise<number> {
    this.#scanSoon = false;
    let took = 0;
    try {
      await this.#inTurn(async () => {
        const started = this.#source.now();
        await this.#scan();
        took = this.#source.now() - started;
      });
    } catch (error) {
      // A watch outlives an interruption: what happened meanwhile is seen by a later scan.
      if (!(error instanceof StorageUnavailable)) throw error;
    }
    return took;
  }

  #pollSoon(): void {
    this.#scanSoon = true;
    this.#pollNow.ring();
  }

  /** Learns of every change made before this call, in a scan that begins after it; calls before it begins share it. */
  #refresh(): Promise<void> {
    this.#nextScan ??= this.#inTurn(() => {
      this.#nextScan = undefined;
      return this.#scan();
    });
    return this.#nextScan;
  }

  /** Scans must not overlap: which of two is newer could not be told row by row. */
  #inTurn(scan: () => Promise<void>): Promise<void> {
    const turn = this.#lastScan.then(scan, scan);
    this.#lastScan = turn;
    return turn;
  }

  async #scan(): Promise<void> {
    const began = this.#state.beginScan();
    const readMs = this.#source.now();
    const isRecent = this.#state.primed && readMs - this.#fullScanMs < FULL_SCAN_EVERY_MS;
    const scope: ScanScope = isRecent ? "Recent" : "All";
    const { changed, present } = await this.#source.scan(scope, (key, version) =>
      this.#state.knows(key, version),
    );
    this.#readMs = readMs;
    if (!isRecent) this.#fullScanMs = readMs;
    const moment = versionOfMoment(ticksOfMs(readMs));
    this.#publish(this.#state.absorb({ began, changed, moment, ...(present && { present }) }));
  }

  #publish(events: readonly StoreEvent[]): void {
    if (events.length === 0) return;
    this.#log.append(events);
    this.#changed.ring();
  }
}

function* untilAborted(events: readonly StoreEvent[], signal: AbortSignal): Generator<StoreEvent> {
  for (const event of events) {
    if (signal.aborted) return;
    yield event;
  }
}
