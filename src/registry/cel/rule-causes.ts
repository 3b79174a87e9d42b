import { EvaluationError } from "@marcbachmann/cel-js";
import { fieldCause, type StatusCause } from "../../api/status-error.js";
import { correlatedItem } from "../correlated-item.js";
import { fieldsOf, sameJson } from "../fields.js";
import type { Schema } from "../schema.js";
import { type CompiledRule, compileRules, type Subject } from "./compile-rule.js";
import { kubernetesText } from "./rule-text.js";
import { withTimeLimit } from "./time-limit.js";
import { hasRules, ruleText, type ValidationRule } from "./validation-rule.js";

/** A value with what it replaces, at its place in an object. */
interface Place extends Subject {
  readonly field: string;
  /** Whether it is the same as before, or lies in something that is. */
  readonly unchanged: boolean;
}

/** How a real server writes the place of a whole object. */
const NO_FIELD = "<nil>";
const OUT_OF_BUDGET =
  "validation failed due to running out of cost budget, no further validation rules will be run";

/**
 * What is wrong with an object by the rules of its schema.
 *
 * @param before the object that it replaces, on an update
 *
 * Source: apiextensions-apiserver `pkg/apiserver/schema/cel/validation.go`: order, texts, and that a rule about what an
 * update leaves alone does not refuse it.
 */
export function ruleCauses(
  schema: Schema,
  object: unknown,
  before: unknown,
): readonly StatusCause[] {
  const place: Place = {
    self: object,
    ...(before !== undefined && { oldSelf: { json: before } }),
    field: "",
    unchanged: false,
  };
  const causes = withTimeLimit(
    () => [...causesAt(schema, place, true)],
    () => [fieldCause.omitted("", OUT_OF_BUDGET)],
  );
  return causes.map((cause) => (cause.field === "" ? { ...cause, field: NO_FIELD } : cause));
}

function* causesAt(schema: Schema, place: Place, resource = false): Generator<StatusCause> {
  const { self } = place;
  if (self === null || self === undefined || !hasRules(schema)) return;
  for (const compiled of compiledRules(schema, resource)) {
    const cause = causeOf(compiled, schema, place);
    if (cause) yield cause;
  }
  for (const [child, inside] of childrenOf(schema, place)) yield* causesAt(child, inside);
}

const compiledBySchema = new WeakMap<Schema, readonly CompiledRule[]>();

function compiledRules(schema: Schema, resource: boolean): readonly CompiledRule[] {
  const known = compiledBySchema.get(schema);
  if (known) return known;
  const compiled = compileRules(schema, resource || isResource(schema));
  compiledBySchema.set(schema, compiled);
  return compiled;
}

function isResource(schema: Schema): boolean {
  return schema["x-kubernetes-embedded-resource"] === true;
}

function* childrenOf(schema: Schema, place: Place): Generator<readonly [Schema, Place]> {
  const { self, oldSelf, field } = place;
  const { items, properties = {}, additionalProperties } = schema;
  if (Array.isArray(self)) {
    if (!items) return;
    for (const [index, item] of self.entries()) {
      yield [
        items,
        inside(place, item, correlatedItem(schema, oldSelf?.json, item), `${field}[${index}]`),
      ];
    }
    return;
  }
  const old = schema["x-kubernetes-map-type"] === "atomic" ? {} : fieldsOf(oldSelf?.json);
  for (const [key, value] of Object.entries(fieldsOf(self))) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const child = property ?? additionalProperties;
    if (!child) continue;
    const at = property ? join(field, key) : `${field}[${key}]`;
    yield [child, inside(place, value, old[key], at)];
  }
}

function join(field: string, name: string): string {
  return field === "" ? name : `${field}.${name}`;
}

function inside(outer: Place, self: unknown, old: unknown, field: string): Place {
  const correlated = old !== undefined && old !== null;
  return {
    self,
    ...(correlated && { oldSelf: { json: old } }),
    field,
    unchanged: outer.unchanged || (correlated && sameJson(self, old)),
  };
}

function causeOf(compiled: CompiledRule, schema: Schema, place: Place): StatusCause | undefined {
  if (compiled.type === "NotEvaluated") return undefined;
  const { rule } = compiled;
  const refuse = (why: string) => fieldCause.invalid(place.field, schema.type ?? "", why);
  if (compiled.type === "Refused") return refuse(`rule compile error: ${compiled.why}`);
  if (compiled.usesOldSelf && !place.oldSelf && rule.optionalOldSelf !== true) return undefined;
  try {
    if (compiled.holds(place) === true) return undefined;
  } catch (error) {
    return refuse(evaluationProblem(error, rule));
  }
  if (!compiled.usesOldSelf && place.unchanged) return undefined;
  return failure(rule, schema, place, messageOf(compiled, place));
}

function evaluationProblem(error: unknown, rule: ValidationRule): string {
  if (!(error instanceof Error)) throw error;
  const text = error instanceof EvaluationError ? error.summary : error.message;
  if (text.startsWith("no such overload")) {
    return `'no such overload': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`;
  }
  const inWords = kubernetesText(text).replace(/^No such key/, "no such key");
  return `${inWords} evaluating rule: ${ruleText(rule)}`;
}

/** An expression that has no value, or one that no message can be, gives way to the text. */
function messageOf(
  { rule, message }: Extract<CompiledRule, { readonly type: "Compiled" }>,
  subject: Subject,
): string {
  const text = message && textOf(message, subject);
  return text ?? (rule.message.trim() || `failed rule: ${rule.rule.trim()}`);
}

function textOf(message: (subject: Subject) => unknown, subject: Subject): string | undefined {
  try {
    const text = message(subject);
    if (typeof text !== "string" || text.trim() === "" || text.includes("\n")) return undefined;
    return text.trim();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function failure(
  { reason, fieldPath }: ValidationRule,
  schema: Schema,
  { field, self }: Place,
  why: string,
): StatusCause {
  const at = fieldPath === "" ? field : join(field, fieldPath.trim().replace(/^\./, ""));
  switch (reason) {
    case "FieldValueForbidden":
      return fieldCause.forbidden(at, why);
    case "FieldValueRequired":
      return fieldCause.required(at, why);
    case "FieldValueDuplicate":
      return fieldCause.duplicate(at, self);
    default:
      return schema.type === "object" || schema.type === "array"
        ? fieldCause.omitted(at, why)
        : fieldCause.invalid(at, self, why);
  }
}
