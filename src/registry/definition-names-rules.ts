import type { DefinitionNames } from "../api/custom-resource-definition.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with the names of a kind that a definition defines. */
export function namesCauses(names: DefinitionNames): readonly StatusCause[] {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names;
  return [
    ...labelCauses("spec.names.plural", plural),
    ...(singular === undefined ? [] : labelCauses("spec.names.singular", singular)),
    ...kindCauses("spec.names.kind", kind),
    ...(listKind === undefined ? [] : kindCauses("spec.names.listKind", listKind)),
    ...(kind !== "" && kind === listKind
      ? [
          fieldCause.invalid(
            "spec.names.listKind",
            listKind,
            "kind and listKind may not be the same",
          ),
        ]
      : []),
    ...shortNames.flatMap((name, index) => labelCauses(`spec.names.shortNames[${index}]`, name)),
    ...categories.flatMap((name, index) => labelCauses(`spec.names.categories[${index}]`, name)),
  ];
}

function kindCauses(field: string, kind: string): readonly StatusCause[] {
  if (kind === "") return [fieldCause.required(field)];
  if (LABEL.test(kind.toLowerCase())) return [];
  const why = `may have mixed case, but should otherwise match: ${LABEL_TEXT}`;
  return [fieldCause.invalid(field, kind, why)];
}

export function labelCauses(field: string, label: string): readonly StatusCause[] {
  if (label === "") return [fieldCause.required(field)];
  if (label.length > 63) {
    return [fieldCause.invalid(field, label, "must be no more than 63 characters")];
  }
  return LABEL.test(label) ? [] : [fieldCause.invalid(field, label, LABEL_TEXT)];
}
