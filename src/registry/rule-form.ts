import { fieldCause, type StatusCause } from "../api/status-error.js";
import { rulesOf, type ValidationRule } from "./cel/validation-rule.js";
import { followPath } from "./schema-path.js";

const REASONS: readonly string[] = [
  "FieldValueDuplicate",
  "FieldValueForbidden",
  "FieldValueInvalid",
  "FieldValueRequired",
];
const NO_LINE_BREAKS = "must not contain line breaks";
const NOT_EMPTY = "must be non-empty if specified";

/**
 * What is wrong with the rules of a schema before anybody compiles them.
 * Source: apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`: rules and texts.
 */
export function ruleFormCauses(schema: unknown, field: string): readonly StatusCause[] {
  return rulesOf(schema).flatMap((rule, index) => {
    const at = `${field}.x-kubernetes-validations[${index}]`;
    return [
      ...textCauses(rule, at),
      ...(rule.messageExpression !== "" && isBlank(rule.messageExpression)
        ? [fieldCause.required(`${at}.messageExpression`, `messageExpression ${NOT_EMPTY}`)]
        : []),
      ...(rule.reason !== undefined && !REASONS.includes(rule.reason)
        ? [fieldCause.notSupported(`${at}.reason`, rule.reason, REASONS)]
        : []),
      ...pathCauses(rule.fieldPath, schema, `${at}.fieldPath`),
    ];
  });
}

function textCauses({ rule, message }: ValidationRule, at: string): readonly StatusCause[] {
  if (isBlank(rule)) return [fieldCause.required(`${at}.rule`, "rule is not specified")];
  if (message !== "" && isBlank(message)) {
    return [fieldCause.invalid(`${at}.message`, message, NOT_EMPTY)];
  }
  if (/[\n\r]/.test(message.trim())) {
    return [fieldCause.invalid(`${at}.message`, message, NO_LINE_BREAKS)];
  }
  if (!/[\n\r]/.test(rule.trim()) || !isBlank(message)) return [];
  const why = "message must be specified if rule contains line breaks";
  return [fieldCause.required(`${at}.message`, why)];
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

function pathCauses(path: string, schema: unknown, field: string): readonly StatusCause[] {
  if (path === "") return [];
  const wrong = (why: string) => fieldCause.invalid(field, path, why);
  return [
    ...(isBlank(path) ? [wrong(NOT_EMPTY)] : []),
    ...(/[\n\r]/.test(path) ? [wrong(NO_LINE_BREAKS)] : []),
    ...(followPath(schema, path).ok ? [] : [wrong("must be a valid path")]),
  ];
}
