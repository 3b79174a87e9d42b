import type { Condition } from "../api/meta.js";
import type { ResourceBinding } from "../api/resource-binding.js";
import type { ApplyReport } from "../manifests/outcome.js";
import { transition } from "./conditions.js";

/** On a binding, and on the cluster in its placement's status: the namespace was missing there and had to be made. */
const NAMESPACE_CREATED = "NamespaceCreated";

/**
 * The binding's condition about its namespace, if there is any, after a pass over the member. Once told it stays: later
 * passes and runs find the namespace there.
 */
export function createdNamespace(
  binding: Pick<ResourceBinding, "metadata" | "status">,
  report: Pick<ApplyReport, "createdNamespaces">,
  now: string,
): readonly Condition[] {
  const [before] = toldNamespace(binding);
  const created = report.createdNamespaces ?? [];
  if (created.length === 0) return before ? [before] : [];
  const condition = {
    type: NAMESPACE_CREATED,
    status: "True",
    reason: "NamespaceWasMissing",
    message: `Namespace ${created.join(", ")} was missing on the cluster and has been created with its labels on the hub; it stays there when the placement is deleted`,
    observedGeneration: binding.metadata.generation ?? 1,
  } as const;
  return [transition(before, condition, now)];
}

/** What was told of it before. */
export function toldNamespace({ status }: Pick<ResourceBinding, "status">): readonly Condition[] {
  return (status?.conditions ?? []).filter(({ type }) => type === NAMESPACE_CREATED);
}
