import { parseQuantity } from "../api/quantity.js";
import { fieldCause, type StatusCause } from "../api/status-error.js";
import { fieldAt, listAt, stringAt } from "./fields.js";

/** Properties that are amounts of a resource are called `<prefix>/<amount>-<resource>`. */
const RESOURCE_PROPERTY = /^resources\.kubernetes-fleet\.io\//;
const KNOWN_RESOURCE_PROPERTY =
  /^resources\.kubernetes-fleet\.io\/(total|allocatable|available)-[a-z0-9]/;

/** What is wrong with the property selector and sorter of a cluster selector term. Source: KubeFleet placement webhook. */
export function propertyCauses(field: string, term: unknown): readonly StatusCause[] {
  const rules = listAt(term, "propertySelector", "matchExpressions");
  const sorter = fieldAt(term, "propertySorter");
  return [
    ...rules.flatMap((rule, index) =>
      ruleCauses(`${field}.propertySelector.matchExpressions[${index}]`, rule),
    ),
    ...(sorter === undefined ? [] : nameCauses(`${field}.propertySorter.name`, sorter)),
  ];
}

function ruleCauses(field: string, rule: unknown): readonly StatusCause[] {
  return [
    ...nameCauses(`${field}.name`, rule),
    ...valueCauses(`${field}.values`, listAt(rule, "values")),
  ];
}

function nameCauses(field: string, named: unknown): readonly StatusCause[] {
  const name = stringAt(named, "name") ?? "";
  if (name === "") return [fieldCause.required(field)];
  if (!RESOURCE_PROPERTY.test(name) || KNOWN_RESOURCE_PROPERTY.test(name)) return [];
  const problem =
    "a property of resources.kubernetes-fleet.io is total-, allocatable- or available- and the name of a resource";
  return [fieldCause.invalid(field, name, problem)];
}

function valueCauses(field: string, values: readonly unknown[]): readonly StatusCause[] {
  const [value] = values;
  if (values.length !== 1) {
    return [fieldCause.invalid(field, values, "every operator compares with exactly one value")];
  }
  const parsed = parseQuantity(String(value));
  return parsed.ok ? [] : [fieldCause.invalid(`${field}[0]`, value, parsed.message)];
}
