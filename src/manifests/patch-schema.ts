/** What a strategic merge patch has to know of a field. Source: the `patchStrategy` and `patchMergeKey` of Go types. */
export interface PatchSchema {
  readonly properties?: Readonly<Record<string, PatchSchema>> | undefined;
  /** For maps such as labels. */
  readonly additionalProperties?: PatchSchema | undefined;
  readonly items?: PatchSchema | undefined;
  /** Strategies with commas between them: `merge`, `replace`, `retainKeys`. A list without `merge` is replaced. */
  readonly "x-kubernetes-patch-strategy"?: string | undefined;
  /** The field that tells the items of a merged list apart; absent for a list of scalars. */
  readonly "x-kubernetes-patch-merge-key"?: string | undefined;
}

/** Finds the schema of a kind; undefined for kinds that strategic merge patch is not known of. */
export type PatchSchemas = (apiVersion: string, kind: string) => PatchSchema | undefined;

export function fieldSchema(schema: PatchSchema | undefined, key: string): PatchSchema | undefined {
  const { properties } = schema ?? {};
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  return schema?.additionalProperties;
}

export function hasStrategy(schema: PatchSchema | undefined, strategy: string): boolean {
  return schema?.["x-kubernetes-patch-strategy"]?.split(",").includes(strategy) ?? false;
}
