import { jsonEqual } from "../../api/json.js";
import { type KubeObject, type ManagedFieldsEntry, toTimestamp } from "../../api/meta.js";
import { badRequest } from "../../api/status-error.js";
import type { Schema } from "../../registry/schema.js";
import { requireMergeableLists } from "./applied-lists.js";
import { type Comparison, compare } from "./compare.js";
import { applyConflict, type Conflict, withoutFields } from "./conflicts.js";
import {
  difference,
  equalSets,
  type FieldSet,
  insertPath,
  intersection,
  isEmptySet,
  newFieldSet,
  union,
} from "./field-set.js";
import { takeoverFields, withLastApplied } from "./last-applied.js";
import {
  capUpdaters,
  type Manager,
  type Managers,
  managerId,
  readManagers,
  writeManagers,
} from "./managed-fields.js";
import { merge, removeFields } from "./merge.js";
import { fieldsOf, withEnclosingFields } from "./owned-fields.js";
import { fieldElement } from "./path-element.js";
import { trackedPart } from "./tracked-part.js";

/**
 * The object after `manager` applied its configuration, with `managedFields` up to date. Fields that the manager applied
 * before and left out now are removed, unless somebody else owns them. An apply that changes nothing returns `live`
 * itself. Without `live` the object is created. On the main path `status` of the configuration is ignored; with
 * `subresource: "status"` everything else is.
 *
 * @throws StatusError 409 when it would change fields of other managers and `force` is not set; 400 when the
 *   configuration has managedFields or lists that cannot be merged
 *
 * Source: k8s.io/apimachinery `util/managedfields` and sigs.k8s.io/structured-merge-diff v6.
 */
export function serverSideApply(input: {
  live: KubeObject | undefined;
  applied: KubeObject;
  schema: Schema;
  manager: string;
  force: boolean;
  now: Date;
  subresource?: string;
}): KubeObject {
  const { live, applied, schema, manager, subresource } = input;
  if (applied.metadata.managedFields) throw badRequest("metadata.managedFields must be nil");
  const configuration = trackedPart(applied, subresource);
  requireMergeableLists(applied, configuration, schema);

  const self: Manager = {
    name: manager,
    operation: "Apply",
    apiVersion: applied.apiVersion,
    subresource: subresource ?? "",
    time: toTimestamp(input.now),
    fields: fieldsOf(configuration, schema),
  };
  const known = knownManagers(live, schema);
  const previous = known.get(managerId(self));
  const owners = new Map(known).set(managerId(self), self);

  const merged = merge(live ?? identityOf(applied), configuration, schema);
  const object = dropAbandoned(merged, previous, owners, schema) as KubeObject;

  const changes = compare(
    trackedPart(live ?? {}, subresource),
    trackedPart(object, subresource),
    schema,
  );
  const conflicts = conflictsWith(owners, self, changes);
  const mayTake = live && conflicts.length > 0 && !input.force;
  const disputed = mayTake ? withoutFields(conflicts, takeoverFields(live, manager, schema)) : [];
  if (disputed.length > 0) throw applyConflict(disputed);

  const annotated = withLastApplied(object, applied, manager);
  const unchanged = live !== undefined && jsonEqual(live, annotated);
  const settled = settle(owners, self, changes);
  if (unchanged && sameOwners(settled, known)) return live;
  return withManagedFields(annotated, writeManagers(settled));
}

/**
 * The object `after` a create, update or patch by `manager`, with `managedFields` up to date: the manager owns what it
 * changed, nobody owns what is gone. A write that changes nothing keeps the entries as they are. The request may rewrite
 * the entries themselves; it clears them with one empty entry.
 */
export function trackManagedFields(input: {
  before: KubeObject | undefined;
  after: KubeObject;
  schema: Schema;
  manager: string;
  now: Date;
  subresource?: string;
}): KubeObject {
  const { before, after, schema, manager, subresource } = input;
  const entries = entriesToStartFrom(before, after, subresource);
  const changes = compare(
    trackedPart(before ?? {}, subresource),
    trackedPart(after, subresource),
    schema,
  );
  const touched = union(changes.added, changes.modified);
  if (isEmptySet(touched) && isEmptySet(changes.removed)) return withManagedFields(after, entries);

  const identity = {
    name: manager,
    operation: "Update",
    apiVersion: after.apiVersion,
    subresource: subresource ?? "",
  } as const;
  const known = readManagers(entries);
  const id = managerId(identity);
  const own = known.get(id);
  const fields = union(touched, own ? difference(own.fields, changes.removed) : newFieldSet());
  const time = isEmptySet(touched) ? own?.time : toTimestamp(input.now);
  const self: Manager = { ...identity, time, fields };
  const owners = new Map(known).set(id, self);
  return withManagedFields(after, writeManagers(capUpdaters(settle(owners, self, changes))));
}

/** What creates an object that does not exist yet: its identity, before anything is applied to it. */
function identityOf(applied: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = applied;
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

/** An object that nobody tracked so far is owned by `before-first-apply`, as on a real server. */
function knownManagers(live: KubeObject | undefined, schema: Schema): Managers {
  const managers = readManagers(live?.metadata.managedFields);
  if (!live || managers.size > 0) return managers;
  const first: Manager = {
    name: "before-first-apply",
    operation: "Update",
    apiVersion: live.apiVersion,
    subresource: "",
    time: live.metadata.creationTimestamp,
    fields: compare(trackedPart({}, undefined), trackedPart(live, undefined), schema).added,
  };
  return new Map([[managerId(first), first]]);
}

/** Removes what the manager applied last time and nobody, itself included, owns any more. */
function dropAbandoned(
  merged: unknown,
  previous: Manager | undefined,
  owners: Managers,
  schema: Schema,
): unknown {
  if (!previous) return merged;
  // Metadata itself is never abandoned, whatever was in it.
  const kept = newFieldSet();
  insertPath(kept, [fieldElement("metadata")]);
  const owned = [...owners.values()].map((owner) => owner.fields).reduce(union, kept);
  const abandoned = difference(
    withEnclosingFields(previous.fields, schema),
    withEnclosingFields(owned, schema),
  );
  return removeFields(merged, abandoned, schema);
}

function conflictsWith(owners: Managers, self: Manager, changes: Comparison): readonly Conflict[] {
  const touched = union(changes.added, changes.modified);
  return [...owners.values()]
    .filter((manager) => manager !== self)
    .map((manager) => ({ manager, fields: intersection(manager.fields, touched) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

/** Who owns what after the change: others lose what `self` changed, and all lose what is gone. */
function settle(owners: Managers, self: Manager, changes: Comparison): Managers {
  // The one is `self`.
  if (owners.size === 1) return owners;
  const lost = [changes.added, changes.modified, changes.removed].reduce(union);
  return new Map(
    [...owners].map(([id, manager]) => {
      if (manager === self || isEmptySet(intersection(manager.fields, lost))) return [id, manager];
      return [id, { ...manager, fields: difference(manager.fields, lost) }];
    }),
  );
}

/** Whether all own the same as before. Times do not count: an apply that changes nothing keeps them. */
function sameOwners(a: Managers, b: Managers): boolean {
  const owning = (managers: Managers): ReadonlyMap<string, FieldSet> =>
    new Map(
      [...managers]
        .filter(([, manager]) => !isEmptySet(manager.fields))
        .map(([id, manager]) => [`${id} ${manager.apiVersion}`, manager.fields]),
    );
  const [left, right] = [owning(a), owning(b)];
  return (
    left.size === right.size &&
    [...left].every(([id, fields]) => {
      const other = right.get(id);
      return other !== undefined && equalSets(fields, other);
    })
  );
}

/** The request's own entries when it sends usable ones, else the stored ones. A subresource cannot rewrite them. */
function entriesToStartFrom(
  before: KubeObject | undefined,
  after: KubeObject,
  subresource: string | undefined,
): readonly ManagedFieldsEntry[] | undefined {
  const stored = before?.metadata.managedFields;
  const sent = after.metadata.managedFields;
  if (subresource || !sent) return stored;
  const clears = sent.length === 1 && Object.keys(sent[0] ?? {}).length === 0;
  if (clears) return undefined;
  return readManagers(sent).size > 0 ? sent : stored;
}

function withManagedFields(
  object: KubeObject,
  entries: readonly ManagedFieldsEntry[] | undefined,
): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  if (managedFields === entries) return object;
  if (!entries || entries.length === 0) return managedFields ? { ...object, metadata } : object;
  return { ...object, metadata: { ...metadata, managedFields: [...entries] } };
}
