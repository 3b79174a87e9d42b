/** The cluster that an override is carried out for. */
export interface OverrideCluster {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export type OverrideValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string };

/** Source: KubeFleet `OverrideClusterNameVariable` and `OverrideClusterLabelKeyVariablePrefix`. */
const VARIABLE = /\$\{MEMBER-CLUSTER-(?:NAME|LABEL-KEY-([^}]*))\}/g;

/**
 * A patch's value as it is meant for one cluster: in all its texts the variables `${MEMBER-CLUSTER-NAME}` and
 * `${MEMBER-CLUSTER-LABEL-KEY-<key>}` are replaced.
 */
export function valueFor(cluster: OverrideCluster, value: unknown): OverrideValue {
  const missing = new Set<string>();
  const replaced = replaceIn(value, (text) =>
    text.replaceAll(VARIABLE, (variable, key: string | undefined) => {
      if (key === undefined) return cluster.name;
      const label = Object.hasOwn(cluster.labels, key) ? cluster.labels[key] : undefined;
      if (label === undefined) missing.add(key);
      return label ?? variable;
    }),
  );
  if (missing.size === 0) return { ok: true, value: replaced };
  return { ok: false, why: `the cluster has no label ${[...missing].join(", ")}` };
}

function replaceIn(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [replace(key), replaceIn(inner, replace)]),
  );
}
