import { MemberCluster } from "../api/member-cluster.js";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import {
  type MemberClusters,
  MemberUnreachable,
  type UnreachableReason,
} from "../clusters/member-connection.js";
import { conditionOf } from "../placement/conditions.js";
import { lastSeenDirectly, seenDirectly } from "../placement/member-seen.js";
import { wake } from "../registry/wake.js";
import type { Dependencies } from "./dependencies.js";
import { memberRef } from "./member-now.js";
import { changeObject } from "./server-objects.js";

type Tools = Pick<Dependencies, "store" | "wakeups" | "now">;

/** A member that is worked at is noted this often: one write in the whole update of a cluster. */
const PRECISION_MS = 10 * 60_000;

/** These say nothing about the member. */
const NO_FINDING: readonly UnreachableReason[] = ["Throttled", "WaitingForTurn"];

/**
 * Members that are observed while they are worked at: the status says when one answered last, and one that does not answer
 * any more is looked at with the next sweep, which says so in its conditions. Nobody asks a member for that alone.
 */
export function observedMembers(members: MemberClusters, tools: Tools): MemberClusters {
  const answered = new Map<string, number>();
  const silent = new Map<string, number>();
  /** Whether it is time again to note something of a member. */
  const isDue = (noted: Map<string, number>, { metadata }: KubeObject) => {
    const time = tools.now().getTime();
    if (time - (noted.get(metadata.name) ?? 0) < PRECISION_MS) return false;
    noted.set(metadata.name, time);
    return true;
  };
  const observe = async <T>(member: KubeObject, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const isFinding = error instanceof MemberUnreachable && !NO_FINDING.includes(error.reason);
      if (isFinding && isDue(silent, member)) await lookLater(tools, member);
      throw error;
    }
  };

  return {
    async connect(member, options) {
      const connection = await observe(member, () => members.connect(member, options));
      const { memberName, found } = connection;
      return {
        memberName,
        ...(found && { found }),
        async request(request) {
          const response = await observe(member, () => connection.request(request));
          if (isDue(answered, member)) await noteSeen(tools, member);
          return response;
        },
      };
    },
  };
}

async function noteSeen({ store, now }: Tools, member: KubeObject): Promise<void> {
  const { name, uid } = member.metadata;
  const seen = lastSeenDirectly(MemberCluster.parse(member).status);
  // The first time is noted by who lets it join, together with the rest.
  if (seen === undefined || now().getTime() - Date.parse(seen) < PRECISION_MS) return;
  const change = (current: KubeObject) => {
    if (current.metadata.uid !== uid) return undefined;
    const { status = {} } = MemberCluster.parse(current);
    return { ...current, status: seenDirectly(status, toTimestamp(now())) };
  };
  await changeObject(store, memberRef(name), change, member);
}

/** A member whose status says that it is well is to be looked at; the others are looked at anyway. */
async function lookLater({ wakeups }: Tools, member: KubeObject): Promise<void> {
  const { status } = MemberCluster.parse(member);
  if (conditionOf(status?.conditions, "Healthy")?.status !== "True") return;
  await wakeups.mark([wake("syncMember", member.kind, member)]);
}
