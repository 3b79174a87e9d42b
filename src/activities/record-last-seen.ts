import { MemberCluster } from "../api/member-cluster.js";
import { type KubeObject, toTimestamp } from "../api/meta.js";
import type { MemberClusters } from "../clusters/member-connection.js";
import { lastSeenDirectly, seenDirectly } from "../placement/member-seen.js";
import type { Dependencies } from "./dependencies.js";
import { memberRef } from "./member-now.js";
import { changeObject } from "./server-objects.js";

/** A member that is worked at is noted this often: one write in the whole update of a cluster. */
const PRECISION_MS = 10 * 60_000;

/** Members that say in their status when they answered last. Nobody asks a member for that alone. */
export function recordLastSeen(
  members: MemberClusters,
  { store, now }: Pick<Dependencies, "store" | "now">,
): MemberClusters {
  const noted = new Map<string, number>();

  const note = async (member: KubeObject): Promise<void> => {
    const { name, uid } = member.metadata;
    const time = now();
    const isRecent = (last: number) => time.getTime() - last < PRECISION_MS;
    if (isRecent(noted.get(name) ?? 0)) return;
    noted.set(name, time.getTime());
    const seen = lastSeenDirectly(MemberCluster.parse(member).status);
    // The first time is noted by who lets it join, together with the rest.
    if (seen === undefined || isRecent(Date.parse(seen))) return;
    const change = (current: KubeObject) => {
      if (current.metadata.uid !== uid) return undefined;
      const { status = {} } = MemberCluster.parse(current);
      return { ...current, status: seenDirectly(status, toTimestamp(time)) };
    };
    await changeObject(store, memberRef(name), change, member);
  };

  return {
    async connect(member, options) {
      const connection = await members.connect(member, options);
      const { memberName, found } = connection;
      return {
        memberName,
        ...(found && { found }),
        async request(request) {
          const response = await connection.request(request);
          await note(member);
          return response;
        },
      };
    },
  };
}
