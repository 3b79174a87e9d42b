import { MemberCluster } from "../api/member-cluster.js";
import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_REFRESH_REQUESTED } from "../api/names.js";
import { memberFacts, reportsAgain } from "../placement/member-facts.js";
import { fieldsOf, sameJson } from "./fields.js";
import type { Change, Wake } from "./kind.js";
import {
  annotationChanged,
  deletionStarted,
  livePlacements,
  type Motion,
  specChanged,
  syncOf,
} from "./motion.js";
import type { Scope } from "./scope.js";
import { wake } from "./wake.js";

/**
 * Every placement picks clusters anew when a member comes, goes, or changes in what scheduling looks at. The member
 * itself is looked at when it is to be reached anew, when somebody asks for it, and when it leaves: by an instance of its own, since the first may
 * be waiting for an answer.
 */
export function memberMotion(scopes: readonly Scope[]): Motion {
  return async (change, store) => {
    const own = ownWakes(change);
    const meaningful =
      specChanged(change) ||
      deletionStarted(change) ||
      labelsChanged(change) ||
      memberFactsChanged(change);
    if (!meaningful) return own;
    const placements = await Promise.all(scopes.map((scope) => livePlacements(scope, store)));
    return [...own, ...placements.flat().map(syncOf)];
  };
}

function ownWakes(change: Change): readonly Wake[] {
  const { before, after } = change;
  if (!after) return [];
  if (deletionStarted(change)) return [wake("syncMember", after.kind, after, "-delete")];
  const refreshed = annotationChanged(change, ANNOTATION_REFRESH_REQUESTED);
  if (before && !refreshed && sameJson(connectionOf(before), connectionOf(after))) return [];
  return [wake("syncMember", after.kind, after)];
}

/** The part of the spec that says how the member is reached. */
function connectionOf({ spec }: KubeObject): unknown {
  const {
    taints: _t,
    deleteOptions: _d,
    heartbeatPeriodSeconds: _h,
    ...connection
  } = fieldsOf(spec);
  return connection;
}

function labelsChanged({ before, after }: Change): boolean {
  return !sameJson(before?.metadata.labels, after?.metadata.labels);
}

function memberFactsChanged({ before, after }: Change): boolean {
  if (sameJson(before?.status, after?.status)) return false;
  const [earlier, later] = [MemberCluster.safeParse(before), MemberCluster.safeParse(after)];
  // A status that cannot be read now was written by another version: looking once too often is harmless.
  if (!earlier.success || !later.success) return true;
  return (
    !sameJson(memberFacts(earlier.data), memberFacts(later.data)) ||
    reportsAgain(earlier.data, later.data)
  );
}
