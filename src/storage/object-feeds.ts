import { randomInt } from "node:crypto";
import type { KubeObject } from "../api/meta.js";
import { CollectionFeed } from "./collection-feed.js";
import { partitionOf, rowKeyOf } from "./object-row.js";
import { feedKeyOf, objectScan } from "./object-scan.js";
import type { CollectionRef, ObjectRef } from "./object-store.js";
import type { ResourceVersion } from "./resource-version.js";
import type { TableRows } from "./table-rows.js";

/** A feed that nobody has listed or watched for so long is dropped. */
const FEED_IDLE_MS = 60_000;
/** So often idle feeds are looked for: there may be thousands, and every write passes here. */
const LOOK_FOR_IDLE_MS = 1000;
const TICKS_PER_MS = 10_000;

/** The feeds of the collections that somebody has listed or watched of late. */
export class ObjectFeeds {
  readonly #rows: TableRows;
  readonly #now: () => number;
  readonly #ticksInMs = randomInt(TICKS_PER_MS);
  readonly #byPartition = new Map<string, CollectionFeed>();
  #lookedForIdle = Number.NEGATIVE_INFINITY;

  constructor(rows: TableRows, now: () => number) {
    this.#rows = rows;
    this.#now = now;
  }

  of(collection: CollectionRef): CollectionFeed {
    this.#dropIdle();
    const id = idOf(collection);
    const known = this.#byPartition.get(id);
    if (known) return known;
    const scan = objectScan(this.#rows, collection, this.#now);
    const feed = new CollectionFeed(scan, this.#ticksInMs);
    this.#byPartition.set(id, feed);
    return feed;
  }

  written(
    ref: ObjectRef,
    object: KubeObject,
    deleted: boolean,
    replaced: ResourceVersion | undefined,
  ): void {
    this.#dropIdle();
    const version = object.metadata.resourceVersion ?? "";
    const seen = { key: feedKeyOf(rowKeyOf(ref)), version, deleted, object };
    const { group, resource, namespace } = ref;
    const collections = [
      { group, resource },
      ...(namespace ? [{ group, resource, namespace }] : []),
    ];
    for (const collection of collections) {
      this.#byPartition.get(idOf(collection))?.written(seen, replaced);
    }
  }

  close(): void {
    for (const feed of this.#byPartition.values()) feed.close();
    this.#byPartition.clear();
  }

  #dropIdle(): void {
    const now = this.#now();
    if (now - this.#lookedForIdle < LOOK_FOR_IDLE_MS) return;
    this.#lookedForIdle = now;
    for (const [id, feed] of this.#byPartition) {
      if (feed.idleMs > FEED_IDLE_MS) this.#byPartition.delete(id);
    }
  }
}

/** All namespaces together are a collection of their own. */
function idOf(collection: CollectionRef): string {
  return `${partitionOf(collection)}${collection.namespace === undefined ? "*" : ""}`;
}
