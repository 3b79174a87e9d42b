import type { KubeObject } from "../api/meta.js";
import {
  ANNOTATION_MISSING_NAMESPACE,
  type MissingNamespace,
  missingNamespaceOf,
} from "../api/missing-namespace.js";
import type { MemberConnection } from "../clusters/member-connection.js";
import { findNamespace } from "../clusters/missing-namespaces.js";
import type { ApplyReport } from "../manifests/outcome.js";
import type { TargetRef } from "./contracts.js";
import type { Dependencies } from "./dependencies.js";
import { recordEvent } from "./record-event.js";
import { placementRef, scopeOf } from "./scope.js";

/** The namespace of a namespaced placement, which the placement itself never brings to a member. */
export interface PlacedNamespace {
  /** As it is on the hub. */
  readonly object: KubeObject;
  readonly whenMissing: MissingNamespace;
}

/** How long one look for a namespace may take. */
const LOOK_TIMEOUT_MS = 15_000;

/** Undefined for a cluster-scoped placement, and when the hub has no such namespace any more. */
export async function placedNamespace(
  deps: Dependencies,
  placement: TargetRef,
): Promise<PlacedNamespace | undefined> {
  const { namespace: name } = placement;
  if (name === undefined) return undefined;
  const { placements } = scopeOf(placement);
  const [object, placing] = await Promise.all([
    deps.store.get({ group: "", resource: "namespaces", name }),
    deps.store.get(placementRef(placement, placements, placement.name)),
  ]);
  return object && { object, whenMissing: missingNamespaceOf(placing?.metadata ?? {}) };
}

/**
 * Why nothing is applied to the member yet: its namespace is missing, and somebody else is to make it.
 *
 * @throws MemberUnreachable
 */
export async function namespaceToWaitFor(
  connection: MemberConnection,
  namespace: PlacedNamespace | undefined,
): Promise<string | undefined> {
  if (namespace?.whenMissing !== "Wait") return undefined;
  const { name } = namespace.object.metadata;
  const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
  if ((await findNamespace(connection, name, signal)) !== "Missing") return undefined;
  return `namespace ${name} is missing on the cluster, and the placement asks to wait for it; the update goes on once it is there: create it, bring it with a ClusterResourcePlacement, or take the annotation ${ANNOTATION_MISSING_NAMESPACE} off the placement to have it created`;
}

/** Tells about the namespaces that had to be created on a member, as events of the placement. */
export async function tellCreatedNamespaces(
  deps: Dependencies,
  { placement, cluster }: { readonly placement: TargetRef; readonly cluster: string },
  { createdNamespaces = [] }: Pick<ApplyReport, "createdNamespaces">,
): Promise<void> {
  if (createdNamespaces.length === 0) return;
  const { placements } = scopeOf(placement);
  const object = await deps.store.get(placementRef(placement, placements, placement.name));
  if (!object) return;
  for (const name of createdNamespaces) {
    await recordEvent(deps, object, {
      type: "Normal",
      reason: "NamespaceCreated",
      message: `Created namespace ${name} on ${cluster}, which lacked it`,
    });
  }
}
