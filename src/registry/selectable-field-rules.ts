import type { DefinitionVersion } from "../api/custom-resource-definition.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { stringAt } from "./fields.js";
import { followPath } from "./schema-path.js";

const MAX_FIELDS = 8;
const TYPES: readonly (string | undefined)[] = ["string", "boolean", "integer"];

/**
 * What is wrong with the fields that a version lets selectors name.
 * Source: apiextensions-apiserver `ValidateCustomResourceSelectableFields`: rules and texts.
 */
export function selectableFieldCauses(
  { selectableFields = [], schema }: DefinitionVersion,
  field: string,
): readonly StatusCause[] {
  const paths = selectableFields.map(({ jsonPath }) => jsonPath);
  const causes = paths.flatMap((path, index) => {
    const at = `${field}[${index}].jsonPath`;
    if (paths.indexOf(path) < index) return [fieldCause.duplicate(at, path)];
    return pathCauses(path, schema?.openAPIV3Schema, at);
  });
  const distinct = new Set(paths).size;
  if (distinct > MAX_FIELDS) causes.push(fieldCause.tooMany(field, distinct, MAX_FIELDS));
  return causes;
}

function pathCauses(path: string, schema: unknown, field: string): StatusCause[] {
  if (path === "") return [fieldCause.required(field)];
  const wrong = (why: string) => fieldCause.invalid(field, path, why);
  if (path.includes("[")) return [wrong("is an invalid path: array notation is not allowed")];
  const found = followPath(schema, path);
  if (!found.ok) return [wrong(`is an invalid path: ${found.why}`)];
  if (found.steps[0] === "metadata") return [wrong("must not point to fields in metadata")];
  if (TYPES.includes(stringAt(found.schema, "type"))) return [];
  const why =
    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
  return [wrong(why)];
}
