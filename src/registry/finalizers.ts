import type { KubeObject } from "../api/meta.js";

/** `object` with these finalizers besides its own. */
export function withFinalizers(object: KubeObject, added: readonly string[]): KubeObject {
  const finalizers = [...new Set([...(object.metadata.finalizers ?? []), ...added])];
  return { ...object, metadata: { ...object.metadata, finalizers } };
}
