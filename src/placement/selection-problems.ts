import type { ResourceSelector } from "../api/placement.js";
import type { ResourceIdentifier } from "../api/placement-status.js";
import { isNamespaceSelector } from "./selectors.js";

/** Who selects: `namespace` is set for a ResourcePlacement. */
export interface Selecting {
  readonly placementName: string;
  readonly namespace?: string | undefined;
}

/**
 * Why selectors are refused, in KubeFleet's words and spelling, which people search for.
 * Source: KubeFleet `controller/resource_selector_resolver.go`.
 */
export const selectionProblem = {
  reservedNamespace: ({ placementName }: Selecting, namespace: string) =>
    `invalid clusterRresourcePlacement ${placementName}: namespace ${namespace} is not allowed to propagate`,

  noNamespaceToRestrictTo: ({ placementName }: Selecting) =>
    `invalid clusterResourcePlacement ${placementName}: NamespaceWithResourceSelectors mode requires exactly one namespace, but no namespaces were selected`,

  unknownKind: (selecting: Selecting, selector: ResourceSelector) =>
    `invalid placement ${key(selecting)}, failed to get GVR of the selector: no matches for kind "${selector.kind}" in version "${apiVersion(selector)}"`,

  namespaceScoped: (selecting: Selecting, selector: ResourceSelector, plural: string) =>
    `invalid placement ${key(selecting)}: cannot select namespace-scoped resource ${resource(selector, plural)} in a clusterResourcePlacement`,

  clusterScoped: (selecting: Selecting, selector: ResourceSelector, plural: string) => {
    const what = isNamespaceSelector(selector) ? "Namespace" : resource(selector, plural);
    return `invalid placement ${key(selecting)}: cannot select cluster-scoped resource ${what} in a resourcePlacement`;
  },

  /** Prints the identifier as Go prints the struct. */
  duplicate: ({ group = "", version, kind, name, namespace = "" }: ResourceIdentifier) =>
    `found duplicate resource {Group:${group} Version:${version} Kind:${kind} Name:${name} Namespace:${namespace} Envelope:<nil>}`,
} as const;

/** `namespace/name`, beginning with the slash for a cluster-scoped placement. */
function key({ namespace = "", placementName }: Selecting): string {
  return `${namespace}/${placementName}`;
}

function apiVersion({ group, version }: ResourceSelector): string {
  return group === "" ? version : `${group}/${version}`;
}

function resource({ group, version }: ResourceSelector, plural: string): string {
  return `${group}/${version}, Resource=${plural}`;
}
