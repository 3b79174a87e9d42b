import type { ResourceBinding } from "../api/resource-binding.js";
import type { SettledPolicy } from "./check-policy.js";
import { UNEXPECTED, VALIDATION } from "./reasons.js";
import { keyOf, type RunIdentity } from "./run-identity.js";

export type CollectedClusters =
  | {
      readonly ok: true;
      /** Clusters that the policy picks. */
      readonly selected: readonly string[];
      /** Clusters that still have something and are picked no more, sorted. */
      readonly removed: readonly string[];
    }
  | { readonly ok: false; readonly message: string }
  /** The scheduler has not settled: look again shortly. */
  | { readonly ok: "later"; readonly message: string };

/**
 * Which clusters a run is about.
 * Source: KubeFleet `updaterun/initialization.go`, checks 7 to 9; texts are its own.
 *
 * @param bindings all of the placement that are not being deleted
 */
export function collectClusters(
  run: RunIdentity,
  { snapshotName, wanted }: SettledPolicy,
  bindings: readonly ResourceBinding[],
): CollectedClusters {
  const stale = bindings.find(
    ({ spec }) =>
      spec.state !== "Unscheduled" && spec.schedulingPolicySnapshotName !== snapshotName,
  );
  if (stale) {
    const { schedulingPolicySnapshotName = "", state } = stale.spec;
    return {
      ok: "later",
      message: `binding \`${keyOf(run, stale.metadata.name)}\` with old policy snapshot \`${keyOf(run, schedulingPolicySnapshotName)}\` has state ${state}, we might observe a transient state, need retry`,
    };
  }
  const clusters = (unscheduled: boolean) =>
    bindings
      .filter(({ spec }) => (spec.state === "Unscheduled") === unscheduled)
      .map(({ spec }) => spec.targetCluster);
  const selected = clusters(false);
  if (bindings.length === 0) {
    return {
      ok: false,
      message: `${VALIDATION}no scheduled or to-be-deleted bindings found for the latest policy snapshot ${keyOf(run, snapshotName)}`,
    };
  }
  if (wanted !== undefined && wanted !== selected.length) {
    return {
      ok: false,
      message: `${VALIDATION}${UNEXPECTED}the number of selected bindings ${selected.length} is not equal to the observed cluster count ${wanted}`,
    };
  }
  return { ok: true, selected, removed: clusters(true).sort() };
}
