import { fieldCause } from "../../../src/api/status-error.js";
import { ageText } from "../../../src/registry/age.js";
import { objectMetaSchema } from "../../../src/registry/builtin-schema.js";
import type { Kind } from "../../../src/registry/kind.js";

/** A custom kind with everything a kind can have: two versions, status, scale, an action, an older spelling of names. */
export function widgetKind(overrides: Partial<Kind> = {}): Kind {
  return {
    group: "example.com",
    versions: ["v1", "v1beta1"],
    kind: "Widget",
    plural: "widgets",
    singular: "widget",
    shortNames: ["wd"],
    categories: ["toys"],
    namespaced: true,
    builtin: false,
    subresources: { status: true, scale: true },
    generation: true,
    columns: [
      {
        name: "Color",
        type: "string",
        priority: 0,
        value: ({ spec }) => (spec as { color?: string } | undefined)?.color ?? null,
      },
      {
        name: "Age",
        type: "date",
        priority: 0,
        value: ({ metadata }, now) => ageText(metadata.creationTimestamp, now),
      },
    ],
    schema: {
      type: "object",
      required: ["spec"],
      properties: {
        apiVersion: { type: "string" },
        kind: { type: "string" },
        metadata: objectMetaSchema(),
        spec: {
          type: "object",
          properties: {
            color: { type: "string" },
            replicas: { type: "integer", format: "int32" },
            tags: { type: "array", items: { type: "string" } },
          },
        },
        status: {
          type: "object",
          properties: { phase: { type: "string" }, replicas: { type: "integer", format: "int32" } },
        },
      },
    },
    validate: ({ spec }) =>
      (spec as { color?: string } | undefined)?.color === "invisible"
        ? [fieldCause.notSupported("spec.color", "invisible", ["red", "blue"])]
        : [],
    actions: [
      {
        name: "paint",
        target: "spec",
        apply: (widget, body) => ({
          ...widget,
          spec: { ...(widget.spec as object), ...(body as object | undefined) },
        }),
      },
      {
        name: "finish",
        target: "status",
        apply: (widget) => ({ ...widget, status: { phase: "Finished" } }),
      },
    ],
    resolveName: async (name) => (name.startsWith("old-") ? name.slice(4) : undefined),
    ...overrides,
  };
}
