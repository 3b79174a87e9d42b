import type { KubeObject, ManagedFieldsEntry } from "../api/meta.js";

/** Under this name the member's server keeps which fields are ours. */
export const FIELD_MANAGER = "stagecoach";

/** What objects are managed by that nobody has applied to yet. Source: apimachinery `managedfields`. */
const BEFORE_FIRST_APPLY = "before-first-apply";

/**
 * Whether nobody but us has set fields: then a conflict is one with ourselves, with what another way of applying left.
 * Status does not count, it belongs to controllers. Source: KubeFleet work applier.
 */
export function isManagedByUsAlone({ metadata }: KubeObject): boolean {
  const managers = (metadata.managedFields ?? [])
    .filter(({ subresource }) => !subresource)
    .map(({ manager }) => manager);
  return managers.every((manager) => manager === FIELD_MANAGER || manager === BEFORE_FIRST_APPLY);
}

/** Whether we have server-side applied the object before. */
export function isServerSideApplied({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).some(isOurs("Apply"));
}

/**
 * The managed fields with those that we have set by creating and patching counted as server-side applied, so that the
 * next apply removes the ones it no longer sets. Undefined when there is nothing to move.
 *
 * Source: client-go `util/csaupgrade`.
 */
export function upgradedManagers({
  apiVersion,
  metadata: { managedFields = [] },
}: KubeObject): readonly ManagedFieldsEntry[] | undefined {
  const updated = managedFields.find(isOurs("Update"));
  if (!updated || updated.apiVersion !== apiVersion) return undefined;
  const applied = managedFields.find(isOurs("Apply"));
  const entry = {
    ...updated,
    operation: "Apply",
    fieldsV1: union(applied?.fieldsV1 ?? {}, updated.fieldsV1 ?? {}),
  };
  return [...managedFields.filter((each) => each !== updated && each !== applied), entry];
}

function isOurs(wanted: "Apply" | "Update") {
  return ({ manager, operation, subresource }: ManagedFieldsEntry) =>
    manager === FIELD_MANAGER && operation === wanted && !subresource;
}

/** In a FieldsV1 trie every value is a trie. */
type Trie = Readonly<Record<string, unknown>>;

function union(a: Trie, b: Trie): Trie {
  const merged = Object.entries(b).map(([key, value]) => [
    key,
    union((a[key] ?? {}) as Trie, value as Trie),
  ]);
  return { ...a, ...Object.fromEntries(merged) };
}
