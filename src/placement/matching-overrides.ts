import { type KubeObject, parseApiVersion } from "../api/meta.js";
import type {
  ClusterResourceOverrideSnapshot,
  ClusterResourceOverrideSpec,
  OverrideRule,
  OverrideSnapshotNames,
  ResourceOverrideSnapshot,
  ResourceOverrideSpec,
} from "../api/override.js";
import { canonicalJson } from "../manifests/canonical-json.js";
import { envelopeContents, isEnvelopeObject } from "./envelope-contents.js";
import { isForCluster } from "./override-rules.js";
import type { OverrideCluster } from "./override-values.js";

/** Revisions of overrides, those of cluster-scoped ones and those of namespaced ones. */
export interface OverrideSnapshots {
  readonly cluster: readonly ClusterResourceOverrideSnapshot[];
  readonly namespaced: readonly ResourceOverrideSnapshot[];
}

export const NO_OVERRIDES: OverrideSnapshots = { cluster: [], namespaced: [] };

export function isWithoutOverrides({ cluster, namespaced }: OverrideSnapshots): boolean {
  return cluster.length + namespaced.length === 0;
}

/**
 * The overrides that concern a placement: they name it or no placement at all, and select one of its resources, or
 * something inside one of its envelopes.
 * Source: KubeFleet `overrider.FetchAllMatchingOverridesForResourceSnapshot`, where namespaced placements are not found.
 */
export function concerning(
  { cluster, namespaced }: OverrideSnapshots,
  placement: { readonly name: string; readonly namespace?: string | undefined },
  resources: readonly KubeObject[],
): OverrideSnapshots {
  const objects = resources.flatMap((resource) => [resource, ...inside(resource)]);
  return {
    cluster: cluster.filter(
      ({ spec: { overrideSpec } }) =>
        isMeant(overrideSpec.placement, placement, undefined) &&
        objects.some((object) => selectsObject(overrideSpec, object)),
    ),
    namespaced: namespaced.filter(
      ({ metadata, spec: { overrideSpec } }) =>
        isMeant(overrideSpec.placement, placement, metadata.namespace) &&
        objects.some((object) => selectsInNamespace(overrideSpec, metadata.namespace, object)),
    ),
  };
}

/** An envelope's contents; one that cannot be read has none, which is told when it is to be applied. */
function inside(resource: KubeObject): readonly KubeObject[] {
  if (!isEnvelopeObject(resource)) return [];
  const contents = envelopeContents(resource);
  return contents.ok ? contents.manifests : [];
}

function isMeant(
  named: ClusterResourceOverrideSpec["placement"],
  placement: { readonly name: string; readonly namespace?: string | undefined },
  ownNamespace: string | undefined,
): boolean {
  if (!named) return true;
  const namespace = named.scope === "Namespaced" ? ownNamespace : undefined;
  return named.name === placement.name && namespace === placement.namespace;
}

/** A namespaced object is selected through its Namespace. Source: KubeFleet `workgenerator/override.go`. */
export function selectsObject(
  { clusterResourceSelectors }: ClusterResourceOverrideSpec,
  object: KubeObject,
): boolean {
  const { namespace } = object.metadata;
  return clusterResourceSelectors.some((selector) =>
    namespace === undefined
      ? isNamed(selector, object)
      : selector.group === "" && selector.kind === "Namespace" && selector.name === namespace,
  );
}

export function selectsInNamespace(
  { resourceSelectors }: ResourceOverrideSpec,
  namespace: string | undefined,
  object: KubeObject,
): boolean {
  return (
    object.metadata.namespace !== undefined &&
    object.metadata.namespace === namespace &&
    resourceSelectors.some((selector) => isNamed(selector, object))
  );
}

/** The version counts: what a patch finds depends on it. */
function isNamed(
  selector: { group: string; version: string; kind: string; name?: string | undefined },
  { apiVersion, kind, metadata }: KubeObject,
): boolean {
  const { group, version } = parseApiVersion(apiVersion);
  return (
    selector.group === group &&
    selector.version === version &&
    selector.kind === kind &&
    selector.name === metadata.name
  );
}

/**
 * Of the overrides that concern a placement those with a rule for a cluster, by name.
 * Source: KubeFleet `overrider.PickFromResourceMatchedOverridesForTargetCluster`.
 */
export function overridesOfCluster(
  { cluster, namespaced }: OverrideSnapshots,
  target: Pick<OverrideCluster, "labels">,
): OverrideSnapshotNames {
  const applies = (rules: readonly OverrideRule[]) =>
    rules.some((rule) => isForCluster(rule, target));
  const names = cluster
    .filter(({ spec }) => applies(spec.overrideSpec.policy.overrideRules))
    .map(({ metadata }) => metadata.name)
    .sort();
  const namespacedNames = namespaced
    .filter(({ spec }) => applies(spec.overrideSpec.policy.overrideRules))
    .map(({ metadata: { name, namespace = "" } }) => ({ name, namespace }))
    .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  return {
    ...(names.length > 0 && { clusterResourceOverrideSnapshots: names }),
    ...(namespacedNames.length > 0 && { resourceOverrideSnapshots: namespacedNames }),
  };
}

export function sameOverrides(a: OverrideSnapshotNames, b: OverrideSnapshotNames): boolean {
  return canonicalJson(listed(a)) === canonicalJson(listed(b));
}

export function hasOverrides(names: OverrideSnapshotNames): boolean {
  return listed(names).some((list) => list.length > 0);
}

function listed(names: OverrideSnapshotNames) {
  return [names.clusterResourceOverrideSnapshots ?? [], names.resourceOverrideSnapshots ?? []];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
