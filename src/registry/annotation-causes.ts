import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";

/** What is wrong with an annotation of ours that has a few values to choose from. */
export function annotationCauses(
  { metadata }: KubeObject,
  annotation: string,
  values: readonly string[],
): readonly StatusCause[] {
  const asked = metadata.annotations?.[annotation];
  if (asked === undefined || values.includes(asked)) return [];
  return [fieldCause.notSupported(`metadata.annotations[${annotation}]`, asked, values)];
}
