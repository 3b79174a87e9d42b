import { describe, expect, it } from "vitest";
import { builtinKinds, builtinMessages } from "../../src/registry/builtin-facts.js";
import { builtinMessage, isMessageType } from "../../src/registry/builtin-message.js";
import {
  builtinSchema,
  messageNameOf,
  objectMetaSchema,
} from "../../src/registry/builtin-schema.js";
import type { Schema } from "../../src/registry/schema.js";

/** The schema at a path of field names; `[]` goes to the items of a list. */
function at(apiVersion: string, kind: string, path: string): Schema | undefined {
  return path
    .split(".")
    .reduce<Schema | undefined>(
      (schema, step) => (step === "[]" ? schema?.items : schema?.properties?.[step]),
      builtinSchema(apiVersion, kind),
    );
}

describe("builtinSchema", () => {
  it.each(Object.keys(builtinKinds))("expands %s down to its scalars", (key) => {
    const [apiVersion = "", kind = ""] = key.split(" ");
    expect(builtinSchema(apiVersion, kind)).toMatchObject({
      type: "object",
      properties: { apiVersion: { type: "string" }, kind: { type: "string" } },
    });
  });

  it.each([
    {
      path: "spec.template.spec.containers",
      expected: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        "x-kubernetes-patch-strategy": "merge",
        "x-kubernetes-patch-merge-key": "name",
      },
    },
    {
      path: "spec.template.spec.containers.[].ports",
      expected: {
        "x-kubernetes-list-map-keys": ["containerPort", "protocol"],
        "x-kubernetes-patch-merge-key": "containerPort",
      },
    },
    {
      path: "spec.template.spec.containers.[].ports.[].protocol",
      expected: { type: "string", default: "TCP" },
    },
    {
      path: "spec.template.spec.containers.[].command",
      expected: { "x-kubernetes-list-type": "atomic" },
    },
    { path: "spec.strategy", expected: { "x-kubernetes-patch-strategy": "retainKeys" } },
    { path: "spec.selector", expected: { "x-kubernetes-map-type": "atomic" } },
    { path: "spec.replicas", expected: { type: "integer", format: "int32" } },
    {
      path: "spec.strategy.rollingUpdate.maxSurge",
      expected: { "x-kubernetes-int-or-string": true },
    },
    {
      path: "spec.template.spec.volumes.[].configMap.name",
      expected: { type: "string" },
    },
    { path: "metadata.finalizers", expected: { "x-kubernetes-patch-strategy": "merge" } },
    {
      path: "status.conditions",
      expected: { "x-kubernetes-patch-merge-key": "type", "x-kubernetes-list-type": "map" },
    },
  ])("knows $path of a Deployment", ({ path, expected }) => {
    expect(at("apps/v1", "Deployment", path)).toMatchObject(expected);
  });

  it("puts the fields of inline messages into their parent", () => {
    const volume = at("v1", "Pod", "spec.volumes.[]");
    expect(Object.keys(volume?.properties ?? {})).toEqual(
      expect.arrayContaining(["name", "emptyDir", "configMap", "csi"]),
    );
    expect(Object.keys(volume?.properties ?? {})).not.toContain("");
  });

  it("uses one object per message", () => {
    const template = at("apps/v1", "Deployment", "spec.template");
    expect(at("batch/v1", "Job", "spec.template")).toBe(template);
    expect(messageNameOf(template ?? {})).toBe("core/v1.PodTemplateSpec");
    expect(builtinSchema("v1", "Pod")).toBe(builtinSchema("v1", "Pod"));
    expect(at("v1", "Pod", "metadata")).toBe(objectMetaSchema());
  });

  it("throws on a kind it does not know", () => {
    expect(() => builtinSchema("v1", "Widget")).toThrow("v1 Widget: not a built-in kind");
  });
});

describe("builtinMessages", () => {
  it.each(Object.keys(builtinMessages))("%s refers only to messages that are there", (name) => {
    for (const field of builtinMessage(name).fields) {
      if (isMessageType(field.type)) expect(builtinMessages).toHaveProperty([field.type]);
    }
  });
});
