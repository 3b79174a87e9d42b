import { describe, expect, it } from "vitest";
import { StatusError } from "../../../src/api/status-error.js";
import { conform, type FieldValidation } from "../../../src/apiserver/validation/conform.js";
import type { Kind } from "../../../src/registry/kind.js";
import { configMaps, deployments, widgets } from "../patch/kinds.js";

function check(
  kind: Kind,
  body: Record<string, unknown>,
  fieldValidation: FieldValidation = "Strict",
) {
  const apiVersion = kind.group === "" ? "v1" : `${kind.group}/v1`;
  const object = { apiVersion, kind: kind.kind, metadata: { name: "x" }, ...body };
  return conform({ kind, object, apiVersion, fieldValidation });
}

function refusal(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

const widget = (spec: Record<string, unknown>) => ({ spec: { placement: "abc", ...spec } });
const container = (fields: Record<string, unknown>) => ({
  spec: { template: { spec: { containers: [{ name: "a", ...fields }] } } },
});

describe("conform", () => {
  it("returns an object that fits as it is", () => {
    const spec = {
      placement: "abc",
      stages: [
        { name: "a", share: "5%" },
        { name: "b", share: 5 },
      ],
    };
    expect(check(widgets, { spec })).toEqual({
      object: { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "x" }, spec },
      warnings: [],
    });
  });

  describe("unknown fields", () => {
    const body = { spec: { placement: "abc", bogus: 1, stages: [{ name: "a", foo: {} }] }, top: 1 };
    const pruned = { spec: { placement: "abc", stages: [{ name: "a" }] } };
    const texts = ['"spec.bogus"', '"spec.stages[0].foo"', '"top"'];

    it("are refused under Strict, all in one message", () => {
      const fields = texts.map((text) => `unknown field ${text}`).join(", ");
      expect(refusal(() => check(widgets, body))).toMatchObject({
        code: 400,
        reason: "BadRequest",
        message: `Widget in version "v1" cannot be handled as a Widget: strict decoding error: ${fields}`,
      });
    });

    it("are dropped with warnings under Warn", () => {
      const { object, warnings } = check(widgets, body, "Warn");
      expect(object).toMatchObject(pruned);
      expect(object.spec).toEqual(pruned.spec);
      expect(warnings).toEqual(texts.map((text) => `unknown field ${text}`));
    });

    it("are dropped in silence under Ignore", () => {
      const { object, warnings } = check(widgets, body, "Ignore");
      expect(object).not.toHaveProperty("top");
      expect(warnings).toEqual([]);
    });

    it("are kept where the schema is open", () => {
      const spec = { placement: "abc", anything: { a: { b: [null, 1] } }, values: { any: "key" } };
      expect(check(widgets, { spec }).object.spec).toEqual(spec);
    });

    it("are refused in metadata as well", () => {
      const error = refusal(() =>
        check(widgets, { ...widget({}), metadata: { name: "x", foo: 1 } }),
      );
      expect(error.message).toMatch(/strict decoding error: unknown field "metadata\.foo"$/);
    });
  });

  it("leaves nulls out", () => {
    const { object } = check(widgets, {
      ...widget({ state: null }),
      metadata: { name: "x", creationTimestamp: null },
    });
    expect(object.spec).toEqual({ placement: "abc" });
    expect(object.metadata).toEqual({ name: "x" });
  });

  it("leaves out empty lists and maps of built-in types, as Go does", () => {
    const { object } = check(configMaps, {
      data: {},
      metadata: { name: "x", labels: {}, finalizers: [], annotations: { a: "b" } },
    });
    expect(object).not.toHaveProperty("data");
    expect(object.metadata).toEqual({ name: "x", annotations: { a: "b" } });
  });

  it("keeps empty structs, which may mean something", () => {
    const spec = { template: { spec: { volumes: [{ name: "v", emptyDir: {} }] } } };
    expect(check(deployments, { spec }).object.spec).toEqual(spec);
  });

  it("gives quantities their canonical form, whatever form they came in", () => {
    const { object } = check(deployments, container({ resources: { limits: { cpu: 1.5 } } }));
    expect(object).toMatchObject(container({ resources: { limits: { cpu: "1500m" } } }));
  });

  it("does not change its input and shares what stays the same", () => {
    const spec = { placement: "abc", stages: [{ name: "a" }], bogus: 1 };
    const before = structuredClone(spec);
    const { object } = check(widgets, { spec }, "Ignore");
    expect(spec).toEqual(before);
    expect((object.spec as typeof spec).stages).toBe(spec.stages);
  });

  describe("a built-in kind with a wrong type is refused in Go's words:", () => {
    it.each([
      {
        text: "json: cannot unmarshal bool into Go struct field EnvVar.spec.template.spec.containers.env.name of type string",
        body: container({ env: [{ name: true }] }),
      },
      {
        text: "json: cannot unmarshal string into Go struct field Container.spec.template.spec.containers.env of type []v1.EnvVar",
        body: container({ env: "x" }),
      },
      {
        text: "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        body: { spec: { replicas: "1" } },
      },
      {
        text: "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
        body: { spec: { replicas: 3_000_000_000 } },
      },
      {
        text: "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec",
        body: { spec: { template: "x" } },
      },
      {
        text: "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
        body: { metadata: { name: "x", labels: { a: 1 } } },
      },
      {
        text: "json: cannot unmarshal object into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32",
        body: { spec: { strategy: { rollingUpdate: { maxSurge: {} } } } },
      },
      {
        text: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        body: container({ resources: { limits: { cpu: "abc" } } }),
      },
      {
        text: 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
        body: { metadata: { name: "x", creationTimestamp: "x" } },
      },
    ])("$text", ({ text, body }) => {
      expect(refusal(() => check(deployments, body, "Ignore"))).toMatchObject({
        code: 400,
        message: `Deployment in version "v1" cannot be handled as a Deployment: ${text}`,
      });
    });

    it.each([
      { data: "!!", byte: 0 },
      { data: "abc", byte: 0 },
      { data: "aGVs!", byte: 4 },
    ])("illegal base64 data at input byte $byte in $data", ({ data, byte }) => {
      const error = refusal(() => check(configMaps, { binaryData: { a: data } }));
      expect(error.message).toContain(`illegal base64 data at input byte ${byte}`);
    });
  });

  it("decodes the metadata of custom resources as strictly", () => {
    const error = refusal(() =>
      check(widgets, { ...widget({}), metadata: { name: "x", labels: { a: true } } }),
    );
    expect(error).toMatchObject({
      code: 400,
      message:
        'Widget in version "v1" cannot be handled as a Widget: json: cannot unmarshal bool into Go struct field ObjectMeta.labels of type string',
    });
  });

  describe("a custom resource that breaks its schema is refused with the cause", () => {
    it.each([
      { cause: "spec.placement: Required value", body: { spec: {} } },
      { cause: "spec: Required value", body: {} },
      {
        cause:
          'spec.placement: Invalid value: "integer": spec.placement in body must be of type string: "integer"',
        body: { spec: { placement: 5 } },
      },
      {
        cause: "spec.placement: Too long: may not be more than 8 bytes",
        body: { spec: { placement: "abcdefghi" } },
      },
      {
        cause:
          "spec.placement: Invalid value: \"A1\": spec.placement in body should match '^[a-z]+$'",
        body: { spec: { placement: "A1" } },
      },
      {
        cause:
          'spec.placement: Invalid value: "a": spec.placement in body should be at least 2 chars long',
        body: { spec: { placement: "a" } },
      },
      {
        cause: 'spec.state: Unsupported value: "Bad": supported values: "Run", "Stop"',
        body: widget({ state: "Bad" }),
      },
      {
        cause:
          "spec.count: Invalid value: 0: spec.count in body should be greater than or equal to 1",
        body: widget({ count: 0 }),
      },
      {
        cause:
          "spec.count: Invalid value: 101: spec.count in body should be less than or equal to 100",
        body: widget({ count: 101 }),
      },
      {
        cause:
          'spec.count: Invalid value: "number": spec.count in body must be of type integer: "number"',
        body: widget({ count: 1.5 }),
      },
      {
        cause: "spec.stages: Too many: 4: must have at most 3 items",
        body: widget({ stages: ["a", "b", "c", "d"].map((name) => ({ name })) }),
      },
      {
        cause: "spec.stages: Invalid value: 0: spec.stages in body should have at least 1 items",
        body: widget({ stages: [] }),
      },
      { cause: "spec.stages[0].name: Required value", body: widget({ stages: [{ note: "a" }] }) },
      {
        cause: 'spec.stages[1]: Duplicate value: {"name":"a"}',
        body: widget({ stages: [{ name: "a" }, { name: "a" }] }),
      },
      { cause: 'spec.tags[1]: Duplicate value: "a"', body: widget({ tags: ["a", "a"] }) },
      {
        cause:
          "spec.stages[0].share: Invalid value: \"50\": spec.stages[0].share in body should match '^[0-9]+%$'",
        body: widget({ stages: [{ name: "a", share: "50" }] }),
      },
      {
        cause:
          'spec.stages[0].share: Invalid value: "boolean": spec.stages[0].share in body must be of type integer,string: "boolean"',
        body: widget({ stages: [{ name: "a", share: true }] }),
      },
      {
        cause:
          'spec.stages[0]: Invalid value: "null": spec.stages[0] in body must be of type object: "null"',
        body: widget({ stages: [null] }),
      },
      {
        cause:
          'spec.since: Invalid value: "yesterday": spec.since in body must be of type date-time: "yesterday"',
        body: widget({ since: "yesterday" }),
      },
      {
        cause:
          'spec.values.a: Invalid value: "integer": spec.values.a in body must be of type string: "integer"',
        body: widget({ values: { a: 1 } }),
      },
    ])("$cause", ({ cause, body }) => {
      const error = refusal(() => check(widgets, body));
      expect(error.message).toBe(`Widget.example.com "x" is invalid: ${cause}`);
      const [field, ...message] = cause.split(": ");
      expect(error).toMatchObject({
        code: 422,
        details: { causes: [{ field, message: message.join(": ") }] },
      });
    });

    it("names all causes at once", () => {
      const error = refusal(() => check(widgets, { spec: { state: "Bad", count: "x" } }));
      expect(error.details?.causes?.map((cause) => [cause.field, cause.reason])).toEqual([
        ["spec.placement", "FieldValueRequired"],
        ["spec.state", "FieldValueNotSupported"],
        ["spec.count", "FieldValueTypeInvalid"],
      ]);
    });
  });
});
