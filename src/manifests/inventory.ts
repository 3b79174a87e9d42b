import type { KubeObject } from "../api/meta.js";
import { identifierOf, identityKey } from "./identifier.js";
import type { InventoryEntry, ObjectOutcome, ResourceIdentifier } from "./outcome.js";

/**
 * The inventory to record before a snapshot is applied: everything already there and everything about to be put there,
 * so that a crash half way leaks nothing. Known uids are kept; new objects have none yet.
 */
export function writeAhead(
  inventory: readonly InventoryEntry[],
  manifests: readonly KubeObject[],
): readonly InventoryEntry[] {
  const known = new Set(inventory.map(identityKey));
  const added = new Map(
    manifests
      .map(identifierOf)
      .filter((identifier) => identifier.name !== "" && !known.has(identityKey(identifier)))
      .map((identifier) => [identityKey(identifier), identifier]),
  );
  return [...inventory, ...added.values()];
}

/** What an earlier snapshot put on the member and this one no longer contains. */
export function leftOvers(
  inventory: readonly InventoryEntry[],
  manifests: readonly KubeObject[],
): readonly InventoryEntry[] {
  const wanted = new Set(manifests.map((manifest) => identityKey(identifierOf(manifest))));
  return inventory.filter((entry) => !wanted.has(identityKey(entry)));
}

/** What became of one manifest, as far as the inventory is concerned. */
export interface InventoryChange {
  readonly outcome: ObjectOutcome;
  readonly specHash?: string | undefined;
}

/**
 * The inventory after a pass: what was applied, what could not be pruned, and what was not applied but is, or may be,
 * on the member. An object that was refused for not being the placement's is dropped.
 */
export function inventoryAfter(
  before: readonly InventoryEntry[],
  changes: readonly InventoryChange[],
  notPruned: readonly ResourceIdentifier[],
): readonly InventoryEntry[] {
  const known = new Map(before.map((entry) => [identityKey(entry), entry]));
  const kept = changes.flatMap((change) => entryAfter(change, known) ?? []);
  const stuck = notPruned.map((identifier) => known.get(identityKey(identifier)) ?? identifier);
  return [...new Map([...stuck, ...kept].map((entry) => [identityKey(entry), entry])).values()];
}

function entryAfter(
  { outcome, specHash }: InventoryChange,
  known: ReadonlyMap<string, InventoryEntry>,
): InventoryEntry | undefined {
  const { identifier } = outcome;
  if (outcome.applied) {
    return { ...identifier, uid: outcome.uid, ...(specHash && { specHash }) };
  }
  switch (outcome.reason) {
    case "NotTakenOver":
    case "FailedToTakeOver":
      return undefined;
    case "DecodingErred":
    case "FoundGenerateName":
    case "Duplicated":
      return undefined;
    default: {
      const entry = known.get(identityKey(identifier));
      return entry?.uid || outcome.retryable ? (entry ?? identifier) : undefined;
    }
  }
}
