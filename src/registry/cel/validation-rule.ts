import { fieldsOf, listAt, stringAt } from "../fields.js";
import type { Schema } from "../schema.js";

/** One entry of `x-kubernetes-validations`, as it stands in a schema. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  readonly messageExpression: string;
  /** One of the `FieldValue…` constants; absent means Invalid. */
  readonly reason: string | undefined;
  readonly fieldPath: string;
  readonly optionalOldSelf: boolean | undefined;
}

/** The rules of a schema; not those of the schemas inside. */
export function rulesOf(schema: unknown): readonly ValidationRule[] {
  return listAt(schema, "x-kubernetes-validations").map((entry) => {
    const { optionalOldSelf } = fieldsOf(entry);
    return {
      rule: stringAt(entry, "rule") ?? "",
      message: stringAt(entry, "message") ?? "",
      messageExpression: stringAt(entry, "messageExpression") ?? "",
      reason: stringAt(entry, "reason"),
      fieldPath: stringAt(entry, "fieldPath") ?? "",
      optionalOldSelf: typeof optionalOldSelf === "boolean" ? optionalOldSelf : undefined,
    };
  });
}

const withRules = new WeakMap<Schema, boolean>();

/** Whether there are rules in a schema or below it. */
export function hasRules(schema: Schema): boolean {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const { items, additionalProperties, properties = {} } = schema;
  const children = [items, additionalProperties, ...Object.values(properties)];
  const has =
    (schema["x-kubernetes-validations"] ?? []).length > 0 ||
    children.some((child) => child !== undefined && hasRules(child));
  withRules.set(schema, has);
  return has;
}

/** A rule in an error message: what its author says of it, or itself. */
export function ruleText({ message, rule }: ValidationRule): string {
  return message.trim() || rule.trim();
}
