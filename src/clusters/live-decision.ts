import type { KubeObject } from "../api/meta.js";
import type { PatchDetail } from "../manifests/diff.js";
import type { ApplyFailure } from "../manifests/outcome.js";
import { SPEC_HASH_ANNOTATION } from "../manifests/ownership.js";
import { decideTakeOver, TAKE_OVER_DIFFERENCES } from "../manifests/take-over.js";
import type { ApplyContext, ApplyTarget } from "./apply-target.js";
import { compareWithLive } from "./compare-object.js";
import type { Precondition } from "./patch-object.js";

/** What to do with an object that already is on the member. */
export type LiveDecision =
  | { readonly kind: "Apply"; readonly precondition: Precondition }
  | LeaveAlone;

export interface LeaveAlone {
  readonly kind: "LeaveAlone";
  readonly reason: ApplyFailure;
  readonly message: string;
  readonly retryable: boolean;
  /** The differences that are the reason. */
  readonly details?: readonly PatchDetail[];
}

/** Source: KubeFleet work applier, per-manifest decisions: take-over first, then drift. */
export async function decideAboutLive(
  context: ApplyContext,
  target: ApplyTarget,
  live: KubeObject,
): Promise<LiveDecision> {
  const { uid = "", resourceVersion } = live.metadata;
  const takeOver = decideTakeOver(live, context.owner, context.strategy);
  if (takeOver.kind === "Refused") return { ...takeOver, kind: "LeaveAlone", retryable: false };
  const rule = comparisonRule(context, target, live, takeOver);
  if (!rule) return { kind: "Apply", precondition: { uid } };

  const { connection, strategy, signal } = context;
  const pair = { path: target.path, manifest: target.manifest, live };
  const comparison = await compareWithLive(connection, pair, strategy.comparisonOption, signal);
  if (comparison.kind === "Failed") {
    const { message, retryable } = comparison;
    return { kind: "LeaveAlone", reason: rule.reason, message, retryable };
  }
  if (comparison.details.length === 0) {
    return { kind: "Apply", precondition: { uid, resourceVersion } };
  }
  return { kind: "LeaveAlone", ...rule, retryable: false, details: comparison.details };
}

/** What a difference means; undefined when differences are simply overwritten. */
function comparisonRule(
  { strategy }: ApplyContext,
  { specHash }: ApplyTarget,
  live: KubeObject,
  takeOver:
    | { readonly kind: "Owned" }
    | { readonly kind: "TakeOver"; readonly afterComparison: boolean },
): { readonly reason: ApplyFailure; readonly message: string } | undefined {
  if (takeOver.kind === "TakeOver") {
    if (!takeOver.afterComparison) return undefined;
    return { reason: "FailedToTakeOver", message: TAKE_OVER_DIFFERENCES };
  }
  const sameManifest = live.metadata.annotations?.[SPEC_HASH_ANNOTATION] === specHash;
  if (strategy.whenToApply !== "IfNotDrifted" || !sameManifest) return undefined;
  return {
    reason: "FoundDrifts",
    message:
      "cannot apply manifest: drifts are found between the manifest and the object from the member cluster",
  };
}
