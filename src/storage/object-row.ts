import type { KubeObject } from "../api/meta.js";
import type { CollectionRef, ObjectRef } from "./object-store.js";
import {
  msOfTicks,
  type ResourceVersion,
  versionOfDeletion,
  versionOfEtag,
} from "./resource-version.js";
import { isOnePiece, rowJson } from "./row-text.js";
import { encodeKey, joinKeys, keyBounds, keysAfter } from "./table-key.js";
import type { ReadRow, RowContent, RowHead, RowKey } from "./table-rows.js";

/** Where an object is. All namespaces of a kind are one range of partitions. */
export function rowKeyOf(ref: ObjectRef): RowKey {
  return { partitionKey: partitionOf(ref), rowKey: encodeKey(ref.name) };
}

export function partitionOf({ group, resource, namespace = "" }: CollectionRef): string {
  return joinKeys(group, resource, namespace);
}

/** OData filter for the rows of a collection. */
export function filterOf(collection: CollectionRef): string {
  const partition = partitionOf(collection);
  if (collection.namespace !== undefined) return `PartitionKey eq '${partition}'`;
  return `PartitionKey ge '${partition}' and PartitionKey lt '${keysAfter(partition)}'`;
}

/** OData filter for the rows of one partition's objects whose names begin so. */
export function namedFilter(collection: CollectionRef, prefix: string): string {
  const [first, end] = keyBounds(prefix);
  return `PartitionKey eq '${partitionOf(collection)}' and RowKey ge '${first}' and RowKey lt '${end}'`;
}

/** Restricts a filter to rows written at that time, by the service's clock, or later. */
export function writtenSince(filter: string, ticks: bigint): string {
  return `${filter} and Timestamp ge datetime'${new Date(msOfTicks(ticks)).toISOString()}'`;
}

/** A deleted object's row stays a while in its place, holding the last state. */
export function versionOf(row: ReadRow): ResourceVersion {
  return row.deleted ? versionOfDeletion(row.etag) : versionOfEtag(row.etag);
}

/** The version is the row's, so it is not kept in the text. */
export function objectText(object: KubeObject): string {
  const { resourceVersion: _row, ...metadata } = object.metadata;
  return rowJson({ ...object, metadata });
}

/** What is written of an object: its text, with the status at the end, and who it is without it. */
export function contentOf(object: KubeObject): RowContent {
  const { uid, deletionTimestamp } = object.metadata;
  const facts = { ...(uid !== undefined && { uid }), ...(deletionTimestamp && { deleting: true }) };
  const { status, ...rest } = object;
  const alone = objectText(rest);
  if (status === undefined) return { text: alone, facts };
  const head = alone.slice(0, -END.length);
  const text = `${head},"status":${rowJson(status)}${END}`;
  return { text, facts, ...(!isOnePiece(text.length) && { head: head.length }) };
}

const END = "}";

/** What the beginning of an object's text tells: all but a large status. */
export function objectOfHead({ text, more }: RowHead, version: ResourceVersion): KubeObject {
  return objectOf(more ? text + END : text, version);
}

/** The text is what this store wrote: an object. */
export function objectOf(text: string, version: ResourceVersion): KubeObject {
  return atVersion(JSON.parse(text) as KubeObject, version);
}

export function atVersion(object: KubeObject, version: ResourceVersion): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: version } };
}

/** How messages name an object. */
export function describe({ group, resource, namespace, name }: ObjectRef): string {
  const qualified = group === "" ? resource : `${resource}.${group}`;
  return [qualified, namespace, name].filter((part) => part !== undefined).join("/");
}
