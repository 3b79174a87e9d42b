import type { KubeObject } from "../api/meta.js";
import { identifierOf, identityKey } from "./identifier.js";
import type { InventoryEntry } from "./outcome.js";

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
