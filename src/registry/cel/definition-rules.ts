import { fieldCause, type StatusCause } from "../../api/status-error.js";
import type { Schema } from "../schema.js";
import { type CompiledRule, compileRules } from "./compile-rule.js";
import { usesOldSelf } from "./rule-text.js";
import { hasRules, rulesOf, type ValidationRule } from "./validation-rule.js";

/** A schema with rules, at its place in a definition. */
interface Place {
  readonly schema: Schema;
  readonly field: string;
  /** The list around it whose items cannot be told apart from one write to the next. */
  readonly within?: string;
}

/**
 * The rules of a definition's schema that a real server would refuse.
 *
 * @param field where the schema stands in the definition
 *
 * Source: texts of apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go`. Costs are not estimated.
 */
export function refusedRules(schema: Schema, field: string): readonly StatusCause[] {
  return placesOf({ schema, field }).flatMap(({ compiled, place }) =>
    compiled.flatMap((each) => causesOf(each, place)),
  );
}

/** What a definition's schema asks for that is not done here, one sentence each. */
export function ignoredRules(schema: Schema, field: string): readonly string[] {
  return placesOf({ schema, field }).flatMap(({ compiled, place }) =>
    compiled.flatMap((each) =>
      each.type === "NotEvaluated"
        ? [`${fieldOf(place, each.rule)}: the rule is stored, but not evaluated here: ${each.why}`]
        : [],
    ),
  );
}

interface CompiledPlace {
  readonly place: Place;
  readonly compiled: readonly CompiledRule[];
}

function placesOf(place: Place, root = true): readonly CompiledPlace[] {
  const { schema, field } = place;
  if (!hasRules(schema)) return [];
  const { items, additionalProperties, properties = {} } = schema;
  const below = (child: Schema, at: string): Place => ({ ...place, schema: child, field: at });
  const children = [
    ...Object.entries(properties).map(([name, child]) =>
      below(child, `${field}.properties[${name}]`),
    ),
    ...(additionalProperties ? [below(additionalProperties, `${field}.additionalProperties`)] : []),
    ...(items ? [itemsOf(place, items)] : []),
  ];
  const resource = root || schema["x-kubernetes-embedded-resource"] === true;
  return [
    { place, compiled: compileRules(schema, resource) },
    ...children.flatMap((child) => placesOf(child, false)),
  ];
}

function itemsOf({ schema, field, within }: Place, items: Schema): Place {
  const uncorrelated = schema["x-kubernetes-list-type"] === "map" ? within : (within ?? field);
  return {
    schema: items,
    field: `${field}.items`,
    ...(uncorrelated !== undefined && { within: uncorrelated }),
  };
}

function causesOf(compiled: CompiledRule, place: Place): readonly StatusCause[] {
  const { rule } = compiled;
  const at = fieldOf(place, rule);
  if (compiled.type === "Refused") {
    return [invalidRule(`${at}.${compiled.part}`, rule, compiled.why)];
  }
  if (!usesOldSelf(rule.rule)) {
    const why = "may not be set if oldSelf is not used in rule";
    return rule.optionalOldSelf === undefined
      ? []
      : [fieldCause.invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, why)];
  }
  if (place.within === undefined) return [];
  const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.within}`;
  return [fieldCause.invalid(`${at}.rule`, rule.rule, why)];
}

function fieldOf({ schema, field }: Place, rule: ValidationRule): string {
  const index = rulesOf(schema).findIndex((each) => JSON.stringify(each) === JSON.stringify(rule));
  return `${field}.x-kubernetes-validations[${index}]`;
}

/** The rule as a real server prints it: a Go struct as JSON, in which signs of HTML are escaped. */
function invalidRule(field: string, rule: ValidationRule, why: string): StatusCause {
  const text = JSON.stringify({
    Rule: rule.rule,
    Message: rule.message,
    MessageExpression: rule.messageExpression,
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath,
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  }).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return { reason: "FieldValueInvalid", message: `Invalid value: ${text}: ${why}`, field };
}
