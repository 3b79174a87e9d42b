import type { KubeObject } from "../api/meta.js";
import { succeeded, wordsOf } from "./answer.js";
import {
  type MemberClusters,
  type MemberConnection,
  MemberUnreachable,
  type UnreachableReason,
} from "./member-connection.js";

export type ProbeResult =
  | {
      readonly kind: "Reached";
      /** Such as `v1.33.2`, where the server tells. */
      readonly version: string | undefined;
      readonly found?: MemberConnection["found"];
    }
  | {
      readonly kind: "Unreachable";
      readonly reason: UnreachableReason;
      /** In the server's or the network's own words. */
      readonly message: string;
      /** When to try again at the earliest. */
      readonly retryAfterSeconds?: number;
    };

/**
 * Asks a member's API server for its version: whether it is there, and lets us in. Everybody may ask for that; of an AKS
 * cluster a list of namespaces is asked for as well, without which nothing can be placed there.
 *
 * @param notOlderThan RFC 3339: what is remembered about the way to the member is found out anew if it is older
 */
export async function probeMember(
  members: MemberClusters,
  member: KubeObject,
  timeoutMs: number,
  notOlderThan?: string,
): Promise<ProbeResult> {
  try {
    const connection = await members.connect(member, { notOlderThan });
    const { found } = connection;
    const ask = (path: string) => connection.request({ method: "GET", path, timeoutMs });
    const version = await ask("/version");
    if (!succeeded(version)) return refused("Unreachable", wordsOf(version));
    const namespaces = found && (await ask("/api/v1/namespaces?limit=1"));
    if (namespaces?.status === 403) {
      return refused("ClusterRoleMissing", `${member.metadata.name}: ${wordsOf(namespaces)}`);
    }
    return { kind: "Reached", version: versionIn(version.body), ...(found && { found }) };
  } catch (error) {
    if (!(error instanceof MemberUnreachable)) throw error;
    const { reason, message, retryAfterSeconds } = error;
    const later = retryAfterSeconds !== undefined && { retryAfterSeconds };
    return { ...refused(reason, message), ...later };
  }
}

function refused(reason: UnreachableReason, message: string): ProbeResult {
  return { kind: "Unreachable", reason, message };
}

function versionIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("gitVersion" in body)) return undefined;
  return typeof body.gitVersion === "string" ? body.gitVersion : undefined;
}
