import type { KubeObject } from "../api/meta.js";
import { atVersion } from "./object-row.js";
import type { StoreEvent } from "./object-store.js";
import { type ResourceVersion, ticksOfVersion } from "./resource-version.js";

/** What one row said: an object at a version, or the last state of a deleted one at its deletion's. */
export interface SeenObject {
  /** Keys sort by namespace, then name. */
  readonly key: string;
  readonly version: ResourceVersion;
  readonly deleted: boolean;
  readonly object: KubeObject;
}

/** One reading of a collection's rows. */
export interface Scan {
  /** What `beginScan` gave before the first row was read. */
  readonly began: number;
  readonly changed: readonly SeenObject[];
  /** All keys there were, if the scan was of all rows; what is missing among them is gone. */
  readonly present?: ReadonlySet<string>;
  /** Version for what went without leaving a trace. */
  readonly moment: ResourceVersion;
}

interface Entry extends SeenObject {
  /** How many writes of this process had been applied when this was learnt. */
  readonly learnt: number;
}

/**
 * The last known state of one collection. It turns what is learnt about rows, from scans and from this process's own
 * writes, into the events a watch has to see: each change of an object once, in order.
 *
 * Nothing here compares times: two changes within a millisecond may carry them in the wrong order. A scan is newer than
 * all that was known before it began; a write is newer than the version it replaced. Scans must not overlap.
 */
export class CollectionState {
  readonly #entries = new Map<string, Entry>();
  #writes = 0;
  #primed = false;

  /** False until the first scan: before it nothing is a change. */
  get primed(): boolean {
    return this.#primed;
  }

  knows(key: string, version: ResourceVersion): boolean {
    return this.#entries.get(key)?.version === version;
  }

  /** Everything known, deleted objects included, by key. */
  sorted(): readonly SeenObject[] {
    return [...this.#entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  beginScan(): number {
    return this.#writes;
  }

  absorb(scan: Scan): readonly StoreEvent[] {
    const changed = scan.changed.filter(({ key }) => !this.#learntSince(key, scan.began));
    const events = [...changed].sort(byTime).flatMap((seen) => this.#learn(seen, scan.began));
    if (scan.present) events.push(...this.#forget(scan.present, scan));
    const isChange = this.#primed;
    this.#primed = true;
    return isChange ? events : [];
  }

  /**
   * Applies a write that this process made over version `replaced` (undefined: there was no row).
   *
   * @returns undefined when it does not follow from what is known: only a scan can tell what happened
   */
  apply(
    written: SeenObject,
    replaced: ResourceVersion | undefined,
  ): readonly StoreEvent[] | undefined {
    const known = this.#entries.get(written.key);
    if (known?.version === written.version) return [];
    if (known?.version !== replaced) return undefined;
    this.#writes += 1;
    const events = this.#learn(written, this.#writes);
    return this.#primed ? events : [];
  }

  #learntSince(key: string, began: number): boolean {
    return (this.#entries.get(key)?.learnt ?? 0) > began;
  }

  #learn(seen: SeenObject, learnt: number): StoreEvent[] {
    const before = this.#entries.get(seen.key);
    if (before?.version === seen.version) return [];
    this.#entries.set(seen.key, { ...seen, learnt });
    return eventsOf(before, seen);
  }

  /** Rows that went: traces of deletions that were cleaned up, or objects that storage lost. */
  #forget(present: ReadonlySet<string>, { began, moment }: Scan): StoreEvent[] {
    const gone = [...this.#entries.values()].filter(
      ({ key, learnt }) => learnt <= began && !present.has(key),
    );
    return gone.flatMap((entry): StoreEvent[] => {
      this.#entries.delete(entry.key);
      if (entry.deleted) return [];
      return [{ type: "Deleted", object: atVersion(entry.object, moment) }];
    });
  }
}

/** What happened between two states of one key. */
function eventsOf(before: SeenObject | undefined, after: SeenObject): StoreEvent[] {
  const previous = before && !before.deleted ? before.object : undefined;
  if (!previous) return after.deleted ? [] : [{ type: "Added", object: after.object }];
  const isSame = previous.metadata.uid === after.object.metadata.uid;
  if (after.deleted) {
    const last = isSame ? after.object : atVersion(previous, after.version);
    return [{ type: "Deleted", object: last }];
  }
  if (isSame) return [{ type: "Modified", object: after.object, previous }];
  return [
    { type: "Deleted", object: atVersion(previous, after.version) },
    { type: "Added", object: after.object },
  ];
}

/** Only for the order among different objects, where nobody can rely on it to the millisecond. */
function byTime(a: SeenObject, b: SeenObject): number {
  const difference = (ticksOfVersion(a.version) ?? 0n) - (ticksOfVersion(b.version) ?? 0n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
