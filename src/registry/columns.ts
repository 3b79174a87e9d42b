import type { KubeObject } from "../api/meta.js";
import { ageText } from "./age.js";
import { fieldAt, fieldsOf, listAt, stringAt } from "./fields.js";
import type { Column } from "./kind.js";

type Cell = ReturnType<Column["value"]>;

/** A column computed from the object; missing values print blank. */
export function column(
  name: string,
  value: (object: KubeObject, now: Date) => Cell | undefined,
  options: Partial<Pick<Column, "type" | "priority" | "description" | "jsonPath">> = {},
): Column {
  return {
    name,
    type: "string",
    priority: 0,
    ...options,
    value: (object, now) => value(object, now) ?? null,
  };
}

/** A column that is only printed with `-o wide`. */
export function wideColumn(
  name: string,
  value: (object: KubeObject, now: Date) => Cell | undefined,
  options: Partial<Pick<Column, "type" | "description">> = {},
): Column {
  return column(name, value, { ...options, priority: 1 });
}

/** Time since creation. Printed as a date by custom resources and as a string by built-in kinds. */
export function ageColumn(type: "string" | "date" = "string"): Column {
  return column("Age", (object, now) => ageText(object.metadata.creationTimestamp, now), {
    type,
    jsonPath: ".metadata.creationTimestamp",
  });
}

/** The status of a condition. */
export function conditionColumn(
  name: string,
  conditionType: string,
  options: Partial<Pick<Column, "priority">> = {},
): Column {
  return column(name, (object) => stringAt(findCondition(object, conditionType), "status"), {
    ...options,
    jsonPath: conditionPath(conditionType, "status"),
  });
}

/** Where a CustomResourceDefinition finds a field of a condition. */
export function conditionPath(conditionType: string, field: string): string {
  return `.status.conditions[?(@.type=="${conditionType}")].${field}`;
}

/** The value below `path` as it stands. */
export function pathColumn(
  name: string,
  path: readonly string[],
  options: Partial<Pick<Column, "type" | "priority">> = {},
): Column {
  return column(name, (object) => cell(fieldAt(object, ...path)), {
    ...options,
    jsonPath: path.map((field) => `.${field.replaceAll(".", "\\.")}`).join(""),
  });
}

/** The condition of that type in `status.conditions`. */
export function findCondition(object: KubeObject, type: string): unknown {
  return listAt(object, "status", "conditions").find(
    (condition) => stringAt(condition, "type") === type,
  );
}

/** A selector or label map as kubectl prints it: `a=b,c=d`, or `<none>`. */
export function labelsText(labels: unknown): string {
  const entries = Object.entries(fieldsOf(labels));
  if (entries.length === 0) return "<none>";
  return entries
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(",");
}

/** The first three texts and how many more there are: `a,b,c + 2 more...`; `none` for an empty list. */
export function shortListText(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const shown = texts.slice(0, 3).join(",");
  return texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown;
}

const OPERATORS: Readonly<Record<string, string>> = { In: "in", NotIn: "notin" };

/** A LabelSelector as kubectl prints it: `app=web,tier in (a,b),!old`. */
export function selectorText(selector: unknown): string {
  const labels = Object.entries(fieldsOf(fieldAt(selector, "matchLabels"))).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  const expressions = listAt(selector, "matchExpressions").map((expression) => {
    const key = stringAt(expression, "key") ?? "";
    const operator = stringAt(expression, "operator") ?? "";
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${OPERATORS[operator] ?? operator} (${listAt(expression, "values").join(",")})`;
  });
  return [...labels, ...expressions].sort().join(",") || "<none>";
}

function cell(value: unknown): Cell {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    default:
      return value === undefined || value === null ? null : JSON.stringify(value);
  }
}
