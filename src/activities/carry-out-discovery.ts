import { MemberCluster, type MemberClusterStatus } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import { conditionOf } from "../placement/conditions.js";
import { discoveryEvent } from "../placement/discovered-member.js";
import type { DiscoveryPlan, MemberChange } from "../placement/discovery-plan.js";
import type { Wake } from "../registry/kind.js";
import { wake } from "../registry/wake.js";
import { mapInParallel } from "../storage/map-in-parallel.js";
import type { Dependencies, Waker } from "./dependencies.js";
import { memberRef } from "./member-now.js";
import { livePlacements } from "./placements-on-member.js";
import { recordEvent } from "./record-event.js";
import { changeObject, createIfAbsent } from "./server-objects.js";

/** Members written side by side: those of one turn share storage transactions. */
const PARALLEL = 20;

/**
 * Writes what discovery has planned, and wakes placements when the labels of members may have changed: a new member does
 * so itself when it has joined.
 *
 * @param members every member as it was read for the plan
 * @returns the members that nobody has looked at yet, to be woken: new ones, and those that an earlier look was too
 *   short for
 */
export async function carryOutDiscovery(
  deps: Dependencies,
  waker: Waker,
  plan: DiscoveryPlan,
  members: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  const created = await mapInParallel(plan.create, PARALLEL, (member) =>
    createMember(deps, member),
  );
  const known = new Map(members.map((member) => [member.metadata.name, member]));
  const changes = [...plan.follow, ...plan.mark];
  await wakingPlacements(deps, waker, plan.follow.length > 0, () =>
    mapInParallel(changes, PARALLEL, (change) =>
      changeMember(deps, change, known.get(change.name)),
    ),
  );
  return [...members.filter(isUnseen), ...created.flat()];
}

/** Makes members look whether their API servers answer. */
export async function wakeMembers(waker: Waker, members: readonly KubeObject[]): Promise<void> {
  await mapInParallel(members, PARALLEL, (member) =>
    waker.wake([wake("syncMember", member.kind, member)]),
  );
}

/** Nobody has looked yet whether its API server answers. */
function isUnseen(member: KubeObject): boolean {
  const { status, metadata } = MemberCluster.parse(member);
  const joined = conditionOf(status?.conditions, "Joined");
  return joined?.status === "Unknown" && metadata.deletionTimestamp === undefined;
}

/** Empty when somebody else has just taken the name: the next look chooses another. */
async function createMember(
  deps: Dependencies,
  member: MemberCluster,
): Promise<readonly KubeObject[]> {
  const ref = memberRef(member.metadata.name);
  const { object, created } = await createIfAbsent(deps, ref, member);
  if (!created) return [];
  await tell(deps, object, undefined);
  return [object];
}

async function changeMember(
  deps: Dependencies,
  { name, uid, change }: MemberChange,
  known: KubeObject | undefined,
): Promise<void> {
  let before: MemberCluster | undefined;
  const apply = (current: KubeObject): KubeObject | undefined => {
    if (current.metadata.uid !== uid) return undefined;
    before = MemberCluster.parse(current);
    const { metadata, status } = change(before);
    return { ...current, metadata: { ...current.metadata, ...metadata }, status };
  };
  const object = await changeObject(deps.store, memberRef(name), apply, known);
  if (object && before) await tell(deps, object, before.status);
}

async function tell(
  deps: Dependencies,
  member: KubeObject,
  before: MemberClusterStatus | undefined,
): Promise<void> {
  const event = discoveryEvent(before, MemberCluster.parse(member).status);
  if (event) await recordEvent(deps, member, event);
}

/**
 * Writes, and makes every placement look then. It is remembered before the write, so that the sweep makes them look when
 * this process ends in between.
 */
async function wakingPlacements(
  deps: Dependencies,
  waker: Waker,
  concerned: boolean,
  write: () => Promise<unknown>,
): Promise<void> {
  const placements: readonly Wake[] = concerned ? await livePlacements(deps) : [];
  await deps.wakeups.mark(placements);
  await write();
  // A wake that is remembered already counts as sent.
  await Promise.all(placements.map(({ instanceId }) => deps.wakeups.clear(instanceId)));
  await waker.wake(placements);
}
