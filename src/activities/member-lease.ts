import type { InventoryEntry } from "../manifests/outcome.js";
import type { Inventory } from "../storage/inventory.js";
import { isStoreError } from "../storage/object-store.js";
import type { Dependencies } from "./dependencies.js";

/** Longer than any one activity works on a member: a holder that died is outlived. */
const LEASE_MS = 120_000;

/** The right to change what one placement has on one member, and what is known to be there. */
export interface MemberLease {
  readonly entries: readonly InventoryEntry[];
  readonly version: string;
}

/** Whose turn it is: two runs on one placement, or a run and the placement's deletion, never write side by side. */
export interface LeaseTarget {
  readonly placementUid: string;
  readonly member: string;
  readonly holder: string;
}

type Entries = (known: readonly InventoryEntry[]) => readonly InventoryEntry[];

/**
 * Takes the lease. The same holder may take it again: its earlier try died.
 *
 * @param entries what may be on the member from now on, recorded before it is applied so that a crash leaks nothing
 * @returns undefined while somebody else holds it
 */
export async function takeLease(
  deps: Dependencies,
  target: LeaseTarget,
  entries: Entries,
): Promise<MemberLease | undefined> {
  // What was read ahead may be out of date: then the write is refused, or somebody has given the lease back since.
  return (
    (await tryToTakeLease(deps, target, entries, true)) ??
    (await tryToTakeLease(deps, target, entries, false))
  );
}

async function tryToTakeLease(
  deps: Dependencies,
  target: LeaseTarget,
  entries: Entries,
  ahead: boolean,
): Promise<MemberLease | undefined> {
  const row = await deps.inventory.get(target.placementUid, target.member, { ahead });
  const lease = row?.value.lease;
  const now = deps.now().getTime();
  if (lease && lease.holder !== target.holder && new Date(lease.until).getTime() > now) {
    return undefined;
  }
  const until = new Date(now + LEASE_MS).toISOString();
  const known = row?.value.entries ?? [];
  const value: Inventory = {
    entries: [...entries(known)],
    lease: { holder: target.holder, until },
  };
  try {
    const version = row
      ? await deps.inventory.replace(target.placementUid, target.member, value, row.version)
      : await deps.inventory.insert(target.placementUid, target.member, value);
    return { entries: known, version };
  } catch (error) {
    if (isLost(error)) return undefined;
    throw error;
  }
}

/** Records what is on the member now and gives the lease back. False when it had been lost to another holder. */
export async function releaseLease(
  deps: Dependencies,
  target: LeaseTarget,
  lease: MemberLease,
  entries: readonly InventoryEntry[],
): Promise<boolean> {
  try {
    if (entries.length === 0) {
      await deps.inventory.remove(target.placementUid, target.member, lease.version);
    } else {
      const value: Inventory = { entries: [...entries] };
      await deps.inventory.replace(target.placementUid, target.member, value, lease.version);
    }
    return true;
  } catch (error) {
    if (isLost(error)) return false;
    throw error;
  }
}

function isLost(error: unknown): boolean {
  return (
    isStoreError(error, "Conflict") ||
    isStoreError(error, "NotFound") ||
    isStoreError(error, "AlreadyExists")
  );
}
