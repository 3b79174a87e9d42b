import type { KubeObject } from "../api/meta.js";
import { availabilityOf } from "../manifests/availability.js";
import { diff, MISSING_OBJECT, type PatchDetail } from "../manifests/diff.js";
import type {
  ApplyFailure,
  ObjectDiff,
  ObjectOutcome,
  ResourceIdentifier,
} from "../manifests/outcome.js";
import { hasCause, isTransient, objectOf, succeeded, wordsOf } from "./answer.js";
import type { ApplyContext, ApplyTarget } from "./apply-target.js";
import type { LeaveAlone } from "./live-decision.js";
import type { MemberResponse } from "./member-connection.js";

/** What became of one manifest, and what the next pass has to know. */
export interface ManifestResult {
  readonly outcome: ObjectOutcome;
  readonly specHash?: string;
  readonly diff?: ObjectDiff;
}

export function failed(
  identifier: ResourceIdentifier,
  reason: ApplyFailure,
  message: string,
  retryable: boolean,
): ManifestResult {
  return { outcome: { applied: false, identifier, reason, message, retryable } };
}

/** The object cannot even be read. */
export function notFindable({ identifier }: ApplyTarget, response: MemberResponse): ManifestResult {
  const reason = "FailedToFindObjInMemberCluster";
  return failed(identifier, reason, wordsOf(response), isTransient(response));
}

/** The object on the member is left as it is. */
export function leftAlone({ identifier }: ApplyTarget, decision: LeaveAlone): ManifestResult {
  const { reason, message, retryable, diff } = decision;
  return { ...failed(identifier, reason, message, retryable), ...(diff && { diff }) };
}

/** How an object on the member differs from its manifest. */
export function objectDiff(
  { identifier }: ApplyTarget,
  kind: ObjectDiff["kind"],
  { metadata: { generation } }: KubeObject,
  details: readonly PatchDetail[],
): ObjectDiff {
  return { identifier, kind, details, ...(generation !== undefined && { generation }) };
}

/** The object, if there is one, was compared with its manifest and nothing else was done. */
export function compared(
  target: ApplyTarget,
  live: KubeObject | undefined,
  details: readonly PatchDetail[],
): ManifestResult {
  const { identifier } = target;
  const uid = live?.metadata.uid ?? "";
  const availability = { state: "NotTrackable" } as const;
  const outcome = {
    applied: true,
    identifier,
    change: "unchanged",
    uid,
    availability,
  } as const;
  if (!live) return { outcome, diff: { identifier, kind: "Diff", details: [MISSING_OBJECT] } };
  if (details.length === 0) return { outcome };
  return { outcome, diff: objectDiff(target, "Diff", live, details) };
}

/** What the answer to an apply says. `isUnchanged` is asked when it succeeded on an object that was there before. */
export function applied(
  { strategy }: Pick<ApplyContext, "strategy">,
  target: ApplyTarget,
  response: MemberResponse,
  isUnchanged: (resourceVersion: string | undefined) => boolean,
): ManifestResult {
  const { identifier, specHash } = target;
  if (!succeeded(response)) {
    return failed(identifier, "ManifestApplyFailed", wordsOf(response), isRetryable(response));
  }
  const live = objectOf(response, identifier.name);
  const { uid = "", resourceVersion, deletionTimestamp, finalizers = [] } = live.metadata;
  if (deletionTimestamp) {
    const waits =
      finalizers.length > 0 ? ` and waits for its finalizers ${finalizers.join(", ")}` : "";
    const message = `the object on the member is being deleted${waits}`;
    return failed(identifier, "ManifestApplyFailed", message, true);
  }
  const rest = isUnchanged(resourceVersion) ? "unchanged" : "configured";
  const change = response.status === 201 ? "created" : rest;
  const availability = availabilityOf(live);
  const outcome = { applied: true, identifier, change, uid, availability } as const;
  const drift = strategy.comparisonOption === "FullComparison" && driftOf(target, live);
  return { outcome, specHash, ...(drift && { diff: drift }) };
}

/** What the member has beyond an applied manifest. Source: KubeFleet work applier, drift detection after applying. */
function driftOf(target: ApplyTarget, live: KubeObject): ObjectDiff | undefined {
  const details = diff(target.manifest, live);
  return details.length > 0 ? objectDiff(target, "Drift", live, details) : undefined;
}

/** A missing namespace may come, a terminating one go, and a concurrent change is over the next time. */
function isRetryable(response: MemberResponse): boolean {
  if (isTransient(response) || response.status === 404) return true;
  if (response.status === 409) return !hasCause(response, { reason: "FieldManagerConflict" });
  return hasCause(response, { reason: "NamespaceTerminating" });
}
