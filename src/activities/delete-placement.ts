import {
  FINALIZER_PLACEMENT_CLEANUP,
  FINALIZER_SCHEDULER_CLEANUP,
  LABEL_PARENT_CRP,
} from "../api/names.js";
import { MemberUnreachable } from "../clusters/member-connection.js";
import { removePlaced } from "../clusters/remove-placed.js";
import { CLEANUP_FINALIZER_REMOVED } from "../placement/placement-events.js";
import type {
  PlacedMembers,
  RemovePlacementInput,
  RemovePlacementResult,
  TargetRef,
} from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { type LeaseTarget, releaseLease, takeLease } from "./member-lease.js";
import { memberNow } from "./member-now.js";
import { recordEvent } from "./record-event.js";
import { placementCollection, placementRef, scopeOf } from "./scope.js";
import { removeFinalizers, removeObject } from "./server-objects.js";
import { removeCopies } from "./share-status.js";

/** How long one look at a member may take. */
const REMOVAL_TIMEOUT_MS = 60_000;

/** Who may still hold something of the placement. */
export const makeListPlacedMembers =
  (deps: Dependencies) =>
  async (placement: TargetRef): Promise<PlacedMembers> => {
    await deps.wakeups.clear(`${placement.uid}-delete`);
    const rows = await deps.inventory.list(placement.uid);
    return { members: rows.map((row) => row.row) };
  };

/** Takes the placement's objects off one member. Tells, never throws: its siblings are waited for together. */
export const makeRemovePlacement =
  (deps: Dependencies) =>
  async ({ placement, member }: RemovePlacementInput): Promise<RemovePlacementResult> => {
    try {
      const message = await removeFromMember(deps, placement, member, `delete ${placement.uid}`);
      if (message === undefined) return { kind: "Removed" };
      await tellCleanupPending(deps, placement, member, message);
      return { kind: "Pending", message };
    } catch (error) {
      return { kind: "Pending", message: String(error) };
    }
  };

/** The last step: everything the placement owned on the hub goes, then its finalizers. */
export const makeFinishPlacementDeletion =
  (deps: Dependencies) =>
  async (placement: TargetRef): Promise<Record<string, never>> => {
    const resources = scopeOf(placement);
    for (const resource of [resources.snapshots, resources.policySnapshots, resources.bindings]) {
      const { items } = await deps.store.list(placementCollection(placement, resource));
      const own = items.filter(
        (object) => object.metadata.labels?.[LABEL_PARENT_CRP] === placement.name,
      );
      for (const object of own) {
        await removeObject(deps.store, placementRef(placement, resource, object.metadata.name));
      }
    }
    if (resources.scope === "Cluster") await removeCopies(deps, placement);
    const ref = placementRef(placement, resources.placements, placement.name);
    const object = await deps.store.get(ref);
    if (object) await recordEvent(deps, object, CLEANUP_FINALIZER_REMOVED);
    await removeFinalizers(deps.store, ref, [
      FINALIZER_PLACEMENT_CLEANUP,
      FINALIZER_SCHEDULER_CLEANUP,
    ]);
    return {};
  };

/**
 * Removes what a placement has on one member.
 *
 * @returns undefined when nothing is left; else what is in the way, in the server's own words
 */
export async function removeFromMember(
  deps: Dependencies,
  placement: TargetRef,
  memberName: string,
  holder: string,
): Promise<string | undefined> {
  const target: LeaseTarget = { placementUid: placement.uid, member: memberName, holder };
  const member = await memberNow(deps, memberName);
  const lease = await takeLease(deps, target, (known) => known);
  if (!lease) return "another update is being applied to this cluster";
  if (!member || member.metadata.deletionTimestamp) {
    // The cluster has left, or is about to: what it holds stays there, and nobody keeps book of it any longer.
    await releaseLease(deps, target, lease, []);
    return undefined;
  }
  try {
    const { remaining } = await removePlaced(
      await deps.members.connect(member),
      { owner: { ...placement, kind: scopeOf(placement).placementKind }, inventory: lease.entries },
      AbortSignal.timeout(REMOVAL_TIMEOUT_MS),
    );
    await releaseLease(
      deps,
      target,
      lease,
      remaining.map((left) => left.identifier),
    );
    if (remaining.length === 0) return undefined;
    return remaining
      .map((left) => `${left.identifier.kind} ${left.identifier.name}: ${left.message}`)
      .join("; ");
  } catch (error) {
    await releaseLease(deps, target, lease, lease.entries);
    if (error instanceof MemberUnreachable) return error.message;
    throw error;
  }
}

/** Says on the placement what keeps its objects on a member. */
export async function tellCleanupPending(
  deps: Dependencies,
  placement: TargetRef,
  member: string,
  problem: string,
): Promise<void> {
  const object = await deps.store.get(
    placementRef(placement, scopeOf(placement).placements, placement.name),
  );
  if (!object) return;
  // What a connection says begins with its member already.
  const where = problem.startsWith(`${member}: `) ? "" : `${member}: `;
  const message = `${where}${problem}; tried again by itself until nothing is left there, or the MemberCluster is deleted`;
  await recordEvent(deps, object, { type: "Warning", reason: "PlacementCleanupPending", message });
}
