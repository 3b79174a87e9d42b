import type { ObjectMeta } from "../api/meta.js";

/** Metadata with these annotations and no others; an object without annotations has no such field. */
export function withAnnotations(
  metadata: ObjectMeta,
  annotations: Record<string, string>,
): ObjectMeta {
  const { annotations: _, ...others } = metadata;
  return Object.keys(annotations).length === 0 ? others : { ...others, annotations };
}
