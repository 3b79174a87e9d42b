import type { KubeObject } from "../api/meta.js";
import { succeeded, wordsOf } from "./answer.js";
import { type MemberClusters, MemberUnreachable } from "./member-connection.js";

export type ProbeResult =
  | {
      readonly kind: "Reached";
      /** Such as `v1.33.2`, where the server tells. */
      readonly version: string | undefined;
    }
  /** In the server's or the network's own words. */
  | { readonly kind: "Unreachable"; readonly message: string };

/** Asks a member's API server for its version: whether it is there, and lets us in. */
export async function probeMember(
  members: MemberClusters,
  member: KubeObject,
  timeoutMs: number,
): Promise<ProbeResult> {
  try {
    const connection = await members.connect(member);
    const answer = await connection.request({ method: "GET", path: "/version", timeoutMs });
    if (succeeded(answer)) return { kind: "Reached", version: versionIn(answer.body) };
    return { kind: "Unreachable", message: wordsOf(answer) };
  } catch (error) {
    if (error instanceof MemberUnreachable) return { kind: "Unreachable", message: error.message };
    throw error;
  }
}

function versionIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("gitVersion" in body)) return undefined;
  return typeof body.gitVersion === "string" ? body.gitVersion : undefined;
}
