import type { DefinitionNames } from "../api/custom-resource-definition.js";
import { nameCauses, nameProblems } from "../api/object-names.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";

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
  return nameProblems(kind.toLowerCase(), "old label").map((why) =>
    fieldCause.invalid(field, kind, `may have mixed case, but should otherwise match: ${why}`),
  );
}

export function labelCauses(field: string, label: string): readonly StatusCause[] {
  if (label === "") return [fieldCause.required(field)];
  return nameCauses(field, label, "old label");
}
