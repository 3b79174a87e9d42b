import type { Kind } from "../registry/kind.js";

/** The kinds a server serves, found by the names that occur in paths. */
export interface Catalog {
  readonly kinds: readonly Kind[];
  /** API groups in discovery order; earlier ones win when a short name is ambiguous. */
  readonly groups: readonly CatalogGroup[];
  find(group: string, version: string, plural: string): Kind | undefined;
}

export interface CatalogGroup {
  /** "" for core. */
  readonly name: string;
  /** First is preferred. */
  readonly versions: readonly string[];
  readonly kinds: readonly Kind[];
}

/** Core comes first, then the built-in groups, then the others; within these, the order of `kinds`. */
export function createCatalog(kinds: readonly Kind[]): Catalog {
  const byPath = new Map<string, Kind>();
  for (const kind of kinds) {
    for (const version of kind.versions)
      byPath.set(`${kind.group}/${version}/${kind.plural}`, kindIn(kind, version));
  }
  return {
    kinds,
    groups: groupKinds(kinds),
    find: (group, version, plural) => byPath.get(`${group}/${version}/${plural}`),
  };
}

function groupKinds(kinds: readonly Kind[]): readonly CatalogGroup[] {
  const ranked = kinds
    .map((kind, index) => ({ kind, index, rank: rank(kind) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ kind }) => kind);
  return [...Map.groupBy(ranked, (kind) => kind.group)].map(([name, members]) => ({
    name,
    versions: [...new Set(members.flatMap((kind) => kind.versions))],
    kinds: members,
  }));
}

function rank(kind: Kind): number {
  if (kind.group === "") return 0;
  return kind.builtin ? 1 : 2;
}

/** `v1` or `apps/v1`. */
export function groupVersion(group: string, version: string): string {
  return group ? `${group}/${version}` : version;
}

/** The apiVersion under which objects of this kind are stored. */
export function storedApiVersion(kind: Kind): string {
  return groupVersion(kind.group, kind.storageVersion ?? kind.versions[0] ?? "v1");
}

/** The kind as that version shows it. */
export function kindIn(kind: Kind, version: string): Kind {
  return kind.inVersion?.(version) ?? kind;
}

export function isNamespaceKind(kind: Pick<Kind, "group" | "plural">): boolean {
  return kind.group === "" && kind.plural === "namespaces";
}

/** Whether what an object of this kind holds goes before the object itself. */
export function holdsContents(kind: Kind): boolean {
  return isNamespaceKind(kind) || kind.holds !== undefined;
}
