import type { Column, Kind } from "../../src/registry/kind.js";
import type { Schema } from "../../src/registry/schema.js";

/**
 * A kind of ours as a CustomResourceDefinition: what a real API server needs to serve it with the same names, columns,
 * fields and versions. What the registry does in code (defaults, rules, finalizers) is not part of it.
 * Source: apiextensions.k8s.io/v1 `CustomResourceDefinition`.
 */
export function customResourceDefinition(kind: Kind) {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: kind.shortNames,
        categories: kind.categories,
      },
      scope: kind.namespaced ? "Namespaced" : "Cluster",
      versions: kind.versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        subresources: kind.subresources.status ? { status: {} } : {},
        additionalPrinterColumns: kind.columns.flatMap(printerColumn),
        schema: { openAPIV3Schema: rootSchema(kind.schema) },
      })),
    },
  };
}

export type CustomResourceDefinition = ReturnType<typeof customResourceDefinition>;

/** Wide columns that are computed have no path: a real API server cannot print them. */
function printerColumn({ name, type, priority, jsonPath }: Column) {
  if (jsonPath !== undefined) return [{ name, type, priority, jsonPath }];
  if (priority === 1) return [];
  throw new Error(`${name}: a column that is always printed has a path`);
}

/** The API server knows metadata itself and refuses a schema for it. */
function rootSchema({ properties, ...rest }: Schema): Schema {
  return {
    ...structural(rest),
    properties: { ...fields(properties), metadata: { type: "object" } },
  };
}

function structural(schema: Schema): Schema {
  const {
    "x-kubernetes-patch-strategy": _strategy,
    "x-kubernetes-patch-merge-key": _key,
    properties,
    additionalProperties,
    items,
    ...rest
  } = schema;
  return {
    ...rest,
    ...(properties && { properties: fields(properties) }),
    ...(additionalProperties && { additionalProperties: structural(additionalProperties) }),
    ...(items && { items: structural(items) }),
  };
}

function fields(properties: Schema["properties"] = {}): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, structural(schema)]),
  );
}
