import type { KubeObject } from "../api/meta.js";
import { ANNOTATION_VALIDATION, RunValidation } from "../api/run-validation.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";

/** What is wrong with the validation that an update run or a strategy asks for. */
export function validationCauses({ metadata }: KubeObject): readonly StatusCause[] {
  const asked = metadata.annotations?.[ANNOTATION_VALIDATION];
  if (asked === undefined || RunValidation.safeParse(asked).success) return [];
  const field = `metadata.annotations[${ANNOTATION_VALIDATION}]`;
  return [fieldCause.notSupported(field, asked, RunValidation.options)];
}
