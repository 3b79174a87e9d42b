import type { KubeObject } from "../api/meta.js";
import { type DifferenceRule, DRIFT, TAKE_OVER_DIFFERENCE } from "../manifests/difference-rules.js";
import type { ApplyFailure, ObjectDiff } from "../manifests/outcome.js";
import { SPEC_HASH_ANNOTATION } from "../manifests/ownership.js";
import { decideTakeOver } from "../manifests/take-over.js";
import type { ApplyContext, ApplyTarget } from "./apply-target.js";
import { compareWithLive } from "./compare-object.js";
import { objectDiff } from "./manifest-result.js";
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
  readonly diff?: ObjectDiff;
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
    return { kind: "LeaveAlone", reason: rule.notCompared, message, retryable };
  }
  if (comparison.details.length === 0) {
    return { kind: "Apply", precondition: { uid, resourceVersion } };
  }
  const { details, degraded } = comparison;
  return {
    kind: "LeaveAlone",
    ...(degraded ? rule.inDegradedMode : rule.found),
    retryable: false,
    diff: objectDiff(target, rule.kind, live, details),
  };
}

/** What a difference means; undefined when differences are simply overwritten. */
function comparisonRule(
  { strategy }: ApplyContext,
  { specHash }: ApplyTarget,
  live: KubeObject,
  takeOver:
    | { readonly kind: "Owned" }
    | { readonly kind: "TakeOver"; readonly afterComparison: boolean },
): DifferenceRule | undefined {
  if (takeOver.kind === "TakeOver") {
    return takeOver.afterComparison ? TAKE_OVER_DIFFERENCE : undefined;
  }
  const sameManifest = live.metadata.annotations?.[SPEC_HASH_ANNOTATION] === specHash;
  if (strategy.whenToApply !== "IfNotDrifted" || !sameManifest) return undefined;
  return DRIFT;
}
