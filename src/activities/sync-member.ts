import { MemberCluster } from "../api/member-cluster.js";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import { ANNOTATION_REFRESH_REQUESTED, FINALIZER_MEMBER_CLUSTER } from "../api/names.js";
import { probeMember } from "../clusters/probe-member.js";
import { conditionOf } from "../placement/conditions.js";
import {
  MEMBER_LEFT,
  type MemberFinding,
  memberEvent,
  memberStatus,
} from "../placement/member-status.js";
import type { SyncMemberResult, TargetRef } from "./contracts.js";
import type { Dependencies, Waker } from "./dependencies.js";
import { memberNow, memberRef } from "./member-now.js";
import { livePlacements, placementsOn } from "./placements-on-member.js";
import { recordEvent } from "./record-event.js";
import { changeObject, removeFinalizers } from "./server-objects.js";

const PROBE_MS = 10_000;
/** Bounds of the pause before the next look; in between it grows with what has been waited already. */
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** The deletion itself has woken the placements; only when that takes longer they are told again, and the member why. */
const QUIET_MS = 5000;

/**
 * Joins a member once its API server answers, and lets one that is deleted go once no placement picks it any more: its
 * bindings are Unscheduled then, and what it holds stays on it. Source: KubeFleet `membercluster/v1beta1`.
 */
export const makeSyncMember =
  (deps: Dependencies) =>
  async (target: TargetRef, waker: Waker): Promise<SyncMemberResult> => {
    await Promise.all([deps.wakeups.clear(target.uid), deps.wakeups.clear(`${target.uid}-delete`)]);
    const member = await memberNow(deps, target.name);
    if (!member || member.metadata.uid !== target.uid) return SETTLED;
    const leaving = member.metadata.deletionTimestamp;
    return leaving ? leave(deps, member, leaving, waker) : join(deps, member, waker);
  };

const SETTLED: SyncMemberResult = { kind: "Settled" };

async function join(
  deps: Dependencies,
  member: KubeObject,
  waker: Waker,
): Promise<SyncMemberResult> {
  const found = await probeMember(deps.members, member, PROBE_MS, refreshRequested(member));
  const { before, after } = await recordFinding(deps, member, found);
  const was = conditionOf(before?.status?.conditions, "Joined");
  const is = conditionOf(after?.status?.conditions, "Joined");
  // One that has not joined is not picked.
  if (was && was.status !== "True" && is?.status === "True") {
    await waker.wake(await livePlacements(deps));
  }
  if (found.kind === "Reached") return SETTLED;
  const failing = is?.status === "True" ? conditionOf(after?.status?.conditions, "Healthy") : is;
  return lookAgain(deps, failing?.lastTransitionTime, found.retryAfterSeconds);
}

/** When somebody asked for a new look at where the member is, if ever. */
function refreshRequested({ metadata }: KubeObject): string | undefined {
  const time = metadata.annotations?.[ANNOTATION_REFRESH_REQUESTED];
  return time !== undefined && Number.isFinite(Date.parse(time)) ? time : undefined;
}

async function leave(
  deps: Dependencies,
  member: KubeObject,
  since: string,
  waker: Waker,
): Promise<SyncMemberResult> {
  const { finalizers = [] } = member.metadata;
  if (!finalizers.includes(FINALIZER_MEMBER_CLUSTER)) return SETTLED;
  const holding = await placementsOn(deps, member.metadata.name);
  if (holding.length > 0) {
    if (deps.now().getTime() - Date.parse(since) > QUIET_MS) {
      const placements = holding.map(({ input: { kind, name } }) => `${kind} ${name}`);
      await recordFinding(deps, member, { kind: "Held", placements });
      await waker.wake(holding);
    }
    return lookAgain(deps, since);
  }
  await recordEvent(deps, member, MEMBER_LEFT);
  await removeFinalizers(deps.store, memberRef(member.metadata.name), [FINALIZER_MEMBER_CLUSTER]);
  // Its domains of a spread are gone with it, and decisions about it mean nothing any more.
  await waker.wake(await livePlacements(deps));
  return SETTLED;
}

interface Recorded {
  readonly before?: MemberCluster;
  readonly after?: MemberCluster;
}

async function recordFinding(
  deps: Dependencies,
  member: KubeObject,
  finding: MemberFinding,
): Promise<Recorded> {
  let before: MemberCluster | undefined;
  const object = await changeObject(deps.store, memberRef(member.metadata.name), (current) => {
    if (current.metadata.uid !== member.metadata.uid) return undefined;
    before = MemberCluster.parse(current);
    return { ...current, status: memberStatus(before, finding, toTimestamp(deps.now())) };
  });
  if (!object || !before) return {};
  const after = MemberCluster.parse(object);
  const event = after.status && memberEvent(before.status, after.status);
  if (event) await recordEvent(deps, object, event);
  return { before, after };
}

/** Soon at first, then ever less often; or when somebody has said it is of use. */
function lookAgain(
  deps: Dependencies,
  since: string | undefined,
  afterSeconds?: number,
): SyncMemberResult {
  const now = deps.now().getTime();
  const waited = since === undefined ? 0 : now - Date.parse(since);
  const pause =
    afterSeconds === undefined
      ? Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, waited / 4))
      : afterSeconds * 1000;
  return { kind: "Wait", until: new Date(now + pause).toISOString() };
}
