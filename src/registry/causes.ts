import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { isEmpty, sameJson } from "./fields.js";

/** A broken rule, in the words of a rule that a custom resource definition declares: the value is not repeated. */
export function ruleCause(field: string, message: string): StatusCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${message}`, field };
}

/** A built-in kind's immutable field that an update changes. */
export function immutableCauses(
  field: string,
  value: unknown,
  before: unknown,
): readonly StatusCause[] {
  return sameJson(value, before) ? [] : [fieldCause.invalid(field, value, "field is immutable")];
}

/** For kinds whose spec is written once. Source: KubeFleet's rule on approval requests. */
export function immutableSpec(object: KubeObject, before?: KubeObject): readonly StatusCause[] {
  return before && !sameJson(object.spec, before.spec)
    ? [ruleCause("spec", "The spec field is immutable")]
    : [];
}

/** A field that has to be one of a few texts, sorted as the message lists them; absent is left to `requiredCauses`. */
export function enumCauses(
  field: string,
  value: unknown,
  supported: readonly string[],
): readonly StatusCause[] {
  if (value === undefined || supported.some((each) => each === value)) return [];
  return [fieldCause.notSupported(field, value, supported)];
}

/** A field that has to say something. */
export function requiredCauses(
  field: string,
  value: unknown,
  why?: string,
): readonly StatusCause[] {
  return isEmpty(value) ? [fieldCause.required(field, why)] : [];
}

/** A field of a built-in kind that is written once, where the refusal has a text of its own. */
export function fixedCauses(
  field: string,
  value: unknown,
  before: unknown,
): readonly StatusCause[] {
  return sameJson(value, before)
    ? []
    : [fieldCause.forbidden(field, `updates to ${field} are forbidden.`)];
}
