import { ApprovalRequest } from "../api/approval-request.js";
import type { SnapshotChange } from "../api/approval-summary.js";
import { LABEL_PARENT_CRP } from "../api/names.js";
import { ResourceBinding } from "../api/resource-binding.js";
import type { UpdateRunStatus } from "../api/update-run.js";
import { compareSnapshots } from "../manifests/compare-snapshots.js";
import {
  type SummaryInput,
  snapshotChange,
  snapshotsToReplace,
  summarizeForApproval,
} from "../rollout/approval-summary.js";
import { openApprovals } from "../rollout/open-approvals.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { readSnapshot } from "./read-snapshot.js";
import { placementCollection, placementRef, scopeOf } from "./scope.js";
import { changeObject } from "./server-objects.js";
import type { StoredRun } from "./stored-run.js";

/**
 * Tells the approvers of a run that waits what they approve, in the status of each request that is open. Writes only
 * what changed, and compares snapshots, which never change, only once.
 *
 * @param status as it was just stored
 */
export async function summarizeApprovals(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
  status: UpdateRunStatus,
): Promise<void> {
  const names = openApprovals(status);
  if (names.length === 0) return;
  const read = await readSummaryInput(deps, target, run, status);
  for (const name of names) {
    const ref = placementRef(target, scopeOf(target).approvals, name);
    const object = await deps.store.get(ref);
    if (!object) continue;
    const known = ApprovalRequest.parse(object).status?.summary?.changes ?? [];
    const changes = await readChanges(deps, target, run, status, { ...read, known });
    const summary = summarizeForApproval({ ...read, changes });
    await changeObject(deps.store, ref, (current) => ({
      ...current,
      status: { ...ApprovalRequest.parse(current).status, summary },
    }));
  }
}

async function readSummaryInput(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
  status: UpdateRunStatus,
): Promise<Omit<SummaryInput, "changes">> {
  const [rows, { items }] = await Promise.all([
    deps.clusters.list(target.uid),
    deps.store.list(placementCollection(target, scopeOf(target).bindings)),
  ]);
  const bindings = items
    .filter(({ metadata }) => metadata.labels?.[LABEL_PARENT_CRP] === run.spec.placementName)
    .map((object) => ResourceBinding.parse(object));
  return {
    stages: (status.stagesStatus ?? []).map(({ stageName }) => stageName),
    clusters: rows.map(({ value }) => value),
    bindings: new Map(bindings.map((binding) => [binding.spec.targetCluster, binding])),
  };
}

async function readChanges(
  deps: Dependencies,
  target: TargetRef,
  run: StoredRun,
  status: UpdateRunStatus,
  input: Omit<SummaryInput, "changes"> & { readonly known: readonly SnapshotChange[] },
): Promise<readonly SnapshotChange[]> {
  const to = status.resourceSnapshotIndexUsed ?? "";
  const manifests = (index: string) => readSnapshot(deps, target, run.spec.placementName, index);
  const steps = snapshotsToReplace(input);
  return Promise.all(
    steps.map(async ({ from, clusters }) => {
      const known = input.known.find((change) => change.from === from && change.to === to);
      if (known) return { ...known, clusters };
      const [before, after] = await Promise.all([
        from === undefined ? [] : manifests(from),
        manifests(to),
      ]);
      const difference = before && after && compareSnapshots(before, after);
      return snapshotChange({ from, to, clusters }, difference);
    }),
  );
}
