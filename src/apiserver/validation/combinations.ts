import { fieldCause, type StatusCause } from "../../api/status-error.js";
import type { Schema } from "../../registry/schema.js";

/**
 * What is wrong with a value by `allOf`, `anyOf`, `oneOf` and `not`.
 *
 * @param check what is wrong with the value by one of their schemas
 *
 * Source: texts of kube-openapi's validators.
 */
export function combinationCauses(
  { allOf = [], anyOf, oneOf, not }: Schema,
  field: string,
  check: (part: Schema) => readonly StatusCause[],
): readonly StatusCause[] {
  const fits = (part: Schema) => check(part).length === 0;
  const refuse = (why: string) => [fieldCause.invalid("<nil>", "", `"${field}" ${why}`)];
  const nearest = (parts: readonly Schema[]) =>
    parts.map(check).reduce((best, causes) => (causes.length < best.length ? causes : best));
  return [
    ...allOf.flatMap(check),
    ...(anyOf && !anyOf.some(fits)
      ? [...refuse("must validate at least one schema (anyOf)"), ...nearest(anyOf)]
      : []),
    ...(oneOf ? oneOfCauses(oneOf.filter(fits).length, refuse) : []),
    ...(oneOf && !oneOf.some(fits) ? nearest(oneOf) : []),
    ...(not && fits(not) ? refuse("must not validate the schema (not)") : []),
  ];
}

function oneOfCauses(fitting: number, refuse: (why: string) => readonly StatusCause[]) {
  if (fitting === 1) return [];
  const found = fitting === 0 ? "Found none valid" : `Found ${fitting} valid alternatives`;
  return refuse(`must validate one and only one schema (oneOf). ${found}`);
}
