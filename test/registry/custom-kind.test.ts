import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  CustomResourceDefinition,
  type DefinitionVersion,
} from "../../src/api/custom-resource-definition.js";
import type { KubeObject } from "../../src/api/meta.js";
import { StatusError } from "../../src/api/status-error.js";
import { parseFieldSelector } from "../../src/apiserver/field-selector.js";
import { conform } from "../../src/apiserver/validation/conform.js";
import { customKind } from "../../src/registry/custom-kind.js";
import type { Kind } from "../../src/registry/kind.js";

const gadgets = CustomResourceDefinition.parse(
  parse(readFileSync("test/fixtures/gadget-definition.yaml", "utf8")),
);
const NOW = new Date("2026-01-01T10:00:00Z");

/** The kind of a definition with one version, whose spec has that schema. */
function kindWithSpec(spec: object, version: Partial<DefinitionVersion> = {}): Kind {
  const openAPIV3Schema = { type: "object", properties: { spec } };
  return served([
    { name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, ...version },
  ]);
}

function served(versions: readonly DefinitionVersion[]): Kind {
  const kind = customKind({ ...gadgets, spec: { ...gadgets.spec, versions: [...versions] } });
  if (!kind) throw new Error("the definition serves nothing");
  return kind;
}

function gadget(spec: unknown): KubeObject {
  return {
    apiVersion: "tools.example.com/v1",
    kind: "Gadget",
    metadata: { name: "g" },
    ...(spec !== undefined && { spec }),
  };
}

/** What is stored of a spec: pruned, checked, defaulted. */
function stored(kind: Kind, spec: unknown): unknown {
  const { object } = conform({
    kind,
    object: gadget(spec),
    apiVersion: "tools.example.com/v1",
    fieldValidation: "Ignore",
  });
  return kind.applyDefaults?.(object).spec;
}

/** The messages with which a spec is refused. */
function refusals(kind: Kind, spec: unknown): readonly string[] {
  try {
    stored(kind, spec);
    return [];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.details?.causes?.map(({ field, message }) => `${field}: ${message}`) ?? [];
  }
}

const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });

describe("customKind", () => {
  it("takes names, scope and the order of versions from the definition", () => {
    expect(customKind(gadgets)).toMatchObject({
      group: "tools.example.com",
      kind: "Gadget",
      plural: "gadgets",
      singular: "gadget",
      shortNames: ["gd"],
      categories: ["toolbox"],
      namespaced: true,
      versions: ["v1", "v1beta1"],
      storageVersion: "v1",
      subresources: { status: true, scale: true },
      builtin: false,
    });
  });

  it("shows each version with its own schema, columns and subresources", () => {
    const beta = customKind(gadgets)?.inVersion?.("v1beta1");
    expect(beta?.subresources).toEqual({ status: false, scale: false });
    expect(beta?.columns.map(({ name }) => name)).toEqual(["Age"]);
    expect(beta?.schema.properties?.spec).toBeUndefined();
  });

  it("keeps the storage version apart from the served ones", () => {
    const kind = served([
      { name: "v1", served: false, storage: true },
      { name: "v2beta1", served: true, storage: false },
      { name: "v2", served: true, storage: false },
    ]);
    expect([kind.versions, kind.storageVersion]).toEqual([["v2", "v2beta1"], "v1"]);
  });

  it("warns of a deprecated version, and names the one to use", () => {
    const kind = served([
      { name: "v1alpha1", served: true, storage: false, deprecated: true },
      { name: "v1", served: true, storage: true },
      { name: "v1beta1", served: true, storage: false, deprecated: true, deprecationWarning: "no" },
    ]);
    expect(["v1alpha1", "v1", "v1beta1"].map((name) => kind.inVersion?.(name).deprecation)).toEqual(
      [
        "tools.example.com/v1alpha1 Gadget is deprecated; use tools.example.com/v1 Gadget",
        undefined,
        "no",
      ],
    );
  });

  it("lets selectors name the fields that a version says", () => {
    const selectableFields = [{ jsonPath: ".spec.colour" }];
    const kind = served([{ name: "v1", served: true, storage: true, selectableFields }]);
    const test = parseFieldSelector("spec.colour=red,metadata.name!=two", kind);
    expect([gadget({ colour: "red" }), gadget({ colour: "blue" })].map(test)).toEqual([
      true,
      false,
    ]);
    expect(() => parseFieldSelector("spec.size=1", kind)).toThrow("field label not supported");
  });

  it("is none while no version is served", () => {
    const versions = gadgets.spec.versions.map((version) => ({ ...version, served: false }));
    expect(customKind({ ...gadgets, spec: { ...gadgets.spec, versions } })).toBeUndefined();
  });

  it("lets nothing be created once the definition is being deleted", () => {
    const metadata = { ...gadgets.metadata, deletionTimestamp: "2026-01-01T10:00:00Z" };
    const kind = customKind({ ...gadgets, metadata });
    const by = { now: NOW, user: { username: "u", groups: [] } };
    expect(() => kind?.prepareForCreate?.(gadget({}), by)).toThrow(
      "create not allowed while custom resource definition is terminating",
    );
  });
});

describe("what is stored of a custom resource", () => {
  it.each([
    {
      behaviour: "loses fields that the schema does not know",
      spec: object({ a: { type: "string" } }),
      sent: { a: "x", b: 1 },
      expected: { a: "x" },
    },
    {
      behaviour: "keeps unknown fields where the schema preserves them, and prunes known ones",
      spec: object(
        { a: object({ b: { type: "string" } }) },
        { "x-kubernetes-preserve-unknown-fields": true },
      ),
      sent: { a: { b: "x", c: 1 }, d: { e: null } },
      expected: { a: { b: "x" }, d: { e: null } },
    },
    {
      behaviour: "keeps the identity of embedded resources, and prunes the rest",
      spec: object({
        t: { type: "object", "x-kubernetes-embedded-resource": true, properties: {} },
      }),
      sent: { t: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: {} } },
      expected: { t: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" } } },
    },
    {
      behaviour: "keeps any value where additionalProperties is true",
      spec: object({ a: { type: "object", additionalProperties: true } }),
      sent: { a: { b: { c: 1 } } },
      expected: { a: { b: { c: 1 } } },
    },
    {
      behaviour: "has the defaults of fields, list items and map values",
      spec: object({
        a: { type: "integer", default: 1 },
        l: { type: "array", items: object({ b: { type: "string", default: "x" } }) },
        m: {
          type: "object",
          additionalProperties: object({ c: { type: "boolean", default: true } }),
        },
      }),
      sent: { l: [{}], m: { k: {} } },
      expected: { a: 1, l: [{ b: "x" }], m: { k: { c: true } } },
    },
    {
      behaviour: "has a default where a field that may not be null is null",
      spec: object({ a: { type: "integer", default: 1 }, b: { type: "integer" } }),
      sent: { a: null, b: null },
      expected: { a: 1 },
    },
    {
      behaviour: "keeps null where a field is nullable",
      spec: object({ a: { type: "integer", nullable: true, default: 1 } }),
      sent: { a: null },
      expected: { a: null },
    },
    {
      behaviour: "has what is required and has a default",
      spec: object({ a: { type: "string", default: "x" } }, { required: ["a"] }),
      sent: {},
      expected: { a: "x" },
    },
  ])("$behaviour", ({ spec, sent, expected }) => {
    expect(stored(kindWithSpec(spec), sent)).toEqual(expected);
  });
});

describe("a custom resource is refused", () => {
  it.each([
    ["of a wrong type", { type: "integer" }, "1", 'must be of type integer: "string"'],
    ["of neither type", { "x-kubernetes-int-or-string": true }, true, 'integer,string: "boolean"'],
    [
      "outside an enum of numbers",
      { type: "integer", enum: [1, 2] },
      3,
      '3: supported values: "1"',
    ],
    ["against a pattern", { type: "string", pattern: "^a+$" }, "b", "should match '^a+$'"],
    ["against a pattern with flags", { type: "string", pattern: "(?i)^A+$" }, "b", "should match"],
    ["too short", { type: "string", minLength: 2 }, "b", "should be at least 2 chars long"],
    ["too long", { type: "string", maxLength: 1 }, "bb", "Too long"],
    ["of another format", { type: "string", format: "ipv4" }, "1.2", "must be of type ipv4"],
    ["too small", { type: "integer", minimum: 1 }, 0, "greater than or equal to 1"],
    [
      "at an exclusive limit",
      { type: "number", maximum: 1, exclusiveMaximum: true },
      1,
      "should be less than 1",
    ],
    ["no multiple", { type: "integer", multipleOf: 5 }, 7, "should be a multiple of 5"],
    [
      "with too few items",
      { type: "array", items: { type: "string" }, minItems: 1 },
      [],
      "at least",
    ],
    [
      "with an item twice",
      { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
      ["a", "a"],
      'Duplicate value: "a"',
    ],
    [
      "with too many properties",
      { type: "object", additionalProperties: { type: "string" }, maxProperties: 1 },
      { a: "", b: "" },
      "must have at most 1 items",
    ],
    ["against oneOf", { type: "integer", oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, "(oneOf)"],
    ["against not", { type: "integer", not: { enum: [3] } }, 3, "(not)"],
    ["against allOf", { type: "integer", allOf: [{ minimum: 5 }] }, 3, "or equal to 5"],
  ])("%s", (_what, schema, value, text) => {
    const [first, ...rest] = refusals(kindWithSpec(object({ f: schema })), { f: value });
    expect(first).toContain("spec.f");
    expect(first).toContain(text);
    expect(rest).toEqual([]);
  });

  it("against anyOf, with what is wrong by the alternative that is nearest", () => {
    const schema = { type: "integer", anyOf: [{ minimum: 5, multipleOf: 2 }, { maximum: 1 }] };
    expect(refusals(kindWithSpec(object({ f: schema })), { f: 3 })).toEqual([
      '<nil>: Invalid value: "": "spec.f" must validate at least one schema (anyOf)',
      "spec.f: Invalid value: 3: spec.f in body should be less than or equal to 1",
    ]);
  });

  it("without what is required", () => {
    const kind = kindWithSpec(object({ a: { type: "string" } }, { required: ["a"] }));
    expect(refusals(kind, {})).toEqual(["spec.a: Required value"]);
  });

  it.each([
    ["within an exclusive limit", { type: "number", minimum: 1, exclusiveMinimum: true }, 2],
    ["of an int-or-string with the alternatives that controller-gen writes", intOrString(), "5%"],
    ["with a pattern that JavaScript cannot express", { type: "string", pattern: "(?<" }, "b"],
    ["with a format that is not known", { type: "string", format: "colour" }, "b"],
  ])("but not %s", (_what, schema, value) => {
    expect(refusals(kindWithSpec(object({ f: schema })), { f: value })).toEqual([]);
  });
});

function intOrString() {
  return {
    anyOf: [{ type: "integer" }, { type: "string" }],
    "x-kubernetes-int-or-string": true,
  };
}

describe("printer columns", () => {
  it.each([
    ["a text", "string", ".spec.s", "x"],
    ["an object as JSON in a text column", "string", ".spec.o", '{"a":1}'],
    ["a number as a text", "string", ".spec.n", "1.5"],
    ["the whole part of a number", "integer", ".spec.n", 1],
    ["a number", "number", ".spec.n", 1.5],
    ["a boolean", "boolean", ".spec.b", true],
    ["time since a date", "date", ".spec.d", "60m"],
    ["that a date is none", "date", ".spec.s", "<invalid>"],
    ["nothing for a value of another type", "integer", ".spec.s", null],
    ["what Go says of null in a text column", "string", ".spec.z", "<no value>"],
    ["nothing for a missing value", "string", ".spec.nothing.here", null],
    ["the first of several values", "string", ".spec.l[*].name", "one"],
    ["the last item of a list", "string", ".spec.l[-1].name", "two"],
    ["what a filter finds", "string", '.spec.l[?(@.name=="two")].value', "2"],
    ["a field with a dot in its name", "string", ".metadata.labels.a\\.b/c", "label"],
    ["a field in brackets", "string", ".metadata.labels['a.b/c']", "label"],
  ])("print %s", (_what, type, jsonPath, expected) => {
    const kind = kindWithSpec(object({}), {
      additionalPrinterColumns: [{ name: "C", type, jsonPath }],
    });
    const shown: KubeObject = {
      ...gadget({
        s: "x",
        o: { a: 1 },
        n: 1.5,
        b: true,
        d: "2026-01-01T09:00:00Z",
        z: null,
        l: [
          { name: "one", value: 1 },
          { name: "two", value: 2 },
        ],
      }),
      metadata: { name: "g", labels: { "a.b/c": "label" } },
    };
    expect(kind.columns[0]?.value(shown, NOW)).toBe(expected);
  });

  it("are the age alone when the definition names none", () => {
    expect(kindWithSpec(object({})).columns.map(({ name, type }) => [name, type])).toEqual([
      ["Age", "date"],
    ]);
  });
});
