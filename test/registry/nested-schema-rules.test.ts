import { describe, expect, it } from "vitest";
import { nestedSchemaCauses } from "../../src/registry/nested-schema-rules.js";

const causes = (schema: object) =>
  nestedSchemaCauses(schema, "s").map(({ field, message }) => `${field}: ${message}`);

describe("what combines schemas", () => {
  it.each([
    [
      "a rule",
      { allOf: [{ "x-kubernetes-validations": [{ rule: "true" }] }] },
      "s.allOf[0].x-kubernetes-validations: Forbidden: must be empty to be structural",
    ],
    [
      "a type below a field",
      { anyOf: [{}, { properties: { l: { items: { type: "string" } } } }] },
      "s.anyOf[1].properties[l].items.type: Forbidden: must be empty to be structural",
    ],
    [
      "nullable",
      { not: { nullable: true } },
      "s.not.nullable: Forbidden: must be false to be structural",
    ],
    [
      "a default",
      { oneOf: [{ default: false }] },
      "s.oneOf[0].default: Forbidden: must be undefined to be structural",
    ],
    [
      "a description inside another",
      { allOf: [{ not: { description: "d" } }] },
      "s.allOf[0].not.description: Forbidden: must be empty to be structural",
    ],
  ])("may not hold %s", (_what, schema, expected) => {
    expect(causes(schema)).toEqual([expected]);
  });

  it.each([
    ["limits", { allOf: [{ minimum: 1, properties: { a: { enum: ["x"] } } }], nullable: true }],
    [
      "the types of a number or text",
      {
        "x-kubernetes-int-or-string": true,
        allOf: [{ anyOf: [{ type: "integer" }, { type: "string" }] }, { minimum: 1 }],
      },
    ],
  ])("may hold %s", (_what, schema) => {
    expect(causes(schema)).toEqual([]);
  });
});
