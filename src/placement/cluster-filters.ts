import type { MemberCluster } from "../api/member-cluster.js";
import type { PlacementPolicy } from "../api/placement.js";
import type { Toleration } from "../api/scheduling-constraints.js";
import { matchesRequiredAffinity } from "./cluster-affinity.js";

type Taint = NonNullable<MemberCluster["spec"]["taints"]>[number];

/** Why a policy passes over a member that could take placements; undefined when it does not. */
export function mismatch(policy: PlacementPolicy, member: MemberCluster): string | undefined {
  if (!matchesRequiredAffinity(policy, member)) {
    return "cluster does not match with any of the required cluster affinity terms";
  }
  const taint = (member.spec.taints ?? []).find((each) => !isTolerated(each, policy.tolerations));
  if (!taint) return undefined;
  const { key, value = "", effect } = taint;
  return `taint {Key:${key} Value:${value} Effect:${effect}} cannot be tolerated`;
}

function isTolerated(taint: Taint, tolerations: readonly Toleration[] = []): boolean {
  return tolerations.some(({ key, operator, value, effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (key && key !== taint.key) return false;
    return operator === "Exists" || (value ?? "") === (taint.value ?? "");
  });
}
