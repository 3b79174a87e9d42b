import { type KubeObject, type OwnerReference, parseApiVersion } from "../api/meta.js";
import { PLACEMENT_GROUP } from "../api/names.js";
import type { ApplyStrategyOptions } from "./apply-strategy.js";
import type { Owner } from "./outcome.js";
import { isOwnedBy, isPredecessor, ownerOf } from "./ownership.js";

/** What may be done with an object that already is on the member. */
export type TakeOver =
  /** It belongs to this placement. */
  | { readonly kind: "Owned" }
  /** It becomes this placement's, `afterComparison` only when it differs in nothing. */
  | { readonly kind: "TakeOver"; readonly afterComparison: boolean }
  | {
      readonly kind: "Refused";
      readonly reason: "NotTakenOver" | "FailedToTakeOver";
      readonly message: string;
    };

/**
 * Decides about an object found on the member. A placement's claim is the owner annotation; owner references are
 * somebody else's, because manifests are placed without them.
 *
 * Source: KubeFleet work applier, take-over; the messages are its own where it has one.
 */
export function decideTakeOver(
  live: KubeObject,
  owner: Owner,
  strategy: Pick<ApplyStrategyOptions, "whenToTakeOver" | "allowCoOwnership">,
): TakeOver {
  if (isOwnedBy(live, owner)) return { kind: "Owned" };
  if (strategy.whenToTakeOver === "Never") {
    return {
      kind: "Refused",
      reason: "NotTakenOver",
      message: "no ownership of the object in the member cluster; takeover is needed",
    };
  }
  const other = ownerOf(live);
  if (other && !isPredecessor(other, owner)) {
    return failed(`the object is already owned by another placement (${describeOwner(other)})`);
  }
  const references = live.metadata.ownerReferences ?? [];
  if (references.length > 0 && !strategy.allowCoOwnership) {
    return failed(
      "the object is already owned by some other sources(s) and co-ownership is disallowed " +
        `(existingOwnerRefs: [${references.map(describeReference).join(", ")}])`,
    );
  }
  if (references.some(isAppliedWork)) {
    return failed("the object is already owned by another Fleet AppliedWork object");
  }
  return { kind: "TakeOver", afterComparison: strategy.whenToTakeOver === "IfNoDiff" };
}

/** A KubeFleet that also manages the cluster: two appliers of one object would undo each other's work for ever. */
function isAppliedWork({ apiVersion, kind }: OwnerReference): boolean {
  return kind === "AppliedWork" && parseApiVersion(apiVersion).group === PLACEMENT_GROUP;
}

function failed(why: string): TakeOver {
  return {
    kind: "Refused",
    reason: "FailedToTakeOver",
    message: `failed to take over a pre-existing object: ${why}`,
  };
}

function describeOwner(owner: Owner): string {
  return [owner.kind, owner.namespace, owner.name].filter(Boolean).join("/");
}

function describeReference(reference: OwnerReference): string {
  return `${reference.apiVersion} ${reference.kind}/${reference.name}`;
}
