import type { KubeObject } from "../api/meta.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { sameJson } from "./fields.js";

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
