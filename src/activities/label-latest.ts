import type { KubeObject } from "../api/meta.js";
import { LABEL_IS_LATEST_SNAPSHOT } from "../api/names.js";

/** Whether a resource or policy snapshot is the latest of its placement. */
export function isLatest({ metadata }: Pick<KubeObject, "metadata">): boolean {
  return metadata.labels?.[LABEL_IS_LATEST_SNAPSHOT] === "true";
}

/** A resource or policy snapshot that is, or is no longer, the latest of its placement. */
export function labelLatest(snapshot: KubeObject, latest: boolean): KubeObject {
  const labels = { ...snapshot.metadata.labels, [LABEL_IS_LATEST_SNAPSHOT]: String(latest) };
  return { ...snapshot, metadata: { ...snapshot.metadata, labels } };
}
