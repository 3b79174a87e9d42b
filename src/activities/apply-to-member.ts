import type { KubeObject } from "../api/meta.js";
import { CLUSTER_GROUP } from "../api/names.js";
import type { ApplyStrategy } from "../api/placement.js";
import type { ResourceBindingStatus } from "../api/resource-binding.js";
import { applySnapshot } from "../clusters/apply-snapshot.js";
import { awaitAvailability } from "../clusters/await-availability.js";
import { type MemberConnection, MemberUnreachable } from "../clusters/member-connection.js";
import { writeAhead } from "../manifests/inventory.js";
import type { ApplyReport } from "../manifests/outcome.js";
import {
  type BindingStatusInput,
  bindingStatus,
  unreachableStatus,
} from "../placement/binding-status.js";
import type { Envelopes } from "../placement/cluster-manifests.js";
import { enveloped } from "../placement/enveloped-report.js";
import { notOverriddenStatus } from "../placement/overridden-condition.js";
import { findBuiltinSchema } from "../registry/builtin-schema.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { type LeaseTarget, releaseLease, takeLease } from "./member-lease.js";
import {
  namespaceToWaitFor,
  type PlacedNamespace,
  placedNamespace,
  tellCreatedNamespaces,
} from "./placed-namespace.js";
import { scopeOf } from "./scope.js";
import { alone, type InStep } from "./slots-in-step.js";

/** What to bring to a member. */
export interface MemberUpdate {
  readonly placement: TargetRef;
  readonly cluster: string;
  /** Who does it: the same holder may try again, another one waits. */
  readonly holder: string;
  readonly manifests: readonly KubeObject[];
  /** Where those of them came from that came in an envelope. */
  readonly envelopes: Envelopes;
  readonly applyStrategy: ApplyStrategy;
}

export type AppliedResult =
  | { readonly kind: "Reported"; readonly report: ApplyReport }
  /** Nothing is known of the objects: the member cannot be talked to, or it is somebody else's turn. */
  | { readonly kind: "Later"; readonly message: string; readonly retryAfterSeconds?: number };

export type MemberUpdateResult =
  | AppliedResult
  /** Nothing was sent: an override or an envelope has to be mended first. */
  | { readonly kind: "NotOverridden"; readonly message: string };

/** How soon a missing namespace is looked for again: somebody is about to make it. */
const NAMESPACE_LOOK_SECONDS = 5;

/** Longer than any apply should take, shorter than the lease. */
const APPLY_TIMEOUT_MS = 60_000;

/** How long each look at a member lasts before the run is asked whether it still goes on. */
const LOOK_MS = 3000;

/**
 * Applies a snapshot to one member and watches it become available, as long as `goesOn` says that somebody still wants
 * it: it is asked before anything is applied and, with what is known by then, before each look. What may be on the
 * member is recorded before it is applied.
 */
export async function applyToMember(
  deps: Dependencies,
  update: MemberUpdate,
  goesOn: (report?: ApplyReport) => Promise<boolean>,
  inStep: InStep = alone,
): Promise<AppliedResult> {
  const member = await deps.store.get({
    group: CLUSTER_GROUP,
    resource: "memberclusters",
    name: update.cluster,
  });
  if (!member) return { kind: "Later", message: `MemberCluster ${update.cluster} not found` };
  try {
    const connection = await deps.members.connect(member);
    const namespace = await placedNamespace(deps, update.placement);
    // A comparison writes nothing: it can tell about a missing namespace at once.
    const writes = update.applyStrategy.type !== "ReportDiff";
    const message = writes && (await namespaceToWaitFor(connection, namespace));
    if (message) return { kind: "Later", message, retryAfterSeconds: NAMESPACE_LOOK_SECONDS };
    return await applyAlone(deps, connection, { ...update, namespace }, goesOn, inStep);
  } catch (error) {
    if (!(error instanceof MemberUnreachable)) throw error;
    return {
      kind: "Later",
      message: error.message,
      ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
}

/** Applies while nobody else changes what the placement has on the member, then watches. */
async function applyAlone(
  deps: Dependencies,
  connection: MemberConnection,
  update: MemberUpdate & { readonly namespace: PlacedNamespace | undefined },
  goesOn: (report?: ApplyReport) => Promise<boolean>,
  inStep: InStep,
): Promise<AppliedResult> {
  const target: LeaseTarget = {
    placementUid: update.placement.uid,
    member: update.cluster,
    holder: update.holder,
  };
  const lease = await takeLease(deps, target, (known) => writeAhead(known, update.manifests));
  if (!lease) {
    const message = "another update of this placement is being applied to the cluster";
    return { kind: "Later", message, retryAfterSeconds: 1 };
  }
  // Asked under the lease: whoever takes the placement down from now on finds the inventory and waits for its turn.
  if (!(await goesOn())) {
    await releaseLease(deps, target, lease, lease.entries);
    return { kind: "Later", message: "nobody wants the update any more" };
  }
  const request = {
    owner: { ...update.placement, kind: scopeOf(update.placement).placementKind },
    manifests: update.manifests,
    inventory: lease.entries,
    applyStrategy: update.applyStrategy,
    patchSchemas: findBuiltinSchema,
    missingNamespaces: update.namespace && [update.namespace.object],
  };
  const applied = enveloped(
    await inStep(() => applySnapshot(connection, request, AbortSignal.timeout(APPLY_TIMEOUT_MS))),
    update.envelopes,
  );
  await tellCreatedNamespaces(deps, update, applied);
  if (!(await releaseLease(deps, target, lease, applied.inventory))) {
    const message = "another update of this placement was applied to the cluster meanwhile";
    return { kind: "Later", message, retryAfterSeconds: 1 };
  }
  const deadline = deps.now().getTime() + deps.availabilityWaitMs;
  let report = applied;
  while (isWaiting(report) && deps.now().getTime() < deadline && (await goesOn(report))) {
    report = await awaitAvailability(connection, report, {
      timeoutMs: LOOK_MS,
      signal: AbortSignal.timeout(LOOK_MS * 2),
    });
  }
  return { kind: "Reported", report };
}

/** Everything is applied, and something that is applied is not available yet: only then watching helps. */
function isWaiting(report: ApplyReport): boolean {
  return (
    report.outcomes.every((outcome) => outcome.applied) &&
    report.outcomes.some(
      (outcome) => outcome.applied && outcome.availability.state === "NotAvailableYet",
    )
  );
}

/** The status of a binding after its member was looked at. */
export function statusAfter(
  result: MemberUpdateResult,
  about: Omit<BindingStatusInput, "report">,
): ResourceBindingStatus {
  switch (result.kind) {
    case "Later":
      return unreachableStatus({ ...about, message: result.message });
    case "NotOverridden":
      return notOverriddenStatus({ ...about, message: result.message });
    case "Reported":
      return bindingStatus({ ...about, report: result.report });
  }
}
