import type { KubeObject } from "../api/meta.js";
import { mapInParallel } from "./map-in-parallel.js";
import { ObjectFeeds } from "./object-feeds.js";
import {
  atVersion,
  contentOf,
  describe,
  namedFilter,
  objectOf,
  objectOfHead,
  objectText,
  rowKeyOf,
  versionOf,
} from "./object-row.js";
import {
  type CollectionRef,
  type ObjectRef,
  type ObjectStore,
  StoreError,
  type StoreEvent,
} from "./object-store.js";
import {
  etagOfVersion,
  type ResourceVersion,
  versionOfDeletion,
  versionOfEtag,
} from "./resource-version.js";
import { RowsAhead } from "./rows-ahead.js";
import type { ReadRow, RowContent, TableRows } from "./table-rows.js";

/** How often a row may come and go under one create. */
const MAX_CREATES = 10;
const BLOBS_AT_A_TIME = 16;

/** Reads that spare what the object store would read besides. */
export interface ObjectLooks {
  /** Uid of an object that is there and not being deleted; undefined when there is none. */
  livingUid(ref: ObjectRef): Promise<string | undefined>;
  /**
   * An object to be looked at, perhaps without its status: a placement's may be a thousand times as large as all the rest.
   */
  withoutStatus(ref: ObjectRef): Promise<KubeObject | undefined>;
  /**
   * Objects found by how their names begin, as those are named that belong to one other object; however large the
   * collection is. Its namespace must be given if it has any.
   */
  named(collection: CollectionRef, prefix: string): Promise<readonly KubeObject[]>;
  /**
   * One of them, as it was some seconds ago, for somebody who goes through them and writes over its version: those that
   * come next are read along.
   */
  ahead(ref: ObjectRef, prefix: string): Promise<KubeObject | undefined>;
}

export interface TableObjectStore extends ObjectStore, ObjectLooks {
  /** Ends all watches. */
  close(): void;
}

/**
 * Objects in rows of one table. A deleted object's row keeps the last state for a while, so that every change of an
 * object is a change of one row, under that row's ETag: the storage alone decides who wins a race.
 */
export function tableObjectStore(rows: TableRows, now: () => number = Date.now): TableObjectStore {
  const feeds = new ObjectFeeds(rows, now);
  const rowsAhead = new RowsAhead(rows, now);

  async function objectIn(row: ReadRow): Promise<KubeObject | undefined> {
    const found = await rows.textOf(row);
    if (!found || found.row.deleted) return undefined;
    return objectOf(found.text, versionOfEtag(found.row.etag));
  }

  async function readLive(ref: ObjectRef): Promise<LiveRow | undefined> {
    const row = await rows.get(rowKeyOf(ref));
    const found = row && (await rows.textOf(row));
    if (!found || found.row.deleted) return undefined;
    const version = versionOfEtag(found.row.etag);
    return { etag: found.row.etag, version, object: objectOf(found.text, version) };
  }

  /** Writes where no object is: where no row is, or over what a deleted object left. */
  async function insert(ref: ObjectRef, content: RowContent) {
    const key = rowKeyOf(ref);
    for (let tries = 0; tries < MAX_CREATES; tries += 1) {
      const fresh = await rows.insert(key, content);
      if (fresh.kind === "Written") return { etag: fresh.etag, replaced: undefined };
      if (!fresh.current) continue;
      if (!fresh.current.deleted) throw alreadyExists(ref);
      const over = await rows.replace(key, content, fresh.current.etag);
      if (over.kind === "Written") return { etag: over.etag, replaced: versionOf(fresh.current) };
    }
    throw new Error(`${describe(ref)} is created and deleted all the time`);
  }

  return {
    async get(ref) {
      return (await readLive(ref))?.object;
    },

    list: (collection) => feeds.of(collection).list(),

    async livingUid(ref) {
      const facts = await rows.facts(rowKeyOf(ref), ["uid", "deleting", "deleted"]);
      if (!facts || facts.deleted === true) return undefined;
      // Rows of earlier releases tell nothing without their text.
      if (typeof facts.uid !== "string") return livingUidOf((await readLive(ref))?.object);
      return facts.deleting === true ? undefined : facts.uid;
    },

    async withoutStatus(ref) {
      const found = await rows.head(rowKeyOf(ref));
      if (!found || found.row.deleted) return undefined;
      // One that is long, and was not written by this release.
      if (!found.head) return (await readLive(ref))?.object;
      return objectOfHead(found.head, versionOfEtag(found.row.etag));
    },

    async named(collection, prefix) {
      const found = await rows.find(namedFilter(collection, prefix));
      const live = found.filter(({ deleted }) => !deleted);
      const objects = await mapInParallel(live, BLOBS_AT_A_TIME, objectIn);
      return objects.filter((object) => object !== undefined);
    },

    async ahead(ref, prefix) {
      const row = await rowsAhead.get(rowKeyOf(ref), namedFilter(ref, prefix));
      return row && objectIn(row);
    },

    async create(ref, object) {
      const { etag, replaced } = await insert(ref, contentOf(object));
      const stored = atVersion(object, versionOfEtag(etag));
      feeds.written(ref, stored, false, replaced);
      return stored;
    },

    async update(ref, object) {
      const replaced = object.metadata.resourceVersion;
      const etag = etagOfVersion(replaced);
      if (etag === undefined) throw refused(ref, await rows.get(rowKeyOf(ref)));
      const written = await rows.replace(rowKeyOf(ref), contentOf(object), etag);
      if (written.kind === "Refused") throw refused(ref, written.current);
      const stored = atVersion(object, versionOfEtag(written.etag));
      feeds.written(ref, stored, false, replaced);
      return stored;
    },

    async remove(ref, resourceVersion) {
      const live = await readLive(ref);
      if (!live) throw notFound(ref);
      if (live.version !== resourceVersion) throw conflict(ref);
      const content = { text: objectText(live.object), deleted: true };
      const written = await rows.replace(rowKeyOf(ref), content, live.etag);
      if (written.kind === "Refused") throw refused(ref, written.current);
      const last = atVersion(live.object, versionOfDeletion(written.etag));
      feeds.written(ref, last, true, live.version);
      return last;
    },

    watch: (collection, from, signal): AsyncIterable<StoreEvent> =>
      feeds.of(collection).watch(from, signal),

    close: () => feeds.close(),
  };
}

function livingUidOf(object: KubeObject | undefined): string | undefined {
  return object?.metadata.deletionTimestamp === undefined ? object?.metadata.uid : undefined;
}

interface LiveRow {
  readonly etag: string;
  readonly version: ResourceVersion;
  readonly object: KubeObject;
}

function refused(ref: ObjectRef, current: ReadRow | undefined): StoreError {
  return current && !current.deleted ? conflict(ref) : notFound(ref);
}

function alreadyExists(ref: ObjectRef): StoreError {
  return new StoreError("AlreadyExists", `${describe(ref)} exists already`);
}

function conflict(ref: ObjectRef): StoreError {
  return new StoreError("Conflict", `${describe(ref)} has been changed by somebody else`);
}

function notFound(ref: ObjectRef): StoreError {
  return new StoreError("NotFound", `${describe(ref)} does not exist`);
}
