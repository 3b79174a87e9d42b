import { builtinSchema } from "../../../src/registry/builtin-schema.js";
import type { Kind } from "../../../src/registry/kind.js";
import type { Schema } from "../../../src/registry/schema.js";

function kind(group: string, name: string, plural: string, schema: Schema, builtin: boolean): Kind {
  return {
    group,
    versions: ["v1"],
    kind: name,
    plural,
    singular: name.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    builtin,
    subresources: { status: true, scale: false },
    generation: true,
    columns: [],
    schema,
  };
}

export const configMaps = kind(
  "",
  "ConfigMap",
  "configmaps",
  builtinSchema("v1", "ConfigMap"),
  true,
);
export const services = kind("", "Service", "services", builtinSchema("v1", "Service"), true);
export const deployments = kind(
  "apps",
  "Deployment",
  "deployments",
  builtinSchema("apps/v1", "Deployment"),
  true,
);

/** A custom resource with one field of every sort that merging and validation tell apart. */
export const widgets = kind(
  "example.com",
  "Widget",
  "widgets",
  {
    type: "object",
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: builtinSchema("v1", "ConfigMap").properties?.metadata ?? {},
      spec: {
        type: "object",
        required: ["placement"],
        properties: {
          placement: { type: "string", minLength: 2, maxLength: 8, pattern: "^[a-z]+$" },
          state: { type: "string", enum: ["Run", "Stop"] },
          count: { type: "integer", minimum: 1, maximum: 100 },
          since: { type: "string", format: "date-time" },
          stages: {
            type: "array",
            minItems: 1,
            maxItems: 3,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            items: {
              type: "object",
              required: ["name"],
              properties: {
                name: { type: "string" },
                note: { type: "string" },
                share: { "x-kubernetes-int-or-string": true, pattern: "^[0-9]+%$" },
              },
            },
          },
          tags: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
          steps: { type: "array", items: { type: "string" } },
          selector: {
            type: "object",
            "x-kubernetes-map-type": "atomic",
            properties: { a: { type: "string" }, b: { type: "string" } },
          },
          values: { type: "object", additionalProperties: { type: "string" } },
          anything: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
      status: { type: "object", properties: { phase: { type: "string" } } },
    },
  },
  false,
);
