import type { KubeObject } from "../api/meta.js";
import { LABEL_IS_LATEST_SNAPSHOT } from "../api/names.js";

/** A resource or policy snapshot that is, or is no longer, the latest of its placement. */
export function labelLatest(snapshot: KubeObject, latest: boolean): KubeObject {
  const labels = { ...snapshot.metadata.labels, [LABEL_IS_LATEST_SNAPSHOT]: String(latest) };
  return { ...snapshot, metadata: { ...snapshot.metadata, labels } };
}
