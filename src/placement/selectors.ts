import type { PlacementSpec, ResourceSelector } from "../api/placement.js";
import type { GroupKind } from "./propagation.js";

/** What single resource selectors mean. */

/** What is known of the kind that a selector names, whatever the version. */
export function kindOf<Facts extends GroupKind>(
  kinds: readonly Facts[],
  { group, kind }: GroupKind,
): Facts | undefined {
  return kinds.find((facts) => facts.group === group && facts.kind === kind);
}

export function isNamespaceSelector({ group, kind }: GroupKind): boolean {
  return group === "" && kind === "Namespace";
}

/** Only meaningful for a selector of kind Namespace. */
export function selectionScope({ selectionScope }: ResourceSelector) {
  return selectionScope ?? "NamespaceWithResources";
}

/** The namespace that a cluster-scoped placement's selectors of namespaced kinds are about, when there is one. */
export function namespaceToRestrictTo({ resourceSelectors }: PlacementSpec): string | undefined {
  return resourceSelectors.find(
    (selector) =>
      isNamespaceSelector(selector) &&
      selectionScope(selector) === "NamespaceWithResourceSelectors",
  )?.name;
}

/** Whether the selector brings along what is inside the namespaces it selects. */
export function selectsContents(selector: ResourceSelector): boolean {
  return isNamespaceSelector(selector) && selectionScope(selector) === "NamespaceWithResources";
}
