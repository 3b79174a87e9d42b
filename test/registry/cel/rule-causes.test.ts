import { describe, expect, it } from "vitest";
import { ruleCauses } from "../../../src/registry/cel/rule-causes.js";
import { schemaFromDefinition } from "../../../src/registry/custom-schema.js";

type Rule = Readonly<Record<string, unknown>>;

/** The texts of what is wrong with an object by rules on its `spec`. */
function causes(properties: object, rules: readonly Rule[], spec: unknown, before?: unknown) {
  const specSchema = { type: "object", properties, "x-kubernetes-validations": rules };
  const schema = schemaFromDefinition({ type: "object", properties: { spec: specSchema } });
  const object = (value: unknown) => ({ metadata: { name: "one" }, spec: value });
  return ruleCauses(schema, object(spec), before === undefined ? undefined : object(before)).map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

const text = { type: "string" };
const whole = { type: "integer" };
const TYPES = {
  a: whole,
  b: whole,
  s: text,
  flag: { type: "boolean" },
  ratio: { type: "number" },
  port: { "x-kubernetes-int-or-string": true },
  wait: { type: "string", format: "duration" },
  at: { type: "string", format: "date-time" },
  data: { type: "string", format: "byte" },
  labels: { type: "object", additionalProperties: text },
  names: { type: "array", items: text },
  parts: { type: "array", items: { type: "object", properties: { name: text, count: whole } } },
  "dashed-name": text,
  namespace: text,
  maybe: { type: "string", nullable: true },
};

const SPEC = {
  a: 3,
  b: 4,
  s: "hello",
  flag: true,
  ratio: 0.5,
  port: "http",
  wait: "1h30m",
  at: "2026-01-02T03:04:05Z",
  data: "aGk=",
  labels: { x: "1" },
  names: ["b", "a"],
  parts: [{ name: "p", count: 2 }, { name: "q" }],
  "dashed-name": "d",
  namespace: "n",
  maybe: null,
};

describe("a rule in CEL", () => {
  it.each([
    "self.a < self.b && self.a + 1 == self.b",
    "self.ratio < 1.0 && double(self.a) == 3.0 && self.a > 2.5",
    "type(self.port) == string && self.port != 5",
    "self.wait > duration('1h') && self.at < timestamp('2027-01-01T00:00:00Z')",
    "self.at.getFullYear() == 2026",
    "self.data == b'hi'",
    "'x' in self.labels && self.labels['x'] == '1' && self.labels.all(k, k.size() == 1)",
    "self.names.exists(n, n == 'a') && self.names.exists_one(n, n == 'b')",
    "self.parts.filter(p, has(p.count)).map(p, p.count) == [2]",
    "has(self.parts[0].count) && !has(self.parts[1].count)",
    "self.?missing.hasValue() || self.?a.orValue(0) == 3",
    "self.parts[?5].hasValue() == false",
    "self.dashed__dash__name == 'd' && self.__namespace__ == 'n'",
    "self.maybe == null",
    "self == self && self.parts[0] != self.parts[1]",
    "self.flag ? self.a == 3 : false",
    "'has(' in [self.s, 'has('] // has( in a comment",
  ])("holds: %s", (rule) => {
    const declared = rule.includes("missing") ? { ...TYPES, missing: whole } : TYPES;
    expect(causes(declared, [{ rule }], SPEC)).toEqual([]);
  });

  it.each([
    "self.s.matches('^h.*o$') && self.s.find('l+') == 'll' && self.s.findAll('[eo]') == ['e', 'o']",
    "self.s.charAt(1) == 'e' && self.s.replace('l', 'L', 1) == 'heLlo' && self.s.upperAscii() == 'HELLO'",
    "self.s.split('l') == ['he', '', 'o'] && self.names.join('-') == 'b-a'",
    "'%s has %d, %.1f and %%'.format([self.s, self.a, self.ratio]) == 'hello has 3, 0.5 and %'",
    "!self.names.isSorted() && self.names.sort().isSorted() && self.names.indexOf('a') == 1",
    "[self.a, self.b].sum() == 7 && [self.a, self.b].max() == 4 && [1.5, 0.5].min() == 0.5",
    "[1, 1, 2].distinct() == [1, 2] && lists.range(3) == [0, 1, 2] && [[1], [2]].flatten() == [1, 2]",
    "sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && !sets.intersects([1], [2])",
    "isURL('https://a.example.com:8443/x?y=1') && url('https://a.example.com:8443/x').getPort() == '8443'",
    "!isURL('no url') && url('https://a.example.com/x').getHostname() == 'a.example.com'",
    "quantity('1Gi').isGreaterThan(quantity('500Mi')) && quantity('1500m').add(quantity('0.5')).asInteger() == 2",
    "!isQuantity('1Zi') && quantity('1k') == quantity('1000') && quantity('-1').sign() == -1",
    "isIP('2001:db8::1') && ip('10.0.0.1').family() == 4 && !ip.isCanonical('2001:DB8::1')",
    "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsCIDR('11.0.0.0/16')",
    "isSemver('1.2.3-rc.1+b') && !isSemver('1.2') && !isSemver('01.2.3') && isSemver('v01.2', true)",
    "semver('1.2.3').compareTo(semver('1.2.3-rc.1')) == 1 && semver('1.0.0-rc.2').isLessThan(semver('1.0.0-rc.10'))",
    "semver('1.2.3').major() == 1 && semver('v2', true).minor() == 0 && semver('1.2.3+a') == semver('1.2.3')",
    "semver('1.0.0-alpha').isGreaterThan(semver('1.0.0-1')) && semver('1.0.0-a.b').isGreaterThan(semver('1.0.0-a'))",
    "!format.dns1123Label().validate('a-b').hasValue() && format.dns1123Label().validate('A').hasValue()",
    "format.named('date').hasValue() && !format.named('nosuch').hasValue()",
    "format.date().validate('2026-02-30').value() == ['invalid date']",
    "!format.dns1035LabelPrefix().validate('a-').hasValue() && format.labelValue().validate('-').hasValue()",
    "format.uuid().validate('x').value()[0] == 'does not match the UUID format'",
    "ip('127.0.0.1').isLoopback() && string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8'",
  ])("knows the functions in: %s", (rule) => {
    expect(causes(TYPES, [{ rule }], SPEC)).toEqual([]);
  });

  it.each([
    ["its message", { message: " too small " }, "spec: Invalid value: too small"],
    ["itself", {}, "spec: Invalid value: failed rule: self.a > 5"],
    [
      "its message expression",
      { messageExpression: "'a is ' + string(self.a)", message: "not this" },
      "spec: Invalid value: a is 3",
    ],
    [
      "its message when the expression has no value",
      { messageExpression: "'a is ' + self.labels.nosuch", message: "small" },
      "spec: Invalid value: small",
    ],
    ["a path", { fieldPath: ".a", message: "m" }, "spec.a: Invalid value: m"],
    ["a reason", { reason: "FieldValueForbidden", message: "m" }, "spec: Forbidden: m"],
    ["another reason", { reason: "FieldValueRequired", message: "m" }, "spec: Required value: m"],
  ])("that fails says %s", (_what, rest, expected) => {
    expect(causes(TYPES, [{ rule: "self.a > 5", ...rest }], SPEC)).toEqual([expected]);
  });

  it.each([
    ["self.labels.nosuch == 'x'", "no such key: nosuch evaluating rule"],
    ["1 / (self.a - 3) > 0", "division by zero evaluating rule"],
    ["self.port > 5", "'no such overload': call arguments did not match a supported operator"],
    ["quantity(self.s).sign() == 1", "quantities must match the regular expression"],
  ])("without a value is a refusal: %s", (rule, expected) => {
    expect(causes(TYPES, [{ rule }], SPEC)).toEqual([
      expect.stringContaining(`spec: Invalid value: "object": ${expected}`),
    ]);
  });

  it("cannot hang the server", () => {
    const rule = "self.s.matches('^(a+)+$')";
    expect(causes(TYPES, [{ rule }], { s: `${"a".repeat(40)}!` })).toEqual([
      expect.stringContaining("validation failed due to running out of cost budget"),
    ]);
  });
});

describe("a rule below an object", () => {
  const item = (rule: Rule, properties: object) => ({
    type: "object",
    properties,
    "x-kubernetes-validations": [rule],
  });

  it("names the item or the key", () => {
    const rule = { rule: "self > 1", message: "m" };
    const small = { ...whole, "x-kubernetes-validations": [rule] };
    const properties = {
      list: { type: "array", items: small },
      map: { type: "object", additionalProperties: small },
    };
    expect(causes(properties, [], { list: [2, 1], map: { x: 1, y: 2 } })).toEqual([
      "spec.list[1]: Invalid value: 1: m",
      "spec.map[x]: Invalid value: 1: m",
    ]);
  });

  it("at the root reads the name, and has no field", () => {
    const schema = schemaFromDefinition({
      type: "object",
      "x-kubernetes-validations": [{ rule: "self.metadata.name == 'two'", message: "wrong name" }],
    });
    expect(ruleCauses(schema, { metadata: { name: "two" } }, undefined)).toEqual([]);
    expect(ruleCauses(schema, { metadata: { name: "one" } }, undefined)).toEqual([
      { reason: "FieldValueInvalid", field: "<nil>", message: "Invalid value: wrong name" },
    ]);
  });

  it("compares the items of a map list by their keys", () => {
    const parts = {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: item(
        { rule: "self.count >= oldSelf.count", message: "shrinks" },
        { name: text, count: whole },
      ),
    };
    const before = {
      parts: [
        { name: "a", count: 2 },
        { name: "b", count: 2 },
      ],
    };
    const after = {
      parts: [
        { name: "b", count: 1 },
        { name: "a", count: 2 },
        { name: "c", count: 0 },
      ],
    };
    expect(causes({ parts }, [], after, before)).toEqual(["spec.parts[0]: Invalid value: shrinks"]);
  });
});

describe("a rule about what was before", () => {
  const immutable = { rule: "self.a == oldSelf.a", message: "a is immutable" };

  it("is not asked when there is nothing before", () => {
    expect(causes(TYPES, [immutable], { a: 1 })).toEqual([]);
  });

  it("is asked on an update", () => {
    expect(causes(TYPES, [immutable], { a: 1 }, { a: 2 })).toEqual([
      "spec: Invalid value: a is immutable",
    ]);
  });

  it("is asked always when it takes oldSelf as optional", () => {
    const rule = {
      rule: "oldSelf.hasValue() ? self.a >= oldSelf.value().a : self.a == 0",
      optionalOldSelf: true,
      message: "m",
    };
    expect(causes(TYPES, [rule], { a: 1 })).toEqual(["spec: Invalid value: m"]);
    expect(causes(TYPES, [rule], { a: 0 })).toEqual([]);
    expect(causes(TYPES, [rule], { a: 1 }, { a: 0 })).toEqual([]);
  });
});

describe("an update", () => {
  const positive = { ...whole, "x-kubernetes-validations": [{ rule: "self > 0", message: "m" }] };

  it("is not refused for what it leaves as it was", () => {
    expect(causes({ a: positive, b: whole }, [], { a: -1, b: 2 }, { a: -1, b: 1 })).toEqual([]);
  });

  it("is refused for what it changes", () => {
    expect(causes({ a: positive }, [], { a: -2 }, { a: -1 })).toEqual([
      "spec.a: Invalid value: -2: m",
    ]);
  });
});
