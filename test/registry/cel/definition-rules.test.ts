import { describe, expect, it } from "vitest";
import { ignoredRules, refusedRules } from "../../../src/registry/cel/definition-rules.js";
import { schemaFromDefinition } from "../../../src/registry/custom-schema.js";

const text = { type: "string" };

function schemaWith(rule: object, properties: object = {}) {
  return schemaFromDefinition({
    type: "object",
    properties: {
      a: { type: "integer" },
      s: text,
      free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      ...properties,
    },
    "x-kubernetes-validations": [rule],
  });
}

const causes = (rule: object, properties?: object) =>
  refusedRules(schemaWith(rule, properties), "schema").map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe("a rule that does not compile", () => {
  it("is refused as a real server does, with the place in it", () => {
    expect(causes({ rule: "self.nosuch == 1 && self.a < 5" })).toEqual([
      'schema.x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self.nosuch == 1 \\u0026\\u0026 self.a \\u003c 5","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field \'nosuch\'\n | self.nosuch == 1 && self.a < 5\n | ....^',
    ]);
  });

  it.each([
    ["self.s.nosuch == 1", "<input>:1:7: type 'string' does not support field selection"],
    ["self.free.inside == 1", "<input>:1:10: undefined field 'inside'"],
    ["has(self.nosuch)", "<input>:1:9: undefined field 'nosuch'"],
    ["other == 1", "<input>:1:1: undeclared reference to 'other' (in container '')"],
    ["nosuch(self.a)", "<input>:1:7: undeclared reference to 'nosuch' (in container '')"],
    [
      "self.s == 1",
      "<input>:1:8: found no matching overload for '_==_' applied to '(string, int)'",
    ],
    [
      "self.a.startsWith('a')",
      "<input>:1:18: found no matching overload for 'startsWith' applied to 'int.(string)'",
    ],
    ["[1, 'a'].size() == 2", "expected type 'int' but found 'string'"],
    ["self.a == 1 &&", "<input>:1:15: Syntax error: "],
    ["self.s", "cel expression must evaluate to a bool"],
  ])("is explained: %s", (rule, expected) => {
    expect(causes({ rule })).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    ["self.nosuch", "messageExpression compilation failed: ERROR: <input>:1:5: undefined field"],
    ["self.a", "messageExpression must evaluate to a string"],
  ])("may be its message expression: %s", (messageExpression, expected) => {
    const [only = ""] = causes({ rule: "self.a > 1", messageExpression });
    expect(only).toMatch(/^schema\.x-kubernetes-validations\[0\]\.messageExpression: /);
    expect(only).toContain(expected);
  });
});

describe("oldSelf", () => {
  it("cannot be used where items cannot be told apart", () => {
    const items = { ...text, "x-kubernetes-validations": [{ rule: "self == oldSelf" }] };
    expect(causes({ rule: "true" }, { list: { type: "array", items } })).toEqual([
      'schema.properties[list].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within schema.properties[list]',
    ]);
  });

  it("has to be used to be optional", () => {
    expect(causes({ rule: "self.a > 1", optionalOldSelf: true })).toEqual([
      "schema.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule",
    ]);
  });

  it("is a field like any other behind a dot", () => {
    expect(
      causes({ rule: "self.oldSelf == 'x'", optionalOldSelf: true }, { oldSelf: text }),
    ).toEqual([expect.stringContaining("may not be set")]);
  });
});

describe("a rule that cannot be run here", () => {
  it.each([
    ["[1].transformList(i, v, v) == [1]", "transformList is not known here"],
    ["[1].all(i, v, v > i)", "all with two variables is not known here"],
  ])("is stored with a warning: %s", (rule, expected) => {
    const schema = schemaWith({ rule });
    expect(refusedRules(schema, "schema")).toEqual([]);
    expect(ignoredRules(schema, "schema")).toEqual([
      `schema.x-kubernetes-validations[0]: the rule is stored, but not evaluated here: ${expected}`,
    ]);
  });

  it("is not one that only names such a function in a text", () => {
    expect(ignoredRules(schemaWith({ rule: "self.s != 'sortBy(x)'" }), "schema")).toEqual([]);
  });
});
