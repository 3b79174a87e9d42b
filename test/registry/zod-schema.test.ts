import { describe, expect, it } from "vitest";
import { z } from "zod";
import { objectMetaSchema } from "../../src/registry/builtin-schema.js";
import { schemaFromZod } from "../../src/registry/zod-schema.js";

/** The schema of one field `f` of an object. */
function field(type: z.ZodType) {
  return schemaFromZod(z.object({ f: type })).properties?.f;
}

describe("schemaFromZod", () => {
  it("has apiVersion, kind and ObjectMeta whatever the zod schema says of them", () => {
    const schema = schemaFromZod(
      z.object({
        apiVersion: z.string(),
        kind: z.literal("Widget"),
        metadata: z.object({ name: z.string() }),
        spec: z.object({}),
      }),
    );
    expect(schema.required).toEqual(["spec"]);
    expect(schema.properties).toMatchObject({
      apiVersion: { type: "string" },
      kind: { type: "string" },
    });
    expect(schema.properties?.metadata).toBe(objectMetaSchema());
  });

  it.each([
    {
      behaviour: "a described string with limits",
      type: z
        .string()
        .min(1)
        .max(63)
        .regex(/^[a-z]+$/)
        .describe("A name."),
      expected: {
        type: "string",
        minLength: 1,
        maxLength: 63,
        pattern: "^[a-z]+$",
        description: "A name.",
      },
    },
    {
      behaviour: "an enum with a default",
      type: z.enum(["Run", "Stop"]).default("Run"),
      expected: { type: "string", enum: ["Run", "Stop"], default: "Run" },
    },
    {
      behaviour: "a literal",
      type: z.literal("Approval"),
      expected: { type: "string", enum: ["Approval"] },
    },
    {
      behaviour: "an integer with limits",
      type: z.number().int().min(1).max(20),
      expected: { type: "integer", format: "int64", minimum: 1, maximum: 20 },
    },
    { behaviour: "an int32", type: z.int32(), expected: { type: "integer", format: "int32" } },
    { behaviour: "a boolean", type: z.boolean(), expected: { type: "boolean" } },
    {
      behaviour: "a time, without zod's pattern",
      type: z.iso.datetime(),
      expected: { type: "string", format: "date-time" },
    },
    {
      behaviour: "a nullable string",
      type: z.string().nullable(),
      expected: { type: "string" },
    },
    {
      behaviour: "an int or string with its pattern",
      type: z.union([z.number().int().min(1), z.string().regex(/^[0-9]+%$/)]),
      expected: { "x-kubernetes-int-or-string": true, pattern: "^[0-9]+%$", minimum: 1 },
    },
    {
      behaviour: "a map of strings",
      type: z.record(z.string(), z.string()),
      expected: { type: "object", additionalProperties: { type: "string" } },
    },
    {
      behaviour: "an open map",
      type: z.record(z.string(), z.unknown()),
      expected: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
    {
      behaviour: "a loose object",
      type: z.looseObject({ a: z.string().optional() }),
      expected: {
        type: "object",
        properties: { a: { type: "string" } },
        "x-kubernetes-preserve-unknown-fields": true,
      },
    },
    {
      behaviour: "anything",
      type: z.unknown(),
      expected: { "x-kubernetes-preserve-unknown-fields": true },
    },
    {
      behaviour: "a keyed list",
      type: z
        .array(z.object({ name: z.string() }))
        .max(31)
        .meta({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] }),
      expected: {
        type: "array",
        maxItems: 31,
        items: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
      },
    },
    {
      behaviour: "variants, as one object of all their fields",
      type: z.discriminatedUnion("type", [
        z.object({ type: z.literal("Approval") }),
        z.object({ type: z.literal("TimedWait"), waitTime: z.string() }),
      ]),
      expected: {
        type: "object",
        properties: {
          type: { type: "string", enum: ["Approval", "TimedWait"] },
          waitTime: { type: "string" },
        },
        required: ["type"],
      },
    },
    {
      behaviour: "an intersection",
      type: z.object({ a: z.string() }).and(z.object({ b: z.string() })),
      expected: {
        type: "object",
        properties: { a: { type: "string" }, b: { type: "string" } },
        required: ["a", "b"],
      },
    },
    {
      behaviour: "what goes into a transformation",
      type: z.string().transform(Number),
      expected: { type: "string" },
    },
  ])("describes $behaviour", ({ type, expected }) => {
    expect(field(type)).toEqual(expected);
  });
});
