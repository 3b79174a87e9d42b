import { identityKey } from "../manifests/identifier.js";
import type { InventoryEntry, Owner, ResourceIdentifier } from "../manifests/outcome.js";
import { inWaves } from "../manifests/waves.js";
import { mapInParallel } from "./in-parallel.js";
import type { MemberConnection } from "./member-connection.js";
import { removeObject } from "./remove-object.js";

export interface RemovalReport {
  /** Gone, or going without anybody's help. Objects that are no longer the placement's are in neither list. */
  readonly removed: readonly ResourceIdentifier[];
  readonly remaining: readonly RemainingObject[];
}

/** An object that is still there, with the server's own words. */
export interface RemainingObject {
  readonly identifier: ResourceIdentifier;
  readonly message: string;
  /** The server will remove it as soon as its finalizers are done. */
  readonly deletionAccepted: boolean;
}

const MAX_PARALLEL = 16;

/**
 * Removes what a placement has on a member, in the reverse order of applying: namespaces last. Waits for nothing, so
 * objects with finalizers remain until a later pass finds them gone. Safe to repeat.
 *
 * @throws MemberUnreachable
 */
export async function removePlaced(
  connection: MemberConnection,
  request: { readonly owner: Owner; readonly inventory: readonly InventoryEntry[] },
  signal: AbortSignal,
): Promise<RemovalReport> {
  const removed: ResourceIdentifier[] = [];
  const remaining: RemainingObject[] = [];
  const unique = new Map(request.inventory.map((entry) => [identityKey(entry), entry])).values();
  for (const wave of inWaves([...unique], (entry) => entry).toReversed()) {
    await mapInParallel(wave, MAX_PARALLEL, async (entry) => {
      const removal = await removeObject(connection, request.owner, entry, signal);
      const { uid: _uid, specHash: _specHash, ...identifier } = entry;
      if (removal.kind === "Removed") removed.push(identifier);
      if (removal.kind !== "Held" && removal.kind !== "Remaining") return;
      const deletionAccepted = removal.kind === "Held";
      remaining.push({ identifier, message: removal.message, deletionAccepted });
    });
  }
  return { removed, remaining };
}
