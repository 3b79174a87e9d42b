import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { KubeObject } from "../../src/api/meta.js";
import { mergePatch } from "../../src/apiserver/patch/merge-patch.js";
import { conform } from "../../src/apiserver/validation/conform.js";
import { customResourceDefinitionKind } from "../../src/registry/custom-resource-definition.js";

const kind = customResourceDefinitionKind({ ownGroups: ["placement.kubernetes-fleet.io"] });
const text = readFileSync("test/fixtures/gadget-definition.yaml", "utf8");
const BY = { now: new Date("2026-01-01T10:00:00Z"), user: { username: "u", groups: [] } };

/** The gadgets' definition with a merge patch applied and defaults filled in. */
function definition(patch: object = {}): KubeObject {
  const patched = mergePatch(parse(text), patch) as KubeObject;
  return kind.applyDefaults?.(patched) ?? patched;
}

/** One version whose root schema is given. */
function withSchema(openAPIV3Schema: object): object {
  const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema } };
  return { spec: { versions: [version] } };
}

const inRoot = (property: object) => withSchema({ type: "object", properties: { spec: property } });

const withRule = (rule: object) =>
  withSchema({
    type: "object",
    properties: { spec: { type: "object", properties: { a: { type: "string" } } } },
    "x-kubernetes-validations": [rule],
  });

function selecting(jsonPath: string): object {
  const spec = { type: "object", properties: { a: { type: "string" } } };
  const openAPIV3Schema = { type: "object", properties: { spec } };
  const selectableFields = [{ jsonPath }];
  const version = { name: "v1", served: true, storage: true, selectableFields };
  return { spec: { versions: [{ ...version, schema: { openAPIV3Schema } }] } };
}

function causes(patch: object, before?: KubeObject): readonly string[] {
  const object = definition(patch);
  return kind.validate?.(object, before).map(({ field, message }) => `${field}: ${message}`) ?? [];
}

describe("a CustomResourceDefinition", () => {
  it("that is right is accepted", () => {
    expect(causes({})).toEqual([]);
  });

  it("has its lesser names, its conversion and its stored versions filled in", () => {
    const names = { plural: "gadgets", kind: "Gadget", singular: null, listKind: null };
    const object = definition({ spec: { names } });
    expect(object.spec).toMatchObject({
      names: { singular: "gadget", listKind: "GadgetList" },
      conversion: { strategy: "None" },
    });
    expect(kind.prepareForCreate?.(object, BY).status).toEqual({ storedVersions: ["v1"] });
  });

  it("remembers every version that objects were stored in", () => {
    const before = { ...definition(), status: { storedVersions: ["v0"] } };
    expect(kind.prepareForUpdate?.(definition(), before, BY).status).toEqual({
      storedVersions: ["v0", "v1"],
    });
  });

  it.each([
    [
      "another name",
      { metadata: { name: "x.y.z" } },
      'metadata.name: Invalid value: "x.y.z": must be',
    ],
    ["no group", { spec: { group: null } }, "spec.group: Required value"],
    [
      "a group without a dot",
      { metadata: { name: "gadgets.tools" }, spec: { group: "tools" } },
      'spec.group: Invalid value: "tools": should be a domain with at least one dot',
    ],
    [
      "a group of the fleet",
      {
        metadata: { name: "gadgets.placement.kubernetes-fleet.io" },
        spec: { group: "placement.kubernetes-fleet.io" },
      },
      "spec.group: Forbidden: the group belongs to the fleet itself",
    ],
    [
      "a protected group without approval",
      { metadata: { name: "gadgets.apps.k8s.io" }, spec: { group: "apps.k8s.io" } },
      "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups",
    ],
    [
      "a protected group with an approval that is none",
      {
        metadata: {
          name: "gadgets.apps.k8s.io",
          annotations: { "api-approved.kubernetes.io": "yes" },
        },
        spec: { group: "apps.k8s.io" },
      },
      'metadata.annotations[api-approved.kubernetes.io]: Invalid value: "yes": protected groups',
    ],
    [
      "another scope",
      { spec: { scope: "World" } },
      'spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"',
    ],
    [
      "a wrong kind",
      { spec: { names: { kind: "Gad_get" } } },
      'spec.names.kind: Invalid value: "Gad_get": may have mixed case, but should otherwise match',
    ],
    [
      "one name for objects and lists",
      { spec: { names: { listKind: "Gadget" } } },
      'spec.names.listKind: Invalid value: "Gadget": kind and listKind may not be the same',
    ],
    [
      "a wrong short name",
      { spec: { names: { shortNames: ["GD"] } } },
      "spec.names.shortNames[0]:",
    ],
    ["no version", { spec: { versions: [] } }, "must have exactly one version marked as storage"],
    [
      "a version without a schema",
      { spec: { versions: [{ name: "v1", served: true, storage: true }] } },
      "spec.versions[0].schema.openAPIV3Schema: Required value",
    ],
    [
      "unknown fields preserved everywhere",
      { spec: { preserveUnknownFields: true } },
      "spec.preserveUnknownFields: Invalid value: true: cannot set to true",
    ],
    [
      "a webhook that is not named",
      { spec: { conversion: { strategy: "Webhook" } } },
      "spec.conversion.webhook: Required value: required when strategy is set to Webhook",
    ],
    [
      "a selectable field that is an object",
      selecting(".spec"),
      'spec.selectableFields[0].jsonPath: Invalid value: ".spec": must point to a field of type string',
    ],
    ["a selectable field nowhere", selecting(".nosuch"), "does not refer to a valid field"],
    ["a selectable item", selecting(".spec[0]"), "array notation is not allowed"],
    [
      "a rule without a text",
      withRule({ rule: " " }),
      "x-kubernetes-validations[0].rule: Required value: rule is not specified",
    ],
    [
      "a rule with a reason of its own",
      withRule({ rule: "true", reason: "Because" }),
      'reason: Unsupported value: "Because"',
    ],
    [
      "a rule about a field nowhere",
      withRule({ rule: "true", fieldPath: ".nosuch" }),
      'fieldPath: Invalid value: ".nosuch": must be a valid path',
    ],
    [
      "a rule with a message of two lines",
      withRule({ rule: "true", message: "a\nb" }),
      'message: Invalid value: "a\\nb": must not contain line breaks',
    ],
    ["a root that is no object", withSchema({ type: "string" }), "must be object at the root"],
    ["a root without a type", withSchema({}), "must not be empty at the root"],
    ["a field without a type", inRoot({}), "must not be empty for specified object fields"],
    ["items without a type", inRoot({ type: "array", items: {} }), "for specified array items"],
    ["a list without items", inRoot({ type: "array" }), "items: Required value: must be specified"],
    ["a type of its own", inRoot({ type: "map" }), 'type: Unsupported value: "map"'],
    [
      "a reference",
      inRoot({ type: "object", $ref: "#/x" }),
      "$ref: Forbidden: $ref is not supported",
    ],
    ["unique items", inRoot({ type: "object", uniqueItems: true }), "uniqueItems: Forbidden"],
    [
      "fields and further fields",
      inRoot({ type: "object", properties: {}, additionalProperties: { type: "string" } }),
      "additionalProperties and properties are mutual exclusive",
    ],
    [
      "a list of type map without keys",
      inRoot({ type: "array", items: { type: "object" }, "x-kubernetes-list-type": "map" }),
      "x-kubernetes-list-map-keys: Required value",
    ],
  ])("with %s is refused", (_what, patch, expected) => {
    expect(causes(patch).join("\n")).toContain(expected);
  });

  it.each([
    ["scope", { spec: { scope: "Cluster" } }, "spec.scope: Invalid value"],
    ["kind", { spec: { names: { kind: "Gizmo" } } }, "spec.names.kind: Invalid value"],
  ])("cannot change its %s", (_what, patch, expected) => {
    const [only, ...rest] = causes(patch, definition());
    expect(only).toContain(expected);
    expect(only).toContain("field is immutable");
    expect(rest).toEqual([]);
  });

  it("cannot drop a version that objects may be stored in", () => {
    const before = { ...definition(), status: { storedVersions: ["v0"] } };
    expect(causes({ status: { storedVersions: ["v0", "v1"] } }, before)).toEqual([
      expect.stringContaining('status.storedVersions[0]: Invalid value: "v0": missing from'),
    ]);
  });

  it.each([
    [
      "a rule that needs what is not here",
      inRoot({ type: "string", "x-kubernetes-validations": [{ rule: "self.sortBy(s, s)" }] }),
      "the rule is stored, but not evaluated here: sortBy is not known here",
    ],
    [
      "a format that nobody knows",
      inRoot({ type: "string", format: "colour" }),
      'unrecognized format "colour"',
    ],
    ["a pattern it cannot read", inRoot({ type: "string", pattern: "(?<" }), 'pattern "(?<" is'],
    [
      "a conversion webhook",
      { spec: { conversion: { strategy: "Webhook", webhook: {} } } },
      "spec.conversion: the webhook is not called here",
    ],
  ])("with %s is accepted with a warning", async (_what, patch, expected) => {
    expect(causes(patch)).toEqual([]);
    expect((await kind.warnings?.(definition(patch)))?.join("\n")).toContain(expected);
  });
});

describe("the schema inside a definition", () => {
  const conformed = (patch: object, fieldValidation: "Strict" | "Ignore") =>
    conform({
      kind,
      object: definition(patch),
      apiVersion: "apiextensions.k8s.io/v1",
      fieldValidation,
    });

  it("has no field that a schema does not have", () => {
    const patch = inRoot({ type: "array", items: { type: "string", maxlength: 1 } });
    expect(() => conformed(patch, "Strict")).toThrow(
      'unknown field "spec.versions[0].schema.openAPIV3Schema.properties.spec.items.maxlength"',
    );
    expect(JSON.stringify(conformed(patch, "Ignore").object)).not.toContain("maxlength");
  });

  it("may have any default, any enum and true for a schema", () => {
    const property = {
      type: "object",
      additionalProperties: true,
      default: { any: ["thing"] },
      enum: [{ any: ["thing"] }, null],
    };
    const { object } = conformed(inRoot(property), "Strict");
    expect(object.spec).toMatchObject({
      versions: [{ schema: { openAPIV3Schema: { properties: { spec: property } } } }],
    });
  });
});
