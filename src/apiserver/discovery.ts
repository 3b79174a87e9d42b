import type { Kind } from "../registry/kind.js";
import {
  type Catalog,
  type CatalogGroup,
  groupVersion,
  isNamespaceKind,
  kindIn,
} from "./catalog.js";
import { REVIEWS } from "./reviews.js";

/** A served resource as discovery describes it, in either form. */
interface Resource {
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly Subresource[];
}

interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** Where its objects are of another kind than the resource's. */
  readonly responseKind?: {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  };
}

interface ServedGroup {
  readonly name: string;
  readonly versions: readonly {
    readonly version: string;
    readonly resources: readonly Resource[];
  }[];
}

/** Custom resources list theirs in another order; `kubectl api-resources -o wide` shows it. */
const CUSTOM_VERBS = [
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "create",
  "update",
  "watch",
];
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const READ_VERBS = ["get", "list", "watch"];

function verbsOf(kind: Kind): readonly string[] {
  if (kind.readOnly) return READ_VERBS;
  if (!kind.builtin) return CUSTOM_VERBS;
  return isNamespaceKind(kind) ? VERBS.filter((verb) => verb !== "deletecollection") : VERBS;
}

/** Everything a server serves, kinds and reviews, in the order that decides ambiguous names. */
function servedGroups(catalog: Catalog): readonly ServedGroup[] {
  return [...catalog.groups.map(groupOfKinds), ...reviewGroups()];
}

function groupOfKinds({ name, versions, kinds }: CatalogGroup): ServedGroup {
  return {
    name,
    versions: versions.map((version) => ({
      version,
      resources: kinds
        .filter((kind) => kind.versions.includes(version))
        .map((kind) => resourceOf(kindIn(kind, version))),
    })),
  };
}

function resourceOf(kind: Kind): Resource {
  const { plural, singular, namespaced, shortNames, categories } = kind;
  const verbs = verbsOf(kind);
  const own = { plural, singular, kind: kind.kind, namespaced, shortNames, categories, verbs };
  return { ...own, subresources: subresourcesOf(kind) };
}

function subresourcesOf(kind: Kind): readonly Subresource[] {
  const verbs = ["get", "patch", "update"];
  return [
    ...(kind.subresources.status ? [{ name: "status", verbs }] : []),
    ...(kind.subresources.scale
      ? [
          {
            name: "scale",
            verbs,
            responseKind: { group: "autoscaling", version: "v1", kind: "Scale" },
          },
        ]
      : []),
    ...(kind.actions ?? []).map(({ name }) => ({ name, verbs: ["create"] })),
    ...(kind.views ?? []).map(({ name }) => ({ name, verbs: ["get"] })),
  ];
}

function reviewGroups(): readonly ServedGroup[] {
  return [...Map.groupBy(REVIEWS, (review) => review.group)].map(([name, reviews]) => ({
    name,
    versions: [
      {
        version: "v1",
        resources: reviews.map(({ kind, plural }) => ({
          plural,
          singular: kind.toLowerCase(),
          kind,
          namespaced: false,
          verbs: ["create"],
          shortNames: [],
          categories: [],
          subresources: [],
        })),
      },
    ],
  }));
}

/**
 * `/api` or `/apis` in the aggregated form, which kubectl asks for: one answer for everything.
 *
 * @param part the core group alone, or all others
 */
export function aggregatedDiscovery(
  catalog: Catalog,
  part: "core" | "others",
  version: "v2" | "v2beta1",
): object {
  const groups = servedGroups(catalog).filter(({ name }) => (name === "") === (part === "core"));
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(aggregatedGroup),
  };
}

function aggregatedGroup({ name, versions }: ServedGroup): object {
  return {
    metadata: name ? { name } : {},
    versions: versions.map(({ version, resources }) => ({
      version,
      freshness: "Current",
      resources: resources.map((resource) => aggregatedResource(name, version, resource)),
    })),
  };
}

function aggregatedResource(group: string, version: string, resource: Resource): object {
  const { plural, singular, kind, namespaced, verbs, shortNames, categories } = resource;
  const responseKind = { group, version, kind };
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(resource.subresources.length > 0 && {
      subresources: resource.subresources.map((subresource) => ({
        subresource: subresource.name,
        responseKind: subresource.responseKind ?? responseKind,
        verbs: subresource.verbs,
      })),
    }),
  };
}

/** `/api` for clients without aggregated discovery. */
export function coreVersions(catalog: Catalog): object {
  const core = servedGroups(catalog).find(({ name }) => name === "");
  return {
    kind: "APIVersions",
    versions: core?.versions.map(({ version }) => version) ?? [],
    serverAddressByClientCIDRs: [],
  };
}

/** `/apis` for clients without aggregated discovery. */
export function groupList(catalog: Catalog): object {
  const groups = servedGroups(catalog).filter(({ name }) => name !== "");
  return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(legacyGroup) };
}

/** `/apis/<group>`; undefined when the group is not served. */
export function group(catalog: Catalog, name: string): object | undefined {
  const served = servedGroups(catalog).find((candidate) => candidate.name === name);
  return served && { kind: "APIGroup", apiVersion: "v1", ...legacyGroup(served) };
}

function legacyGroup({ name, versions }: ServedGroup) {
  const entries = versions.map(({ version }) => ({
    groupVersion: groupVersion(name, version),
    version,
  }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/** `/api/v1` or `/apis/<group>/<version>`; undefined when it is not served. */
export function resourceList(catalog: Catalog, name: string, version: string): object | undefined {
  const served = servedGroups(catalog)
    .find((candidate) => candidate.name === name)
    ?.versions.find((candidate) => candidate.version === version);
  return (
    served && {
      kind: "APIResourceList",
      apiVersion: "v1",
      groupVersion: groupVersion(name, version),
      resources: served.resources.flatMap(legacyResources),
    }
  );
}

function legacyResources(resource: Resource): readonly object[] {
  const { plural, singular, kind, namespaced, verbs, shortNames, categories } = resource;
  return [
    {
      name: plural,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    },
    ...resource.subresources.map((subresource) => ({
      name: `${plural}/${subresource.name}`,
      singularName: "",
      namespaced,
      ...(subresource.responseKind ?? { kind }),
      verbs: subresource.verbs,
    })),
  ];
}
